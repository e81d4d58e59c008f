"""The incident log of a running cockpit saves in order, never blocks the loop, and loses nothing that was typed."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from cockpit.clock import Clock
from cockpit.incident.entry import Draft, Entry, EntryKind
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import Sealed
from cockpit.incident.file import IncidentFile
from cockpit.incident.log import LOOK_SECONDS, IncidentLog
from cockpit.runbooks.load import load_builtin

Note = Callable[[str], Draft]


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> IncidentLog:
    return IncidentLog(tmp_path / "incidents", clock=clock)


class Disk:
    """Lets the appends to incident files fail or wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self.spins = threading.Event()
        self.spins.set()
        self._append = IncidentFile.append
        fake = lambda *arguments: self.append(*arguments)  # noqa: E731, PLW0108  (a method has to be a function)
        monkeypatch.setattr(IncidentFile, "append", fake)

    def append(self, file: IncidentFile, draft: Draft, opening: tuple[Sealed, ...] = (), title: str = "") -> Entry:
        self.spins.wait()
        if self.full:
            raise IncidentFileError("the disk is full", "df -h")
        return self._append(file, draft, opening, title)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


async def test_a_session_without_an_entry_leaves_no_file(log: IncidentLog, tmp_path: Path) -> None:
    await log.check()
    await log.aclose()
    assert log.path is None
    assert list((tmp_path / "incidents").iterdir()) == []


async def test_the_first_entry_makes_the_file(log: IncidentLog, note: Note) -> None:
    saved = await log.append(note("api is down"))
    assert log.path is not None
    assert log.path.name == "INC-2026-11-21-001.incident"
    assert [entry.kind for entry in log.entries] == [EntryKind.DECLARED, EntryKind.NOTE]
    assert log.entries[-1] == saved
    assert log.pending == []
    await log.aclose()


async def test_a_draft_is_pending_until_it_is_saved_and_the_loop_goes_on(
    log: IncidentLog, note: Note, disk: Disk
) -> None:
    disk.spins.clear()
    saving = asyncio.create_task(log.append(note("api is down")))
    await asyncio.sleep(0)
    assert [draft.text for draft in log.pending] == ["api is down"]
    assert log.entries == []
    disk.spins.set()
    await saving
    assert log.pending == []


async def test_quick_drafts_stay_in_order(log: IncidentLog, note: Note) -> None:
    await asyncio.gather(*(log.append(note(str(number))) for number in range(30)))
    assert [entry.text for entry in log.entries[1:]] == [str(number) for number in range(30)]


async def test_what_could_not_be_saved_is_kept_and_saved_later_with_its_own_time(
    log: IncidentLog, note: Note, disk: Disk, clock: Clock, wait: Callable[[timedelta], None]
) -> None:
    typed_at = clock()
    disk.full = True
    for text in ("one", "two"):
        with pytest.raises(IncidentFileError, match="full"):
            await log.append(note(text))
    assert [draft.text for draft in log.pending] == ["one", "two"]
    assert log.trouble is not None
    assert log.trouble.remedy == "df -h"

    wait(timedelta(minutes=10))
    disk.full = False
    await log.retry()
    assert log.pending == []
    assert log.trouble is None
    assert [entry.text for entry in log.entries[1:]] == ["one", "two"]
    assert log.entries[1].recorded_at - log.entries[1].occurred_at == timedelta(minutes=10)
    assert abs(log.entries[1].occurred_at - typed_at) < timedelta(milliseconds=1)


async def test_a_new_draft_does_not_overtake_what_is_pending(log: IncidentLog, note: Note, disk: Disk) -> None:
    disk.full = True
    with pytest.raises(IncidentFileError):
        await log.append(note("one"))
    disk.full = False
    assert (await log.append(note("two"))).text == "two"
    assert [entry.text for entry in log.entries[1:]] == ["one", "two"]


