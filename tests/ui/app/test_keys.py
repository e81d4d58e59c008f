"""What keys must not do: lose what was typed, lose the focus, leave without asking, or answer for another question."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from support.cockpit import Opened
from support.shop import BROKEN_SHOP, Shop, pod
from textual.events import Paste

from cockpit.config import Config
from cockpit.ui.app import CockpitApp
from cockpit.ui.incident.farewell import farewell
from cockpit.ui.incident.incident_desk import IncidentDesk, open_record

Open = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_every_way_to_leave_asks_while_an_incident_is_open(cockpit_on: Open, key: str) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: cockpit.entries)
        await cockpit.press(key)
        await cockpit.until(lambda: "is open" in cockpit.screen())
        await cockpit.press("ctrl+c")
        await cockpit.until(lambda: "is open" not in cockpit.screen())
        assert cockpit.app.is_running


async def test_a_question_is_asked_once_however_often_its_key_is_pressed(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await asyncio.gather(
            *(cockpit.app.run_action(f"record('{wish}')") for wish in ["severity", "severity", "status"])
        )
        await cockpit.until(lambda: "when in doubt" in cockpit.screen())
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.screen is cockpit.app.cockpit)


async def test_a_note_survives_another_question(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"important", "tab", "/", "escape", "i", "!", "enter")
        await cockpit.until(lambda: "important!" in cockpit.entries)


async def test_a_paste_of_several_lines_is_kept_whole_and_clean(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i")
        assert cockpit.app.focused is not None
        cockpit.app.focused.post_message(Paste("Traceback:\n  File \x1b[31mx\x1b[0m\u202e\nKeyError"))
        await cockpit.press("enter")
        await cockpit.until(lambda: "Traceback: File x KeyError" in cockpit.entries)


async def test_half_a_character_in_a_filter_is_refused_like_any_other_mistake(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("/")
        assert cockpit.app.focused is not None
        cockpit.app.focused.post_message(Paste("a\ud800"))
        await cockpit.press("enter")
        assert cockpit.app.is_running


async def test_the_first_match_of_what_is_typed_is_chosen(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("S")
        await cockpit.until(lambda: "when in doubt" in cockpit.screen())
        await cockpit.press("down", "down", *"sev", "enter")
        await cockpit.until(lambda: "severity SEV1" in cockpit.entries)


async def test_the_incident_view_is_there_with_the_sidebar_hidden(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("b", "0")
        assert "Checklist" in cockpit.screen()


async def test_keys_work_after_the_pane_that_had_the_focus_is_gone(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        cockpit.app.cockpit.checklist.table.focus()
        await cockpit.press("b")
        await cockpit.until(lambda: cockpit.app.focused is cockpit.app.cockpit.pods.table)
        cockpit.app.cockpit.logs.view.focus()
        await cockpit.pilot.resize_terminal(80, 24)
        await cockpit.until(lambda: cockpit.app.focused is cockpit.app.cockpit.pods.table)


async def test_who_closes_an_incident_is_told_where_its_report_is(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: cockpit.entries)
        record = cockpit.app.record
        assert record is not None
        assert farewell(record) == f"{record.name} is open; go on with: cockpit --incident {record.path}\n"
        await cockpit.press("q", *"close", "enter")
        await cockpit.until(lambda: record.state.closed_at)
        assert farewell(record) == f"{record.name} is closed; its report: cockpit report {record.path}\n"


async def test_after_a_game_day_its_log_and_its_report_are_one_command_away(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        assert cockpit.app.record is not None
        assert not farewell(cockpit.app.record, practice=True)
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: cockpit.entries)
        told, path = farewell(cockpit.app.record, practice=True), cockpit.app.record.path
        assert f"cockpit log show {path}\n" in told
        assert f"cockpit report {path}\n" in told
        assert "--incident" not in told


async def test_an_incident_that_cannot_be_closed_is_not_left(cockpit_on: Open, config: Config) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: cockpit.entries)
        assert cockpit.app.record is not None
        config.incident.directory.rename(config.incident.directory.with_name("elsewhere"))
        config.incident.directory.write_text("in the way")
        cockpit.app.record._log._file = None
        await cockpit.press("q", *"close", "enter")
        await cockpit.until(lambda: "1 NOT SAVED" in cockpit.screen())
        assert cockpit.app.is_running
        assert "NOT SAVED: Incident closed" in farewell(cockpit.app.record)


async def test_a_failure_in_the_background_is_told_and_readings_go_on(
    cockpit_on: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cockpit_on() as cockpit:
        with monkeypatch.context() as broken:
            broken.setattr(cockpit.app.cockpit.pods, "show", lambda _: 1 / 0)
            cockpit.shop.pods.tell(cockpit.shop.listed(BROKEN_SHOP))
            await cockpit.until(lambda: "ZeroDivisionError" in cockpit.screen())
        cockpit.shop.pods.tell(cockpit.shop.listed([*BROKEN_SHOP, pod("late-1-1")]))
        await cockpit.until(lambda: "late-1-1" in cockpit.names())


async def test_another_scope_starts_at_its_worst_pod_without_marks(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("space", "G")
        await cockpit.press("N")
        await cockpit.until(lambda: "billing" in cockpit.screen())
        await cockpit.press(*"bill", "enter")
        await cockpit.until(lambda: "prod-us-west-2 / billing" in cockpit.screen())
        cockpit.shop.pods.tell(cockpit.shop.listed(BROKEN_SHOP))
        await cockpit.until(lambda: [target.pod for target in cockpit.shop.followed].count("api-7f9c4-x2k4p") == 2)
        assert "marked" not in cockpit.screen()


async def test_a_pod_that_is_made_anew_under_its_name_is_followed_again(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("l")
        await cockpit.until(lambda: len(cockpit.shop.followed) == 2)
        cockpit.shop.end_logs()
        again = [pod("api-7f9c4-x2k4p", uid="another"), *BROKEN_SHOP[1:]]
        cockpit.shop.pods.tell(cockpit.shop.listed(again))
        await cockpit.until(lambda: len(cockpit.shop.followed) == 3)


async def test_the_title_says_which_run_is_read(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("p")
        await cockpit.until(lambda: "api-7f9c4-x2k4p · previous run" in cockpit.screen())


async def test_a_pod_that_never_restarted_has_no_previous_run(cockpit_on: Open) -> None:
    async with cockpit_on([pod("web-1-1")]) as cockpit:
        await cockpit.press("p")
        await cockpit.until(lambda: "no previous run" in cockpit.screen())


async def test_leaving_the_search_brings_back_how_it_was_shown(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "/", *"-C2 fatal", "escape")
        await cockpit.until(lambda: "starting api" in cockpit.screen())
        assert not cockpit.app.cockpit.logs.view.search.asked.filtering


async def test_a_note_that_is_typed_before_the_log_is_open_waits_for_it(
    make_app: Callable[[Shop], CockpitApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = asyncio.Event()

    async def open_later(*arguments: Any) -> IncidentDesk:
        await opened.wait()
        return await open_record(*arguments)

    monkeypatch.setattr("cockpit.ui.incident.incident_desk.open_record", open_later)
    shop = Shop(BROKEN_SHOP)
    app = make_app(shop)
    async with app.run_test(size=(160, 45)) as pilot:
        cockpit = Opened(app, shop, pilot)
        await cockpit.press("i", *"early", "enter")
        assert "the incident log is not open yet" in cockpit.screen()
        opened.set()
        await cockpit.until(lambda: app.record)
        await cockpit.press("enter")
        await cockpit.until(lambda: "early" in cockpit.entries)
