"""What is to be done after the incident: typed as a note, and kept in a list of its own."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from support.cockpit import Opened

from cockpit.incident import known
from cockpit.incident.action_item import ActionItem, action_items

Open = Callable[..., AbstractAsyncContextManager[Opened]]


def items(cockpit: Opened) -> tuple[ActionItem, ...]:
    assert cockpit.app.record is not None
    return action_items(cockpit.app.record.entries)


async def add(cockpit: Opened, line: str) -> None:
    await cockpit.press("i", *f"todo: {line}", "enter")
    await cockpit.until(lambda: items(cockpit) and "saved: todo" in cockpit.screen())


async def test_a_note_that_begins_with_todo_is_an_item_and_says_what_it_understood(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"todo: alarm on the queue @ana due in 2 weeks")
        await cockpit.shows("action item · ana · due Sat 2026-12-05")
        await cockpit.press("enter")
        await cockpit.shows("saved: todo: alarm on the queue (ana, due 2026-12-05)")
        (item,) = items(cockpit)
        assert (item.text, item.owner, item.due, item.status) == ("alarm on the queue", "ana", "2026-12-05", "open")


async def test_a_date_that_is_none_is_refused_and_nothing_typed_is_lost(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"todo: alarm due 2026-11-31", "enter")
        await cockpit.shows("'2026-11-31' is no date", "todo: alarm due 2026-11-31")
        assert items(cockpit) == ()
        await cockpit.press("backspace", "0", "enter")
        await cockpit.until(lambda: items(cockpit))


async def test_an_item_is_added_in_the_list_which_shows_it_then(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("B", "enter")
        await cockpit.shows("What is to be done?")
        await cockpit.press(*"alarm @ana due monday")
        await cockpit.shows("action item · ana · due Mon 2026-11-23")
        await cockpit.press("enter")
        await cockpit.shows("Action items", "ana · due 2026-11-23")


async def test_what_was_typed_of_an_item_is_there_again(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("B", "enter", *"half a thou", "escape", "escape")
        await cockpit.press("B", "enter")
        await cockpit.shows("half a thou")


async def test_owner_date_and_words_can_be_changed(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await add(cockpit, "alarm")
        await cockpit.press("B", "down", "enter", *"owner", "enter", *"somebody", "enter", *"Ana B", "enter")
        await cockpit.shows("Ana B · no date yet")
        await cockpit.press("enter", *"due", "enter", *"tomorow", "enter")
        await cockpit.shows("'tomorow' is no date")
        await cockpit.press("backspace", "backspace", *"row")
        await cockpit.shows("due Sun 2026-11-22")
        await cockpit.press("enter")
        await cockpit.shows("Ana B · due 2026-11-22")
        await cockpit.press("enter", *"edit", "enter")
        await cockpit.shows('alarm @"Ana B" due 2026-11-22')
        await cockpit.press("home", *"an ", "enter")
        await cockpit.until(lambda: items(cockpit)[0].text == "an alarm")
        assert (items(cockpit)[0].owner, items(cockpit)[0].due) == ("Ana B", "2026-11-22")


async def test_an_item_is_done_or_dropped_with_why_and_may_be_taken_up_again(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await add(cockpit, "alarm")
        await cockpit.press("B", "down", "enter", *"dropped", "enter", *"there is one", "enter")
        await cockpit.shows("dropped: there is one")
        assert cockpit.entries[-1] == "dropped: alarm (there is one)"
        await cockpit.press("enter", "enter")
        await cockpit.until(lambda: items(cockpit)[0].status == "open")
        await cockpit.shows("nobody yet · no date yet")
        await cockpit.press("enter", *"done", "enter")
        await cockpit.until(lambda: cockpit.entries[-1] == "done: alarm")


async def test_what_the_record_leaves_open_becomes_an_item_with_one_key(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        assert cockpit.app.record is not None
        await cockpit.app.record.write(known.hypothesis("the pool", "ana"))
        await cockpit.press("B", *"confirmed nor")
        await cockpit.shows("left open: enter adds it")
        await cockpit.press("enter")
        await cockpit.shows("nobody yet · no date yet")
        (item,) = items(cockpit)
        assert item.text == item.loose_end == "neither confirmed nor ruled out: the pool"
        assert cockpit.screen().count("neither confirmed nor ruled out: the pool") >= 1
        await cockpit.press(*"confirmed nor")
        await cockpit.until(lambda: "left open" not in cockpit.screen())


async def test_two_items_of_the_same_words_are_two(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        for number in (1, 2):
            await add(cockpit, "alarm")
            await cockpit.until(partial(lambda wanted: len(items(cockpit)) == wanted, number))
        await cockpit.press("B")
        await cockpit.shows("alarm (2)")
        await cockpit.press(*"(2)", "enter", *"done", "enter")
        await cockpit.until(lambda: [item.status for item in items(cockpit)] == ["open", "done"])
