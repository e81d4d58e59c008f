"""Several processes write one file; processes are killed; the disk is full or may not be written."""

import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from cockpit.clock import Clock
from cockpit.incident.entry import Draft
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile

WRITER = Path(__file__).with_name("writer.py")
INTRUDER = """
import os, sys
from pathlib import Path
from cockpit.clock import utc_now
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.names import claim, probe
if os.geteuid() == 0:
    os.setuid(65534)  # nobody: to root, nothing is read-only
for attempt in (probe, lambda directory: claim(directory, utc_now().date())):
    try:
        attempt(Path(sys.argv[1]))
    except IncidentFileError as error:
        print(error.message, error.remedy, sep=" | ")
"""


def writer(path: Path, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, WRITER, path, *map(str, arguments)], stdout=subprocess.PIPE, text=True)


def test_what_four_processes_write_is_one_unbroken_chain(incident: IncidentFile) -> None:
    writers = [writer(incident.path, name, 50) for name in "abcd"]
    acknowledged = [int(line) for process in writers for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in writers] == [0] * 4
    assert sorted(acknowledged) == list(range(2, 202))
    assert incident.verify() is None
    told = [entry.text.split()[:2] for entry in incident.entries(after=1)]
    for name in "abcd":  # none lost, none doubled, each writer's in its order
        assert [int(index) for actor, index in told if actor == name] == list(range(50))


def test_every_acknowledged_entry_survives_a_killed_writer(incident: IncidentFile) -> None:
    dice = random.Random(20261121)  # noqa: S311  (when to kill)
    acknowledged = 0
    for _ in range(20):
        process = writer(incident.path, "ana", 1_000_000)
        assert process.stdout is not None
        for _ in range(dice.randint(1, 25)):
            acknowledged = int(process.stdout.readline())
        process.kill()
        acknowledged = max([acknowledged, *map(int, whole_lines(process.communicate()[0]))])
        assert incident.verify() is None
        assert incident.entries()[-1].sequence >= acknowledged


def whole_lines(text: str) -> list[str]:
    """Leave out a line that was cut off when its writer was killed."""
    return [line for line in text.splitlines(keepends=True) if line.endswith("\n")]


def test_without_room_nothing_is_half_saved_and_with_room_it_goes_on(incident: IncidentFile) -> None:
    process = writer(incident.path, "ana", 1_000, 150_000)
    *acknowledged, message, remedy, last = process.communicate()[0].splitlines()
    assert str(incident.path) in message
    assert "df -h" in remedy
    assert int(last) == int(acknowledged[-1]) + 1
    assert incident.verify() is None
    assert incident.entries()[-1].sequence == int(last)


def test_a_full_disk_is_told_as_such(incident: IncidentFile, note: Callable[[str], Draft]) -> None:
    incident.append(note("api is down"))
    pages = incident._connection.execute("PRAGMA page_count").fetchone()[0]
    incident._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(IncidentFileError, match="the disk is full") as caught:
        incident.append(note("x" * 100_000))
    assert str(caught.value.remedy).endswith(f"df -h {incident.path.parent}")
    assert [entry.text for entry in incident.entries(after=1)] == ["api is down"]


def test_a_file_that_stays_locked_is_told_as_such(incident: IncidentFile, note: Callable[[str], Draft]) -> None:
    other = sqlite3.connect(incident.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    incident._connection.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(IncidentFileError, match="locked by another process") as caught:
        incident.append(note("api is down"))
    assert "fuser" in str(caught.value.remedy)
    other.execute("ROLLBACK")
    other.close()
    assert incident.append(note("api is down")).sequence == 2


def test_a_failed_append_leaves_the_file_free_for_others(
    incident: IncidentFile, note: Callable[[str], Draft], clock: Clock
) -> None:
    def broken_clock() -> datetime:
        raise ZeroDivisionError

    broken = IncidentFile.open(incident.path, clock=broken_clock)
    with pytest.raises(ZeroDivisionError):
        broken.append(note("never said"))
    incident._connection.execute("PRAGMA busy_timeout = 1")
    assert incident.append(note("api is down")).sequence == 2
    broken.close()


def test_a_directory_that_may_not_be_written_is_told_with_what_to_do() -> None:
    with tempfile.TemporaryDirectory() as place:  # pytest's own directories are closed to other accounts
        directory = Path(place)
        directory.chmod(0o555)
        command = [sys.executable, "-c", INTRUDER, place]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        directory.chmod(0o700)
    complaint = f"no incident file can be kept in {directory}: Permission denied | ls -ld {directory}"
    assert [line.startswith(complaint) for line in answer.stdout.splitlines()] == [True, True]


def test_a_file_that_cannot_be_made_leaves_no_empty_one(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cockpit.incident.file._connect", lambda path: sqlite3.connect(path / "impossible"))
    with pytest.raises(IncidentFileError):
        IncidentFile.create(tmp_path, clock=clock)
    assert list(tmp_path.iterdir()) == []
