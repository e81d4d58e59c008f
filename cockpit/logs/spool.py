"""Where log lines go that are too many for memory: files without a name, which vanish with the program."""

import errno
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

MOST_SEGMENT_BYTES = 64 * 1024 * 1024
RESERVE_BYTES = 256 * 1024 * 1024
"""Disk space that is left to others, the incident file among them."""


class Segment:
    """One spool file. It has no name, so that even a killed program leaves nothing behind.

    The space is given back when nothing refers to it any more. Reading is safe in any thread.
    """

    def __init__(self, directory: Path) -> None:
        """Open a file in `directory` that only this program can read.

        Raises:
            OSError: There is no such directory, or not enough space.
        """
        if shutil.disk_usage(directory).free < RESERVE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(directory))
        with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
            self._handle = os.dup(file.fileno())
        self.size = 0

    def __del__(self) -> None:
        if (handle := getattr(self, "_handle", None)) is not None:
            os.close(handle)

    def write(self, pieces: Sequence[bytes]) -> int:
        """Append `pieces`; give where they begin.

        Raises:
            OSError: They do not fit; what was written of them is overwritten by the next.
        """
        begin = position = self.size
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                written = os.pwrite(self._handle, rest, position)
                position += written
                rest = rest[written:]
        self.size = position
        return begin

    def read(self, offset: int, size: int) -> bytes:
        """Read what was written.

        Raises:
            OSError: The disk failed.
        """
        data = os.pread(self._handle, size, offset)
        if len(data) != size:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return data


class Extent(NamedTuple):
    """Where something stands in the spool."""

    segment: Segment
    offset: int
    size: int


class Spool:
    """Appends to segment files in one directory, up to `max_bytes` in all.

    It does not know what is still wanted: whoever holds an `Extent` keeps its segment on the disk.
    """

    def __init__(self, directory: Path, max_bytes: int) -> None:
        """Write into `directory`, which is made when it is needed first."""
        self.max_bytes = max_bytes
        self.directory = directory
        self._segment_bytes = min(MOST_SEGMENT_BYTES, max_bytes // 16)
        self._segment: Segment | None = None

    @property
    def room(self) -> int:
        """Bytes that may be wanted at once, so that the files with what is not wanted any more stay in bounds too."""
        return self.max_bytes - self._segment_bytes

    def keep(self, pieces: Sequence[bytes]) -> Extent:
        """Write `pieces`, one after the other.

        Raises:
            OSError: They cannot be written: the disk is full, or the directory is not to be used.
        """
        size = sum(map(len, pieces))
        if self._segment is not None and self._segment.size + size <= self._segment_bytes:
            try:
                return Extent(self._segment, self._segment.write(pieces), size)
            except OSError:
                self._segment = None  # a file can be too long where there is room for another
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        segment = Segment(self.directory)
        extent = Extent(segment, segment.write(pieces), size)
        self._segment = segment
        return extent
