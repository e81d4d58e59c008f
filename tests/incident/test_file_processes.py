"""Several processes write one file; processes are killed; the disk is full or may not be written."""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from cockpit.clock import Clock
from cockpit.incident import store
from cockpit.incident.entry import Draft
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile

WRITER = Path(__file__).with_name("writer.py")
CREW = WRITER.with_name("crew.py")
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
    check_that_nothing_is_lost_or_doubled(incident, "abcd", 50)


@pytest.mark.benchmark
def test_what_eight_processes_write_is_one_unbroken_chain(incident: IncidentFile) -> None:
    check_that_nothing_is_lost_or_doubled(incident, "abcdefgh", 250)


def check_that_nothing_is_lost_or_doubled(incident: IncidentFile, names: str, number: int) -> None:
    """Let a process for each of the `names` write that many notes, all at once."""
    writers = [writer(incident.path, name, number) for name in names]
    acknowledged = [int(line) for process in writers for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in writers] == [0] * len(names)
    assert sorted(acknowledged) == list(range(2, len(names) * number + 2))
    assert incident.verify() is None
    told = [entry.text.split()[:2] for entry in incident.entries(after=1)]
    for name in names:  # each writer's in its order
        assert [int(index) for actor, index in told if actor == name] == list(range(number))


def test_every_acknowledged_entry_survives_killed_writers(incident: IncidentFile) -> None:
    assert kill_writers(incident.path, 20) >= 20


@pytest.mark.benchmark
def test_every_acknowledged_entry_survives_a_thousand_kills(incident: IncidentFile) -> None:
    assert kill_writers(incident.path, 1_000) >= 1_000


def kill_writers(path: Path, moments: int) -> int:
    """Kill writers at so many moments, and give how many entries they were told to be saved."""
    command = [sys.executable, str(CREW), str(path), str(moments), "20261121"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    return int(answer.stdout)


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


def test_a_file_that_stays_locked_is_told_as_such(
    incident: IncidentFile, note: Callable[[str], Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(incident.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.001)
    with pytest.raises(IncidentFileError, match="locked by another process") as caught:
        incident.append(note("api is down"))
    assert "fuser" in str(caught.value.remedy)
    other.execute("ROLLBACK")
    other.close()
    assert incident.append(note("api is down")).sequence == 2


def test_a_failed_append_leaves_the_file_free_for_others(
    incident: IncidentFile, note: Callable[[str], Draft], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_clock() -> datetime:
        raise ZeroDivisionError

    broken = IncidentFile.open(incident.path, clock=broken_clock)
    with pytest.raises(ZeroDivisionError):
        broken.append(note("never said"))
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.001)
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


READER = """
import os, sys
from contextlib import closing
from pathlib import Path
from cockpit.clock import utc_now
from cockpit.incident.file import IncidentFile
if os.geteuid() == 0:
    os.setuid(65534)  # nobody: to root, nothing is read-only
with closing(IncidentFile.read(Path(sys.argv[1]), clock=utc_now)) as file:
    print(file.verify(), file.last_sequence())
"""


def test_a_record_is_read_where_it_may_not_be_written(clock: Clock, note: Callable[[str], Draft]) -> None:
    with tempfile.TemporaryDirectory() as place:  # pytest's own directories are closed to other accounts
        directory = Path(place)
        file = IncidentFile.create(directory, clock=clock)
        file.append(note("api is down"))
        read_by_another(file.path)  # while it is written
        file.close()
        read_by_another(file.path)


def read_by_another(path: Path) -> None:
    """Read a file with two entries from an account that may write neither it nor its directory."""
    for each in path.parent.iterdir():
        each.chmod(0o444)
    path.parent.chmod(0o555)
    answer = subprocess.run([sys.executable, "-c", READER, path], capture_output=True, text=True, check=True)
    assert answer.stdout == "None 2\n"
    path.parent.chmod(0o700)


def test_a_file_that_cannot_be_made_leaves_no_empty_one(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cockpit.incident.file.connect", lambda path, mode="": sqlite3.connect(path / "impossible"))
    with pytest.raises(IncidentFileError):
        IncidentFile.create(tmp_path, clock=clock)
    assert list(tmp_path.iterdir()) == []
