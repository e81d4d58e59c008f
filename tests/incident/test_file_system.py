"""Where other hosts may write an incident file, locks keep them apart, or nothing is written."""

import errno
import fcntl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cockpit.clock import Clock
from cockpit.incident import connection
from cockpit.incident.entry import Draft
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile
from cockpit.incident.file_system import FileSystem, file_system, why_not_locked

Note = Callable[[str], Draft]


def test_the_innermost_mount_counts(tmp_path: Path) -> None:
    mounts, shared = tmp_path / "mounts", tmp_path / "shared place"
    escaped = str(shared).replace(" ", "\\040")
    mounts.write_text(f"/dev/root / ext4 rw 0 0\nserver:/home {escaped} nfs4 rw,hard 0 0\nproc /proc proc rw 0 0\n")
    assert file_system(shared / "incidents", mounts) == FileSystem("nfs4", frozenset(("rw", "hard")))
    assert file_system(tmp_path, mounts) == FileSystem("ext4", frozenset(("rw",)))
    assert file_system(tmp_path, tmp_path / "none") == FileSystem()


@pytest.mark.parametrize(
    ("kind", "options", "why"),
    [
        ("ext4", ["rw", "nolock"], ""),
        ("nfs4", ["rw", "hard"], ""),
        ("nfs", ["rw", "nolock"], "nfs is mounted with nolock: other hosts see no locks"),
        ("nfs", ["rw", "local_lock=all"], "nfs is mounted with local_lock=all: other hosts see no locks"),
        ("cifs", ["rw", "nobrl"], "cifs is mounted with nobrl: other hosts see no locks"),
        ("fuse.sshfs", ["rw"], "fuse.sshfs passes no locks on to the other hosts"),
    ],
)
def test_mount_options_tell_whether_other_hosts_see_a_lock(kind: str, options: list[str], why: str) -> None:
    assert FileSystem(kind, frozenset(options)).unlocked == why


def test_a_lock_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_not_locked(tmp_path) == ""
    monkeypatch.setattr(fcntl, "fcntl", lambda *_: b"")
    assert why_not_locked(tmp_path) == "a locked file can be locked again there"

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    assert why_not_locked(tmp_path) == "a file cannot be locked there: No locks available"
    assert list(tmp_path.iterdir()) == []


def test_on_nfs_nothing_is_shared_through_memory(
    tmp_path: Path, clock: Clock, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "file_system", lambda _: FileSystem("nfs4"))
    with (
        closing(IncidentFile.create(tmp_path, clock=clock)) as one,
        closing(IncidentFile.open(one.path, clock=clock)) as other,
    ):
        one.append(note("one"))
        other.append(note("two"))
        assert one.changed()
        assert [entry.text for entry in one.entries(after=1)] == ["one", "two"]
        assert one.verify() is None
        assert not list(tmp_path.glob("*-wal")) + list(tmp_path.glob("*-shm"))


def test_a_file_that_comes_from_a_local_disk_is_written_on_nfs_without_a_log_in_memory(
    incident: IncidentFile, clock: Clock, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident.append(note("one"))
    incident.close()
    monkeypatch.setattr(connection, "file_system", lambda _: FileSystem("nfs4"))
    with closing(IncidentFile.open(incident.path, clock=clock)) as file:
        file.append(note("two"))
        assert file._connection.execute("PRAGMA journal_mode").fetchone()[0] == "truncate"
        assert file.verify() is None


def test_where_locks_do_not_work_nothing_is_written_and_everything_can_be_read(
    incident: IncidentFile, clock: Clock, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident.append(note("one"))
    incident.close()
    monkeypatch.setattr(connection, "file_system", lambda _: FileSystem("nfs", frozenset(("nolock",))))
    with pytest.raises(IncidentFileError, match="other hosts see no locks") as caught:
        IncidentFile.open(incident.path, clock=clock)
    assert "[incident]" in str(caught.value.remedy)
    with pytest.raises(IncidentFileError, match="other hosts see no locks"):
        IncidentFile.create(incident.path.parent, clock=clock)
    assert [path.name for path in incident.path.parent.glob("*.incident")] == [incident.path.name]
    with closing(IncidentFile.read(incident.path, clock=clock)) as file:
        assert [entry.text for entry in file.entries(after=1)] == ["one"]
