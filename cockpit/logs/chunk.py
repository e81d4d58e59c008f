"""Consecutive log lines kept as one piece of text with columns beside it, in memory or in the spool."""

import struct
from array import array
from bisect import bisect_left
from itertools import accumulate
from typing import NamedTuple, Protocol

from cockpit.logs.block import LineKind
from cockpit.logs.spool import Extent, Spool

LINE_OVERHEAD = 17
"""Bytes kept for each line beside its text: offset, time, stream, kind."""

KINDS = tuple(LineKind)
TEXT = KINDS.index(LineKind.TEXT)


class Record(NamedTuple):
    """One line as it stands in a chunk."""

    time: int
    stream: int
    kind: int
    text: bytes


class Part(Protocol):
    """Consecutive lines to be searched together. It does not change, so that another thread may read it.

    The methods may read from the disk, and raise `OSError` then.
    """

    @property
    def first(self) -> int:
        """Number of the first line."""

    @property
    def end(self) -> int:
        """Number of the line after the last."""

    @property
    def remarks(self) -> int:
        """How many of the lines are remarks of the cockpit."""

    def text(self) -> bytes:
        """Give the lines, each ended by a newline."""

    def starts(self) -> "array[int]":
        """Give the offset of each line in the text."""

    def times(self) -> "array[int]":
        """Give the time of each line (ns since 1970, UTC; 0: unknown)."""

    def streams(self) -> "array[int]":
        """Give the index of each line's stream."""

    def kinds(self) -> bytes:
        """Give the kind of each line: an index into `KINDS`."""


class MemoryChunk:
    """A chunk in memory. Lines are appended until it is full; from then on it never changes."""

    def __init__(self, first: int, reached: int = 0) -> None:
        """Begin with line number `first`, when the lines before had reached the time `reached`."""
        self.first = first
        self.remarks = 0
        self.newest = 0
        """The greatest time of its lines."""
        self.reached = reached
        """The greatest time of all lines up to its end."""
        self._text: bytes | bytearray = bytearray()
        self._starts = array("I")
        self._times = array("q")
        self._streams = array("I")
        self._kinds = bytearray()

    @property
    def end(self) -> int:
        """Number of the line after the last."""
        return self.first + len(self._starts)

    @property
    def full(self) -> bool:
        """Nothing more is appended."""
        return isinstance(self._text, bytes)

    @property
    def text_size(self) -> int:
        """Bytes of text."""
        return len(self._text)

    @property
    def size(self) -> int:
        """Bytes kept."""
        return len(self._text) + LINE_OVERHEAD * len(self._starts)

    def take(self, lines: list[bytes], times: "array[int]", stream: int, kind: int, limit: int) -> int:
        """Append as many of `lines` as make the chunk full, at `limit` bytes of text; give their number."""
        ends = list(accumulate(map((1).__add__, map(len, lines)), initial=len(self._text)))
        taken = min(len(lines), bisect_left(ends, limit, 1))
        self._text += b"\n".join(lines[:taken]) + b"\n"
        self._starts.extend(ends[:taken])
        self._times.extend(times[:taken])
        self._streams.extend([stream] * taken)
        self._kinds.extend(bytes([kind]) * taken)
        self.remarks += taken * (kind != TEXT)
        self.newest = max(self.newest, *times[:taken])
        self.reached = max(self.reached, self.newest)
        if ends[taken] >= limit:
            self._text = bytes(self._text)
        return taken

    def record(self, index: int) -> Record:
        """Give one line, counted from the chunk's first."""
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._text)
        text = bytes(self._text[self._starts[index] : end - 1])
        return Record(self._times[index], self._streams[index], self._kinds[index], text)

    def part(self) -> Part:
        """Give what another thread may read: itself when it is full, else a copy."""
        if self.full:
            return self
        copy = MemoryChunk(self.first, self.reached)
        copy.remarks, copy.newest = self.remarks, self.newest
        copy._text, copy._kinds = bytes(self._text), self._kinds[:]
        copy._starts, copy._times, copy._streams = self._starts[:], self._times[:], self._streams[:]
        return copy

    def spill(self, spool: Spool) -> "SpooledChunk":
        """Write a full chunk into the spool.

        Raises:
            OSError: It cannot be written.
        """
        columns = (self._starts.tobytes(), bytes(self._kinds), self._times.tobytes(), self._streams.tobytes())
        return SpooledChunk(self, spool.keep([self.text(), *columns]))

    def text(self) -> bytes:
        """Give the lines, each ended by a newline."""
        return bytes(self._text)

    def starts(self) -> "array[int]":
        """Give the offset of each line in the text."""
        return self._starts

    def times(self) -> "array[int]":
        """Give the time of each line."""
        return self._times

    def streams(self) -> "array[int]":
        """Give the index of each line's stream."""
        return self._streams

    def kinds(self) -> bytes:
        """Give the kind of each line."""
        return bytes(self._kinds)


class SpooledChunk:
    """A full chunk in the spool: of a line, no more is in memory than where its chunk stands.

    Text and columns follow each other in the extent, and a line is read by its place in each of them.
    """

    __slots__ = ("_text_size", "end", "extent", "first", "newest", "reached", "remarks")

    def __init__(self, chunk: MemoryChunk, extent: Extent) -> None:
        """Take the place of `chunk`, which was written to `extent`."""
        self.first, self.end, self.remarks = chunk.first, chunk.end, chunk.remarks
        self.newest, self.reached = chunk.newest, chunk.reached
        self._text_size = chunk.text_size
        self.extent = extent

    @property
    def size(self) -> int:
        """Bytes in the spool."""
        return self.extent.size

    @property
    def text_size(self) -> int:
        """Bytes of text."""
        return self._text_size

    def record(self, index: int) -> Record:
        """Give one line, counted from the chunk's first.

        Raises:
            OSError: It cannot be read.
        """
        lines = self.end - self.first
        last = index + 1 == lines
        starts = array("I", self._read(self._text_size + 4 * index, 4 if last else 8))
        end = self._text_size if last else starts[1]
        (kind,) = self._read(self._text_size + 4 * lines + index, 1)
        (time,) = struct.unpack("q", self._read(self._text_size + 5 * lines + 8 * index, 8))
        (stream,) = struct.unpack("I", self._read(self._text_size + 13 * lines + 4 * index, 4))
        return Record(time, stream, kind, self._read(starts[0], end - 1 - starts[0]))

    def part(self) -> Part:
        """Give what another thread may read."""
        return self

    def text(self) -> bytes:
        """Give the lines, each ended by a newline."""
        return self._read(0, self._text_size)

    def starts(self) -> "array[int]":
        """Give the offset of each line in the text."""
        return array("I", self._column(0, 4))

    def kinds(self) -> bytes:
        """Give the kind of each line."""
        return self._column(4, 1)

    def times(self) -> "array[int]":
        """Give the time of each line."""
        return array("q", self._column(5, 8))

    def streams(self) -> "array[int]":
        """Give the index of each line's stream."""
        return array("I", self._column(13, 4))

    def _column(self, width_before: int, width: int) -> bytes:
        """Read a column: `width` bytes a line, after columns that take `width_before` bytes a line."""
        lines = self.end - self.first
        return self._read(self._text_size + width_before * lines, width * lines)

    def _read(self, offset: int, size: int) -> bytes:
        return self.extent.segment.read(self.extent.offset + offset, size)