async def test_a_save_whose_outcome_is_unknown_is_not_doubled(
    log: IncidentLog, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_after_the_commit(file: IncidentFile, after: int = 0) -> list[Entry]:
        raise IncidentFileError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(IncidentFile, "entries", fails_after_the_commit)
        with pytest.raises(IncidentFileError):
            await log.append(note("once"))
    await log.retry()
    assert [entry.text for entry in log.entries[1:]] == ["once"]


async def test_a_draft_is_saved_even_if_its_writer_is_cancelled(
    log: IncidentLog, note: Note, disk: Disk, clock: Clock
) -> None:
    disk.spins.clear()
    first, second = (asyncio.create_task(log.append(note(text))) for text in ("one", "two"))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    disk.spins.set()
    await log.aclose()
    assert log.path is not None
    file = IncidentFile.open(log.path, clock=clock)
    assert [entry.text for entry in file.entries(after=1)] == ["one", "two"]
    file.close()


async def test_subscribers_hear_of_every_change_until_they_leave(log: IncidentLog, note: Note, disk: Disk) -> None:
    heard: list[tuple[int, int, bool]] = []
    leave = log.subscribe(lambda: heard.append((len(log.entries), len(log.pending), log.trouble is not None)))
    await log.append(note("one"))
    disk.full = True
    with pytest.raises(IncidentFileError):
        await log.append(note("two"))
    leave()
    disk.full = False
    await log.retry()
    assert heard == [(0, 1, False), (2, 0, False), (2, 1, False), (2, 1, True)]


async def test_trouble_with_the_directory_shows_before_the_first_note(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "incidents").write_text("in the way")
    log = IncidentLog(tmp_path / "incidents", clock=clock)
    with pytest.raises(IncidentFileError, match="no incident file can be kept") as caught:
        await log.check()
    assert caught.value.remedy
    assert log.trouble is caught.value


async def test_an_incident_goes_on_where_it_was_left(incident: IncidentFile, note: Note, clock: Clock) -> None:
    incident.append(note("one"))
    log = IncidentLog(incident.path.parent, clock=clock, resume=incident.path)
    await log.check()
    assert [entry.text for entry in log.entries[1:]] == ["one"]
    await log.append(note("two"))
    assert [entry.text for entry in incident.entries(after=2)] == ["two"]
    assert log.path == incident.path
    await log.aclose()


async def test_entries_of_another_cockpit_are_read_along(incident: IncidentFile, note: Note, clock: Clock) -> None:
    log = IncidentLog(incident.path.parent, clock=clock, resume=incident.path)
    await log.append(note("mine"))
    incident.append(note("theirs"))
    await log.append(note("mine again"))
    assert [entry.text for entry in log.entries[1:]] == ["mine", "theirs", "mine again"]
    await log.aclose()


async def until(log: IncidentLog, count: int) -> None:
    """Wait until there are so many entries."""
    grown = asyncio.Event()
    leave = log.subscribe(lambda: grown.set() if len(log.entries) >= count else None)
    async with asyncio.timeout(5):
        await grown.wait()
    leave()


async def test_what_others_write_is_seen_without_writing(incident: IncidentFile, note: Note, clock: Clock) -> None:
    assert LOOK_SECONDS <= 0.5  # with the time that it takes to show it, less than a second
    incident.append(note("one"))
    log = IncidentLog(incident.path.parent, clock=clock, resume=incident.path)
    await log.check()
    other = IncidentLog(incident.path.parent, clock=clock, resume=incident.path)
    await other.append(note("two"))
    await until(log, 3)
    incident.append(note("three"))
    await asyncio.gather(until(log, 4), until(other, 4))
    assert [entry.text for entry in log.entries[1:]] == ["one", "two", "three"]
    assert other.entries == log.entries
    await log.aclose()
    await other.aclose()


async def test_what_others_write_is_seen_by_the_cockpit_that_made_the_file(
    log: IncidentLog, note: Note, clock: Clock
) -> None:
    await log.append(note("one"))
    assert log.path is not None
    other = IncidentFile.open(log.path, clock=clock)
    other.append(note("two"))
    await until(log, 3)
    assert log.entries[-1].text == "two"
    other.close()
    await log.aclose()


async def test_when_others_can_save_again_what_was_not_saved_is(
    log: IncidentLog, note: Note, disk: Disk, clock: Clock
) -> None:
    await log.append(note("one"))
    assert log.path is not None
    disk.full = True
    with pytest.raises(IncidentFileError):
        await log.append(note("two"))
    disk.full = False
    other = IncidentFile.open(log.path, clock=clock)
    other.append(note("theirs"))
    await until(log, 4)
    assert [entry.text for entry in log.entries[1:]] == ["one", "theirs", "two"]
    assert log.trouble is None
    other.close()
    await log.aclose()


async def test_once_it_is_closed_it_looks_no_more(incident: IncidentFile, note: Note, clock: Clock) -> None:
    log = IncidentLog(incident.path.parent, clock=clock, resume=incident.path)
    await log.check()
    await log.aclose()
    incident.append(note("one"))
    await asyncio.sleep(0)
    assert log._worker._pause is None
    assert log.entries == []


async def test_a_missing_incident_to_go_on_with_is_told(tmp_path: Path, clock: Clock) -> None:
    log = IncidentLog(tmp_path, clock=clock, resume=tmp_path / "INC-2026-11-21-009.incident")
    with pytest.raises(IncidentFileError, match="there is no incident file"):
        await log.check()


async def test_a_mistyped_path_makes_no_directory(tmp_path: Path, clock: Clock) -> None:
    log = IncidentLog(tmp_path, clock=clock, resume=tmp_path / "incidnets" / "INC-2026-11-21-001.incident")
    with pytest.raises(IncidentFileError):
        await log.check()
    assert not (tmp_path / "incidnets").exists()


async def test_entries_that_are_read_while_a_note_is_saved_come_once(
    incident: IncidentFile, note: Note, clock: Clock
) -> None:
    incident.append(note("one"))
    log = IncidentLog(incident.path.parent, clock=clock, resume=incident.path)
    await asyncio.gather(log.append(note("two")), log.check(), log.append(note("three")))
    assert [entry.sequence for entry in log.entries] == [1, 2, 3, 4]
    await log.aclose()


async def test_whatever_fails_a_draft_that_is_not_saved_is_known_as_such(
    log: IncidentLog, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(IncidentFile, "append", refuse)
        with pytest.raises(IncidentFileError, match="Permission denied") as caught:
            await log.append(note("one"))
    assert log.trouble is caught.value
    assert log.trouble.remedy
    assert [draft.text for draft in log.pending] == ["one"]
    await log.retry()
    assert log.trouble is None
    await log.aclose()


async def test_what_was_saved_is_held_only_as_long_as_somebody_waits_for_it(log: IncidentLog, note: Note) -> None:
    drafts = [
        msgspec.structs.replace(note("same"), key="k"),
        note("two"),
        msgspec.structs.replace(note("same"), key="k"),
    ]
    entries = await asyncio.gather(*map(log.append, drafts))
    assert [entry.text for entry in entries] == ["same", "two", "same"]
    assert log._saved == {}
    await log.aclose()


async def test_the_report_is_written_from_the_file(log: IncidentLog, note: Note, tmp_path: Path) -> None:
    with pytest.raises(IncidentFileError, match="nothing is recorded yet"):
        await log.write_report([tmp_path / "report.md", tmp_path / "report.html"], load_builtin())
    await log.append(note("api is down"))
    await log.write_report([tmp_path / "report.md", tmp_path / "report.html"], load_builtin())
    for name in ("report.md", "report.html"):
        assert "api is down" in (tmp_path / name).read_text("utf-8")
    await log.aclose()


def test_the_log_loads_without_sqlite() -> None:
    """The first frame does not wait for it."""
    script = "import sys, cockpit.incident.log; print('sqlite3' in sys.modules, 'markdown_it' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "False"]
