"""People are told from the cockpit: a message is picked, written, and copied, saved or sent; the log has it all."""

from pathlib import Path

import pytest
from support.cockpit import Opened
from support.web_server import json_page, page, web_server
from ui.incident.conftest import TellPeople

from cockpit.incident.entry import Entry, EntryKind
from cockpit.message_config import HttpTarget, Slack
from cockpit.ui.incident.message_dialog import MessageDialog, MessageEditor

READY = "e edits · c copies"


def messages(cockpit: Opened) -> list[Entry]:
    """Give what the log has of messages."""
    record = cockpit.app.record
    return [entry for entry in record.entries if entry.kind is EntryKind.MESSAGE] if record else []


async def begin(cockpit: Opened, name: str = "Initial") -> None:
    """Open a message."""
    await cockpit.press("M")
    await cockpit.shows("Tell people")
    await cockpit.press(*name, "enter")
    await cockpit.shows(READY)


async def write(cockpit: Opened, text: str) -> None:
    """Put a text in the place of what stands there."""
    await cockpit.press("e")
    cockpit.app.screen.query_one(MessageEditor).text = text
    await cockpit.press("escape")
    await cockpit.shows(READY)


async def test_a_message_is_copied_and_counts_as_told(tell_people: TellPeople) -> None:
    async with tell_people() as cockpit:
        await cockpit.press("S", *"sev1", "enter")
        await cockpit.until(lambda: cockpit.app.record and cockpit.app.record.state.severity)
        await begin(cockpit)
        await cockpit.shows("Severity: SEV1", "[to be filled: impact]", "to be filled: impact")
        await write(cockpit, "We know. token=abcd1234efgh5678")
        await cockpit.press("c")
        await cockpit.until(lambda: messages(cockpit))
        assert cockpit.app.clipboard == "We know. token=[redacted:secret]"
        assert messages(cockpit)[0].text == "message copied: Initial message\nWe know. token=[redacted:secret]"
        assert cockpit.app.record
        assert cockpit.app.record.state.updated_at is not None


async def test_what_was_typed_is_there_again(tell_people: TellPeople) -> None:
    async with tell_people() as cockpit:
        await begin(cockpit)
        await cockpit.press("e")
        cockpit.app.screen.query_one(MessageEditor).text = ""
        await cockpit.press(*"half a", "enter", *"word", "ctrl+c")
        await cockpit.until(lambda: not isinstance(cockpit.app.screen, MessageDialog))
        await cockpit.press("M")
        await cockpit.shows("begun · slack")
        await cockpit.press(*"Initial", "enter")
        await cockpit.shows("half a", "word", READY)
        await cockpit.press("f", "escape", "M")
        await cockpit.shows("Tell people")
        assert "begun" not in cockpit.screen()


async def test_the_editor_begins_at_what_is_to_be_filled(tell_people: TellPeople) -> None:
    async with tell_people() as cockpit:
        await begin(cockpit)
        await cockpit.press("e", *"checkout is down", "escape")
        await cockpit.shows("checkout is down", READY)


async def test_a_message_is_saved_beside_the_incident(tell_people: TellPeople, tmp_path: Path) -> None:
    async with tell_people() as cockpit:
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: "x" in cockpit.entries)
        await begin(cockpit, "Invitation")
        await cockpit.press("s")
        await cockpit.shows("s again: save it all the same")
        await cockpit.press("s")
        await cockpit.until(lambda: messages(cockpit))
        file = next((tmp_path / "incidents").glob("*.ics"))
        assert "DTSTART:20261124T140000Z" in file.read_text()
        await begin(cockpit, "Update")
        await cockpit.press("s")
        await cockpit.shows("s again: save it all the same")
        await cockpit.press("s")
        await cockpit.until(lambda: len(messages(cockpit)) == 2)
        assert (
            next((tmp_path / "incidents").glob("*-update-1423.txt"))
            .read_text()
            .startswith("**Update 1 on incident INC-")
        )


@pytest.mark.parametrize("key", ["s", "c"])
async def test_a_draft_with_blanks_tells_nobody_and_its_blanks_are_named_first(
    tell_people: TellPeople, key: str
) -> None:
    async with tell_people() as cockpit:
        await cockpit.press("S", *"sev1", "enter")
        await cockpit.until(lambda: cockpit.app.record and cockpit.app.record.state.severity)
        await begin(cockpit)
        await write(cockpit, "Impact: [to be filled: impact]\nBy: [to be filled: who]")
        await cockpit.press(key)
        await cockpit.shows("2 blanks are not filled: impact, who")
        assert messages(cockpit) == []
        await cockpit.press(key)
        await cockpit.until(lambda: messages(cockpit))
        assert "(2 blanks are not filled)" in messages(cockpit)[0].text.partition("\n")[0]
        assert cockpit.app.record
        assert cockpit.app.record.state.updated_at is None


async def test_a_file_tells_nobody_and_says_so(tell_people: TellPeople) -> None:
    async with tell_people() as cockpit:
        await cockpit.press("S", *"sev1", "enter")
        await cockpit.until(lambda: cockpit.app.record and cockpit.app.record.state.severity)
        await begin(cockpit)
        await write(cockpit, "It is down.")
        await cockpit.press("s")
        await cockpit.shows("saved, which tells nobody (C says when people were told): ")
        assert cockpit.app.record
        assert cockpit.app.record.state.updated_at is None


