"""What is to be known of the file system under an incident file, where several programs lock it and write."""

import fcntl
import os
import struct
import tempfile
from pathlib import Path
from typing import Final

import msgspec

NETWORK_FILE_SYSTEMS: Final = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs", "fuse.sshfs", "fuse.glusterfs")
)
"""Those of Linux that other hosts may write at the same time: no memory is shared with them, as SQLite's WAL needs
(sqlite.org/wal.html)."""

_LOCAL_LOCKS: Final = frozenset(("nolock", "nobrl", "local_lock=all", "local_lock=posix"))
"""Mount options of NFS and SMB with which other hosts do not see a lock (nfs(5), mount.cifs(8))."""
_NO_LOCKS: Final = frozenset(("fuse.sshfs",))
_MOUNTS = Path("/proc/self/mounts")
_WHOLE_FILE: Final = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
"""A `struct flock` of fcntl(2): an exclusive lock on all of a file."""


class FileSystem(msgspec.Struct, frozen=True):
    """What a path lies on."""

    kind: str = ""
    """Such as `ext4`; empty where nothing tells."""
    options: frozenset[str] = frozenset()

    @property
    def network(self) -> bool:
        """Whether other hosts may write it."""
        return self.kind in NETWORK_FILE_SYSTEMS

    @property
    def unlocked(self) -> str:
        """Why other hosts do not see a lock; empty when they do."""
        if self.kind in _NO_LOCKS:
            return f"{self.kind} passes no locks on to the other hosts"
        options = sorted(self.options & _LOCAL_LOCKS) if self.network else []
        return f"{self.kind} is mounted with {', '.join(options)}: other hosts see no locks" if options else ""


def file_system(path: Path, mounts: Path = _MOUNTS) -> FileSystem:
    """Find out what `path` lies on."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return FileSystem()
    found, longest, path = FileSystem(), -1, path.resolve()
    for line in lines:
        _, point, kind, options, *_ = line.split(" ")
        place = Path(point.replace("\\040", " "))
        if path.is_relative_to(place) and len(place.parts) >= longest:
            longest, found = len(place.parts), FileSystem(kind, frozenset(options.split(",")))
    return found


def why_not_locked(directory: Path) -> str:
    """Try a lock in `directory`, and say why it keeps nobody out; empty when it does.

    It is tried on a file of its own: a process that closes a file loses its locks on it, those of SQLite as well.

    Raises:
        OSError: No file can be made there.
    """
    with tempfile.NamedTemporaryFile(dir=directory, prefix=".lock-") as first, Path(first.name).open("r+b") as second:
        try:
            fcntl.fcntl(first, fcntl.F_OFD_SETLK, _WHOLE_FILE)
        except OSError as error:
            return f"a file cannot be locked there: {error.strerror}"
        try:
            fcntl.fcntl(second, fcntl.F_OFD_SETLK, _WHOLE_FILE)
        except OSError:
            return ""
        return "a locked file can be locked again there"
