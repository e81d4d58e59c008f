"""What was done to a file behind the program's back is found."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.clock import Clock
from cockpit.incident.entry import Draft, Entry
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile


@pytest.fixture
def path(incident: IncidentFile, note: Callable[[str], Draft]) -> Path:
    """A closed file of an opening and nine notes."""
    for number in range(2, 11):
        incident.append(note(f"note {number} " + "x" * 3000))
    incident.close()
    return incident.path


def tampered(path: Path, statement: str) -> None:
    """Change the database as someone would who knows about the triggers."""
    connection = sqlite3.connect(path)
    with connection:
        for trigger in ("entry_is_never_changed", "entry_is_never_deleted", "entry_comes_last"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE entry SET text = 'nothing happened' WHERE sequence = 4", 4),
        ("UPDATE entry SET recorded_at = '2026-11-21T09:00:00.000Z' WHERE sequence = 5", 5),
        ("UPDATE entry SET recorded_at = 'yesterday' WHERE sequence = 5", 5),
        ("UPDATE entry SET kind = 'rumour' WHERE sequence = 6", 6),
        ("UPDATE entry SET data = 'no JSON' WHERE sequence = 6", 6),
        ("UPDATE entry SET data = x'ff' WHERE sequence = 6", 6),
        ("UPDATE entry SET text = CAST(x'ff' AS TEXT) WHERE sequence = 7", 7),
        ("DELETE FROM entry WHERE sequence = 1", 1),
        ("DELETE FROM entry WHERE sequence = 5", 5),
        ("DELETE FROM entry WHERE sequence > 8", 9),
        ("DELETE FROM entry", 1),
        ("UPDATE entry SET sequence = 20 WHERE sequence = 10", 10),
    ],
)
def test_a_changed_or_missing_entry_is_found(path: Path, clock: Clock, statement: str, broken: int) -> None:
    tampered(path, statement)
    file = IncidentFile.open(path, clock=clock)
    assert file.verify() == broken
    file.close()


def test_an_entry_that_cannot_be_read_is_named_and_the_others_are_saved(path: Path, clock: Clock) -> None:
    tampered(path, "UPDATE entry SET kind = 'rumour' WHERE sequence = 6")
    file = IncidentFile.open(path, clock=clock)
    with pytest.raises(IncidentFileError, match="entry 6 cannot be read"):
        file.entries()
    assert [entry.sequence for entry in file.salvage()] == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    file.close()


def test_a_damaged_entry_does_not_stop_the_record(path: Path, clock: Clock, note: Callable[[str], Draft]) -> None:
    tampered(path, "UPDATE entry SET kind = 'rumour', text = x'ff' WHERE sequence = 10")
    file = IncidentFile.open(path, clock=clock)
    assert file.append(note("it goes on")).sequence == 11
    assert file.verify() == 10
    file.close()


def test_a_file_that_was_cut_off_is_found(path: Path, clock: Clock) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(IncidentFileError, match="is damaged") as caught:
        IncidentFile.open(path, clock=clock)
    assert ".recover" in str(caught.value.remedy)


def test_of_a_file_with_damaged_pages_the_entries_before_them_are_saved(path: Path, clock: Clock) -> None:
    content = bytearray(path.read_bytes())
    at = content.index(b"note 8 ") // 4096 * 4096
    content[at : at + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    file = IncidentFile.open(path, clock=clock)
    broken = file.verify()
    assert broken is not None
    assert [entry.sequence for entry in file.salvage()] == list(range(1, broken))
    with pytest.raises(IncidentFileError, match="is damaged"):
        file.entries()
    file.close()


def test_a_sound_file_verifies(path: Path, clock: Clock) -> None:
    file = IncidentFile.open(path, clock=clock)
    assert file.verify() is None
    assert len(file.entries()) == 10
    file.close()


def test_a_file_that_is_written_while_it_is_verified_is_sound(
    incident: IncidentFile, clock: Clock, note: Callable[[str], Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    incident.append(note("one"))
    reader = IncidentFile.open(incident.path, clock=clock)
    salvage = reader.salvage

    def meanwhile() -> list[Entry]:
        entries = salvage()
        incident.append(note("two"))
        return entries

    monkeypatch.setattr(reader, "salvage", meanwhile)
    entries, broken = reader.audit()
    assert ([entry.text for entry in entries], broken) == (["Incident opened", "one"], None)
    assert [entry.text for entry in reader.entries(after=2)] == ["two"]
    reader.close()
