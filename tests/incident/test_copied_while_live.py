"""A copy that was taken while people write is sound as far as it goes, or is told to be damaged: it never lies."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cockpit.clock import Clock
from cockpit.incident.entry import Draft, Entry
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile

ROUNDS = 8
"""In each, the file and its journal are copied one after the other; meanwhile notes are written and tidied away."""


@pytest.fixture
def read(clock: Clock) -> Callable[[Path], list[Entry] | None]:
    """Reads a copy; None where the program says that it is damaged."""

    def read(copy: Path) -> list[Entry] | None:
        try:
            with closing(IncidentFile.open(copy, clock=clock)) as file:
                entries, broken = file.audit()
        except IncidentFileError:
            return None
        return entries if broken is None else None

    return read


@pytest.mark.parametrize("checkpoint", ["PASSIVE", "RESTART", "TRUNCATE"])
@pytest.mark.parametrize("order", [("", "-wal"), ("-wal", "")], ids=["journal last", "journal first"])
def test_a_copy_holds_a_beginning_of_the_record_or_says_that_it_is_damaged(
    incident: IncidentFile,
    note: Callable[[str], Draft],
    read: Callable[[Path], list[Entry] | None],
    tmp_path: Path,
    order: tuple[str, str],
    checkpoint: str,
) -> None:
    def write(some: int) -> None:
        for number in range(some):
            incident.append(note(f"note {number} " + "x" * 2000))

    copies = []
    for nth in range(ROUNDS):
        write(nth % 4)
        directory = tmp_path / str(nth)
        directory.mkdir()
        for ending in order:
            source = incident.path.with_name(f"{incident.path.name}{ending}")
            if source.exists():
                shutil.copy(source, directory)
            write(2)
            incident._connection.execute(f"PRAGMA wal_checkpoint({checkpoint})")
            write(nth % 3)
        copies.append(directory / incident.path.name)
    whole = incident.entries()
    sound = [entries for copy in copies if (entries := read(copy)) is not None]
    assert sound, "nothing at all can be read of any copy"
    assert [len(entries) for entries in sound if entries != whole[: len(entries)]] == []
    assert incident.verify() is None
