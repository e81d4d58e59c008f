"""A note that is being typed when the cockpit ends is there when it is opened again."""

import os
import signal
import stat
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from support.cockpit import Opened, opened_on
from support.shop import BROKEN_SHOP, Shop
from support.terminal import StartInTerminal

Open = Callable[..., AbstractAsyncContextManager[Opened]]
SECRET = "hunter2" + "hunter2"


def drafts(directory: Path) -> list[Path]:
    return list(directory.glob(f".note-{os.getuid()}-*.draft"))


async def test_what_is_typed_is_kept_without_its_secrets_until_it_is_written(tmp_path: Path) -> None:
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.press("i", *f"set DB_PASSWORD={SECRET}")
    (draft,) = drafts(tmp_path)
    assert draft.read_text() == "set DB_PASSWORD=[redacted:password]"
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.shows("a note was being typed")
        await cockpit.press("i", "!", "enter")
        await cockpit.until(lambda: "set DB_PASSWORD=[redacted:password]!" in cockpit.entries)
        await cockpit.until(lambda: not drafts(tmp_path))


async def test_two_who_share_an_account_lose_neither_note(tmp_path: Path) -> None:
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.press("i", *"the first")
        async with opened_on(Shop(BROKEN_SHOP), tmp_path) as other:
            await other.press("i", *"the second")
    assert len(drafts(tmp_path)) == 2
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.shows("2 notes were being typed")
        await cockpit.press("i", "enter")
        await cockpit.until(lambda: len(drafts(tmp_path)) == 1)
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.shows("a note was being typed")
        await cockpit.press("i", "!", "enter")
        await cockpit.until(lambda: not drafts(tmp_path))
    texts = [each for each in cockpit.entries if "the" in each]
    assert texts == ["the first!"]


async def test_a_note_that_is_left_as_it_was_or_taken_back_leaves_one_file_or_none(tmp_path: Path) -> None:
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.press("i", *"half")
    kept = drafts(tmp_path)
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.shows("a note was being typed")
    assert drafts(tmp_path) == kept
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.shows("a note was being typed")
        await cockpit.press("i", "ctrl+u", "escape")
    assert not drafts(tmp_path)


async def test_without_a_note_nothing_is_kept(tmp_path: Path) -> None:
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.press("slash", *"api")
    assert not drafts(tmp_path)


def test_a_lost_terminal_does_not_lose_the_note(start_in_terminal: StartInTerminal, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "COCKPIT_INCIDENT_DIRECTORY": str(tmp_path / "incidents")}
    command = ("-m", "cockpit", "--kubeconfig", "/nowhere")
    cockpit = start_in_terminal(*command, size=(160, 45), env=home)
    cockpit.wait_for("Acknowledge")
    cockpit.feed(b"i")
    cockpit.wait_for(" note ")
    cockpit.feed(b"half a thought")
    cockpit.wait_for("half a thought")
    cockpit.signal(signal.SIGHUP)
    cockpit.exit_status()
    again = start_in_terminal(*command, size=(160, 45), env=home)
    again.wait_for("a note was being typed")
    again.feed(b"i")
    again.wait_for("half a thought")
