"""On a bastion, the people of a group write one incident, each from an account of their own."""

import os
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from cockpit.clock import utc_now
from cockpit.incident.file import IncidentFile

GROUP = 54_321
PEOPLE = (54_322, 54_323)
MEMBER = """
import os, sys
from contextlib import closing
from pathlib import Path
from cockpit.clock import utc_now
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile
person, group, path = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
os.umask(0o077)  # as careful people have it
os.setgroups([group])
os.setgid(group)
os.setuid(person)
with closing(IncidentFile.open(path, clock=utc_now)) as file:
    print(file.append(Draft(EntryKind.NOTE, f"from {person}", str(person))).sequence, flush=True)
    sys.stdin.readline()
"""


def member(person: int, path: Path) -> "subprocess.Popen[str]":
    """Start one who writes a note, and tells its number, and keeps the file open."""
    command = [sys.executable, "-c", MEMBER, str(person), str(GROUP), str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several people")
def test_two_accounts_of_a_group_write_one_file_while_both_have_it_open() -> None:
    with tempfile.TemporaryDirectory() as place:  # pytest's own directories are closed to other accounts
        directory = Path(place) / "incidents"
        directory.mkdir()
        os.chown(directory, 0, GROUP)
        directory.chmod(0o2770)
        Path(place).chmod(0o755)
        IncidentFile.create(directory, clock=utc_now).close()
        (path,) = directory.glob("*.incident")
        members = [member(person, path) for person in PEOPLE]
        told = [each.stdout.readline() for each in members if each.stdout is not None]
        assert sorted(told) == ["2\n", "3\n"]
        beside = [path for path in directory.iterdir() if path.is_file()]
        assert len(beside) > 1, "the write-ahead log is not there"
        assert {(stat.S_IMODE(path.stat().st_mode), path.stat().st_gid) for path in beside} == {(0o660, GROUP)}
        for each in members:
            each.communicate("\n")
        with closing(IncidentFile.read(path, clock=utc_now)) as file:
            assert {entry.actor for entry in file.entries()} == set(map(str, PEOPLE))
            assert file.verify() is None
