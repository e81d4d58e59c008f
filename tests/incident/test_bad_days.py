"""Bad days of an incident file: copied while it is written, declared twice at once, a clock that steps back."""

import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from cockpit.clock import Clock
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import Piece, references, seal_all, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.incident.log import IncidentLog
from cockpit.incident.state import state_of

Note = Callable[[str], Draft]
OPENING = (text_piece("runbook.md", "# Runbook"),)


def at_once(number: int, work: Callable[[], object]) -> list[object]:
    """Do something in so many threads at the same moment."""
    together, done = threading.Barrier(number), []

    def do() -> None:
        together.wait()
        done.append(work())

    threads = [threading.Thread(target=do) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


@pytest.mark.parametrize("with_journal", [True, False])
def test_a_file_that_was_copied_while_it_was_written_is_sound_as_far_as_it_goes(
    incident: IncidentFile, note: Note, clock: Clock, tmp_path: Path, *, with_journal: bool
) -> None:
    for number in range(20):
        incident.append(note(f"note {number}"))
    copy = Path(shutil.copy(incident.path, tmp_path))
    if with_journal:
        shutil.copy(f"{incident.path}-wal", tmp_path)
    incident.append(note("later"))
    with closing(IncidentFile.open(copy, clock=clock)) as file:
        entries, broken = file.audit()
    assert broken is None
    assert entries == incident.entries()[:-1]


def test_a_clock_that_steps_back_breaks_no_chain_and_no_order(
    incident: IncidentFile, note: Note, wait: Callable[[timedelta], None]
) -> None:
    first = incident.append(note("before"))
    wait(timedelta(hours=-2))
    second = incident.append(note("after"))
    assert second.recorded_at < first.recorded_at
    assert second.previous_hash == first.hash
    assert [entry.text for entry in incident.entries(after=1)] == ["before", "after"]
    assert incident.verify() is None


def test_what_two_declare_at_once_are_two_incidents(tmp_path: Path, clock: Clock) -> None:
    def declare() -> str:
        with closing(IncidentFile.create(tmp_path, clock=clock)) as file:
            file.append(Draft(EntryKind.DECLARED, "api is down", "ana"))
            return file.id

    assert len(set(at_once(8, declare))) == 8


def test_one_incident_that_two_declare_at_once_is_declared_by_the_first(incident: IncidentFile, clock: Clock) -> None:
    opening = seal_all(OPENING)

    def declare() -> int:
        with closing(IncidentFile.open(incident.path, clock=clock)) as file:
            return file.append(Draft(EntryKind.DECLARED, "api is down", "ana"), opening).sequence

    assert sorted(map(int, map(str, at_once(4, declare)))) == [1, 2, 3, 4]
    entries = incident.entries()
    assert state_of(entries).declared_at == entries[0].occurred_at
    assert [len(references(entry.data)) for entry in entries] == [1, 0, 0, 0]


async def test_what_belongs_to_a_declaration_is_kept_with_it(tmp_path: Path, note: Note, clock: Clock) -> None:
    log = IncidentLog(tmp_path, clock=clock, opening=OPENING)
    await log.append(note("api is down"))
    await log.append(note("db too"))
    assert [[each.name for each in references(entry.data)] for entry in log.entries] == [["runbook.md"], [], []]
    await log.aclose()


async def test_evidence_that_does_not_fit_is_not_in_the_way_of_what_does(
    tmp_path: Path, note: Note, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = IncidentFile.append

    def full(file: IncidentFile, draft: Draft, *more: object) -> object:
        if draft.pieces:
            raise IncidentFileError("the disk is full", "df -h")
        return append(file, draft)

    monkeypatch.setattr(IncidentFile, "append", full)
    log = IncidentLog(tmp_path, clock=clock)
    with pytest.raises(IncidentFileError, match="full"):
        await log.capture([Piece("a.txt", "text/plain", b"a")], Draft(EntryKind.EVIDENCE, "captured: a", "ana"))
    assert log.pending == []
    assert (await log.append(note("it goes on"))).sequence == 2
    assert log.trouble is None
    await log.aclose()
