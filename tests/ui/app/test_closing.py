"""A closed incident is closed: what is written next is asked about, and everybody hears who closed it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from support.cockpit import Opened
from support.shop import NOW

from cockpit.config import Config
from cockpit.incident.closing import closed
from cockpit.incident.entry import EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.ui.incident.incident_desk import IncidentDesk

Open = Callable[..., AbstractAsyncContextManager[Opened]]

ID = "INC-2026-11-21-001"
QUESTION = f"{ID} is closed (14:23 by bob)"


def record(cockpit: Opened) -> IncidentDesk:
    desk = cockpit.app.record
    assert desk is not None
    return desk


def files(config: Config) -> list[str]:
    return sorted(path.stem for path in config.incident.directory.glob("*.incident"))


def write(config: Config, name: str = ID) -> IncidentFile:
    return IncidentFile.open(config.incident.directory / f"{name}.incident", clock=lambda: NOW)


@pytest.fixture
def closed_on(cockpit_on: Open, config: Config) -> Open:
    """Open a cockpit in which an incident was opened, which bob has closed from elsewhere."""

    @asynccontextmanager
    async def open_cockpit(size: tuple[int, int] = (160, 45)) -> AsyncIterator[Opened]:
        async with cockpit_on(size=size) as cockpit:
            await cockpit.press("i", *"first", "enter")
            await cockpit.until(lambda: "first" in cockpit.entries)
            file = write(config)
            file.append(closed("bob"))
            file.close()
            await cockpit.until(lambda: record(cockpit).state.closed_at)
            yield cockpit

    return open_cockpit


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_who_did_not_close_it_hears_who_did_and_the_header_says_so(
    closed_on: Open, size: tuple[int, int]
) -> None:
    async with closed_on(size) as cockpit:
        await cockpit.shows(f"{ID} was closed: 14:23 by bob", f"{ID} closed 14:23")
        assert [told.text for told in cockpit.app.messages.told][-1] == f"{ID} was closed: 14:23 by bob"


async def test_who_closes_it_is_not_told_as_if_somebody_else_did(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: cockpit.entries)
        await cockpit.press("q", *"close", "enter")
        await cockpit.until(lambda: record(cockpit).state.closed_at)
        assert not [told for told in cockpit.app.messages.told if "was closed" in told.text]


@pytest.mark.parametrize("keys", [("Q",), (":", *"close", "enter")])
async def test_an_incident_is_closed_without_leaving(
    cockpit_on: Open, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: cockpit.entries)
        monkeypatch.setattr(cockpit.app.desks.observing, "_here", ("root", "bob"))
        await cockpit.press(*keys)
        await cockpit.shows(f"{ID} is open; still here: bob", "for bob as well: the incident is over; H: unknown when")
        await cockpit.press("enter")
        assert record(cockpit).open
        await cockpit.press(*keys)
        await cockpit.shows(f"{ID} is open; still here: bob")
        await cockpit.press(*"close", "enter")
        await cockpit.shows(f"{ID} closed 14:23")
        assert cockpit.app.is_running
        assert record(cockpit).entries[-1].kind is EntryKind.CLOSED
        await cockpit.press("i", *"late", "enter")
        await cockpit.shows(f"{ID} is closed (14:23 by ")


async def test_there_is_nothing_to_close_before_an_incident_and_after_it(closed_on: Open, cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("Q")
        await cockpit.shows("there is no open incident to close")
    async with closed_on() as cockpit:
        await cockpit.press("Q")
        await cockpit.shows(f"{ID} is closed already (14:23 by bob)")


async def test_a_note_after_the_close_is_kept_until_a_person_says_where_it_belongs(
    closed_on: Open, config: Config
) -> None:
    async with closed_on() as cockpit:
        await cockpit.press("i", *"again", "enter")
        await cockpit.shows(QUESTION, "new incident", "reopen", "late entry")
        await cockpit.press("escape")
        await cockpit.shows("nothing was written: the incident is closed; i goes on")
        assert "again" not in cockpit.entries
        await cockpit.press("i", "!", "enter")
        await cockpit.shows(QUESTION)
        await cockpit.press("l", "enter")
        await cockpit.until(lambda: "again!" in cockpit.entries)
        assert (files(config), record(cockpit).open) == ([ID], False)


async def test_a_note_can_open_the_incident_again(closed_on: Open) -> None:
    async with closed_on() as cockpit:
        await cockpit.press("i", *"again", "enter")
        await cockpit.shows(QUESTION)
        await cockpit.press("r", "enter")
        await cockpit.until(lambda: "again" in cockpit.entries)
        assert record(cockpit).open
        assert [entry.kind for entry in record(cockpit).entries][-2:] == [EntryKind.REOPENED, EntryKind.NOTE]


async def test_another_incident_gets_a_file_of_its_own_with_all_that_belongs_to_it(
    closed_on: Open, config: Config
) -> None:
    async with closed_on() as cockpit:
        await cockpit.press("i", *"again", "enter")
        await cockpit.shows(QUESTION)
        await cockpit.press("n", "enter")
        await cockpit.until(lambda: record(cockpit).name == "INC-2026-11-21-002" and "again" in cockpit.entries)
        await cockpit.shows("INC-2026-11-21-002")
        assert record(cockpit).entries[0].data["title"] == "api: 2 of 3 pods crash-loop, exit 1"
        old = write(config)
        assert [entry.kind for entry in old.entries()][-1] is EntryKind.CLOSED
        old.close()
        await cockpit.press("i", *"more", "enter")
        await cockpit.until(lambda: "more" in cockpit.entries)
        assert files(config) == [ID, "INC-2026-11-21-002"]
        file = write(config, "INC-2026-11-21-002")
        file.append(closed("cleo"))
        file.close()
        await cockpit.shows("INC-2026-11-21-002 was closed: 14:23 by cleo")


async def test_a_severity_is_no_late_entry(closed_on: Open) -> None:
    async with closed_on() as cockpit:
        await cockpit.press("S")
        await cockpit.shows(QUESTION)
        assert "late entry" not in cockpit.screen()
        await cockpit.press("n", "enter")
        await cockpit.shows("when in doubt")
        await cockpit.press(*"sev1", "enter")
        await cockpit.until(lambda: record(cockpit).state.severity == "SEV1")
        assert record(cockpit).name == "INC-2026-11-21-002"


@pytest.mark.parametrize("key", ["a", "s"])
async def test_nothing_is_changed_outside_for_a_closed_incident(closed_on: Open, key: str) -> None:
    async with closed_on() as cockpit:
        await cockpit.press(key)
        await cockpit.shows(QUESTION)
        await cockpit.press("escape")
        await cockpit.shows("nothing was written: the incident is closed")


async def test_the_question_who_closes_names_who_is_still_here(
    cockpit_on: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", "x", "enter")
        await cockpit.until(lambda: cockpit.entries)
        monkeypatch.setattr(cockpit.app.desks.observing, "_here", ("root", "bob", "cleo"))
        await cockpit.press("q")
        await cockpit.shows(f"{ID} is open; still here: bob, cleo", "for bob, cleo as well: the incident is over")