async def test_a_message_is_sent_once_it_is_confirmed(tell_people: TellPeople) -> None:
    async with web_server() as server:
        server.answers["/chat.postMessage"] = json_page({"ok": True, "ts": "171.5"})
        targets = {"ops": Slack(token_env="TOKEN", channel="C1", url=server.url())}
        async with tell_people(targets, {"TOKEN": "xoxb-4711-not-real-at-all"}) as cockpit:
            await begin(cockpit)
            await write(cockpit, "We are looking into it.")
            await cockpit.press("t")
            await cockpit.shows("Send it to", "Slack · internal")
            await cockpit.press("enter")
            await cockpit.shows("POST http://127.0.0.1", "[redacted:token] (from $TOKEN)", '"text": "We are looking')
            assert server.got == []
            await cockpit.press("enter")
            await cockpit.until(lambda: messages(cockpit))
            entry = messages(cockpit)[0]
            assert entry.text == "message sent to ops: Initial message\nWe are looking into it."
            assert entry.data["reference"] == "171.5"
            assert entry.data["state"] == "sent"
            assert "4711" not in "".join(map(repr, cockpit.app.record.entries if cockpit.app.record else ()))


async def test_a_message_with_holes_is_not_sent(tell_people: TellPeople) -> None:
    async with tell_people({"ops": HttpTarget(url="http://127.0.0.1:1/")}) as cockpit:
        await begin(cockpit)
        await cockpit.press("t")
        await cockpit.shows("blanks are not filled: incident, ", "not sent while", "impact")
        assert isinstance(cockpit.app.screen, MessageDialog)
        assert messages(cockpit) == []


async def test_where_nothing_is_configured_it_is_said_what_to_write(tell_people: TellPeople) -> None:
    async with tell_people() as cockpit:
        await begin(cockpit)
        await cockpit.press("t")
        await cockpit.shows("[messages.NAME] in cockpit.toml")


async def test_what_may_have_been_sent_is_told_so_and_not_offered_again(tell_people: TellPeople) -> None:
    async with web_server() as server:
        server.answers["/x"] = page("", 502)
        async with tell_people({"ops": HttpTarget(url=server.url("/x"))}) as cockpit:
            await begin(cockpit)
            await write(cockpit, "It is down.")
            await cockpit.press("t", "enter")
            await cockpit.shows("enter does it")
            await cockpit.press("enter")
            await cockpit.until(lambda: messages(cockpit))
            assert messages(cockpit)[0].data["state"] == "unknown"
            assert "look there before you send it again" in messages(cockpit)[0].text
            await cockpit.press("M")
            await cockpit.shows("Tell people")
            assert "waits:" not in cockpit.screen()


async def test_a_protected_target_asks_for_its_name(tell_people: TellPeople) -> None:
    async with web_server() as server:
        server.answers["/x"] = json_page({"id": 1})
        async with tell_people({"page": HttpTarget(url=server.url("/x"), protected=True)}) as cockpit:
            await begin(cockpit)
            await write(cockpit, "It is down.")
            await cockpit.press("t", "enter")
            await cockpit.shows("type page, then enter does it")
            await cockpit.press("enter")
            assert server.got == []
            await cockpit.press(*"page", "enter")
            await cockpit.until(lambda: messages(cockpit))
            assert messages(cockpit)[0].data["state"] == "sent"


async def test_with_the_network_down_the_message_waits_and_is_offered_first(
    tell_people: TellPeople, unused_tcp_port: int
) -> None:
    targets = {"ops": HttpTarget(url=f"http://127.0.0.1:{unused_tcp_port}/x")}
    async with tell_people(targets) as cockpit:
        await begin(cockpit)
        await write(cockpit, "It is down.")
        await cockpit.press("t", "enter")
        await cockpit.shows("enter does it")
        await cockpit.press("enter")
        await cockpit.until(lambda: messages(cockpit))
        assert messages(cockpit)[0].data["state"] == "drafted"
        assert cockpit.app.record
        assert cockpit.app.record.state.updated_at is None
        await cockpit.press("M")
        await cockpit.shows("waits: Initial message to ops", "Connection refused")
        await cockpit.press("enter")
        await cockpit.shows("It is down.", READY)
        await cockpit.press("c")
        await cockpit.until(lambda: len(messages(cockpit)) == 2)
        await cockpit.press("M")
        await cockpit.shows("Tell people")
        assert "waits:" not in cockpit.screen()


async def test_the_messages_of_the_runbook_come_first(tell_people: TellPeople) -> None:
    async with tell_people(seed="003") as cockpit:
        await cockpit.press("M")
        await cockpit.shows("Slack Incident Channel Message (Initial)", "of the runbook · slack")


@pytest.mark.parametrize(("size", "beside"), [((160, 45), True), ((80, 24), False)])
async def test_text_and_look_stand_side_by_side_where_there_is_room(
    tell_people: TellPeople, size: tuple[int, int], beside: bool
) -> None:
    async with tell_people(size=size) as cockpit:
        await begin(cockpit)
        screen = cockpit.app.screen
        editor, look = screen.query_one(MessageEditor), screen.query_one("#look")
        assert (editor.display, look.display) == (beside, True)
        await cockpit.press("e")
        assert (editor.display, look.display) == (True, beside)


async def test_a_pasted_control_sequence_is_taken_out(tell_people: TellPeople) -> None:
    from textual.events import Paste

    async with tell_people() as cockpit:
        await begin(cockpit)
        await cockpit.press("e")
        editor = cockpit.app.screen.query_one(MessageEditor)
        editor.text = ""
        editor.post_message(Paste("a\x1b[31mb\nc\x07d"))
        await cockpit.until(lambda: editor.text)
        assert editor.text == "ab\nc�d"
