"""The lines of one log pane in memory: bounded, cheap to append to, any line at hand."""

from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.scrub import scrub

CHUNK_BYTES = 256 * 1024
MAX_BYTES = 64 * 1024 * 1024
LINE_OVERHEAD = 17
"""Bytes kept for each line beside its text: offset, time, stream, kind."""

KINDS = tuple(LineKind)
TEXT = KINDS.index(LineKind.TEXT)


class Line(NamedTuple):
    """One line as it was kept."""

    time: int
    """Nanoseconds since 1970, UTC; 0 where the source gave none."""
    stream: str
    kind: LineKind
    text: bytes
    """UTF-8 without control bytes but tabs."""


class Part(NamedTuple):
    """Consecutive lines to be searched together. It does not change, so that another thread may read it."""

    first: int
    """Number of the first line."""
    text: bytes
    """The lines, each ended by a newline."""
    starts: "array[int]"
    """Offset of each line in `text`."""
    kinds: bytes
    """Kind of each line: an index into `KINDS`."""

    @property
    def end(self) -> int:
        """Number of the line after the last."""
        return self.first + len(self.starts)


class _Chunk:
    """Consecutive lines: one piece of text, and arrays with an item a line. A full chunk's text never changes."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.text: bytes | bytearray = bytearray()
        self.starts = array("I")
        self.times = array("q")
        self.streams = array("I")
        self.kinds = bytearray()

    @property
    def end(self) -> int:
        return self.first + len(self.starts)

    @property
    def full(self) -> bool:
        return isinstance(self.text, bytes)

    @property
    def size(self) -> int:
        return len(self.text) + LINE_OVERHEAD * len(self.starts)

    def take(self, lines: list[bytes], times: "array[int]", stream: int, kind: int) -> int:
        """Append as many of `lines` as make the chunk full; give their number."""
        position = len(self.text)
        taken = 0
        for line in lines:
            self.starts.append(position)
            position += len(line) + 1
            taken += 1
            if position >= CHUNK_BYTES:
                break
        self.text += b"\n".join(lines[:taken]) + b"\n"
        self.times.extend(times[:taken])
        self.streams.extend([stream] * taken)
        self.kinds.extend(bytes([kind]) * taken)
        if position >= CHUNK_BYTES:
            self.text = bytes(self.text)
        return taken

    def line_text(self, index: int) -> bytes:
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return bytes(self.text[self.starts[index] : end - 1])

    def part(self) -> Part:
        return Part(self.first, bytes(self.text), self.starts[:], bytes(self.kinds))


class LogBuffer:
    """Keeps the newest lines of a log, up to `max_bytes`; the oldest go first, a chunk at a time.

    A line's number never changes: lines are numbered from 0 in the order of their arrival, and `first` rises when
    old ones are dropped. Belongs to one thread; what `parts` gives may be read by another.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._chunks = [_Chunk(0)]
        self._full_bytes = 0
        self._stream_indexes: dict[str, int] = {}
        self.streams: list[str] = []
        """Names of the streams in the order in which they first wrote."""
        self.remarks = array("q")
        """Numbers of the kept lines that are remarks of the cockpit, not lines of the log."""
        self.dropped_until = 0
        """Time of the newest dropped line (ns since 1970, UTC); 0 while none with a time was dropped."""

    @property
    def first(self) -> int:
        """Number of the oldest line that is kept: as many were dropped."""
        return self._chunks[0].first

    @property
    def end(self) -> int:
        """Number that the next line will get."""
        return self._chunks[-1].end

    @property
    def size(self) -> int:
        """Bytes kept, with what belongs to each line."""
        return self._full_bytes + self._chunks[-1].size

    def append(self, block: LogBlock) -> None:
        """Keep the lines of a block, cleaned of what steers a terminal.

        Raises:
            ValueError: The block does not hold one time for each line.
        """
        if not block.times and not block.text:
            return
        lines = scrub(block.text).split(b"\n")
        times = block.times
        if len(lines) != len(times):
            raise ValueError(f"{len(lines)} lines of {block.stream} came with {len(times)} times")
        stream = self._stream_index(block.stream)
        if block.kind is not LineKind.TEXT:
            self.remarks.extend(range(self.end, self.end + len(lines)))
        while lines:
            taken = self._open_chunk().take(lines, times, stream, KINDS.index(block.kind))
            lines, times = lines[taken:], times[taken:]
        self._drop_oldest()

    def line(self, number: int) -> Line:
        """Give the line with this number.

        Raises:
            IndexError: It was dropped, or has not come yet.
        """
        if not self.first <= number < self.end:
            raise IndexError(f"line {number} is not kept: {self.first} to {self.end - 1} are")
        chunk = self._chunks[self._chunk_index(number)]
        index = number - chunk.first
        name = self.streams[chunk.streams[index]]
        return Line(chunk.times[index], name, KINDS[chunk.kinds[index]], chunk.line_text(index))

    def parts(self, start: int, limit: int) -> list[Part]:
        """Give the lines from `start` on (or the oldest after it) for a search, until `limit` bytes are reached.

        The first part may begin before `start`.
        """
        parts: list[Part] = []
        size = 0
        for chunk in self._chunks[self._chunk_index(max(start, self.first)) :]:
            if size >= limit or chunk.end <= start:
                break
            parts.append(chunk.part())
            size += len(chunk.text)
        return parts

    def _chunk_index(self, number: int) -> int:
        return bisect_right(self._chunks, number, key=lambda chunk: chunk.first) - 1

    def _stream_index(self, stream: str) -> int:
        index = self._stream_indexes.setdefault(stream, len(self.streams))
        if index == len(self.streams):
            self.streams.append(stream)
        return index

    def _open_chunk(self) -> _Chunk:
        last = self._chunks[-1]
        if last.full:
            self._full_bytes += last.size
            last = _Chunk(last.end)
            self._chunks.append(last)
        return last

    def _drop_oldest(self) -> None:
        dropped = 0
        while self.size > self._max_bytes and dropped + 1 < len(self._chunks):
            chunk = self._chunks[dropped]
            self._full_bytes -= chunk.size
            newest = max(chunk.times)
            self.dropped_until = max(self.dropped_until, newest)
            dropped += 1
        if dropped:
            del self._chunks[:dropped]
            del self.remarks[: bisect_left(self.remarks, self.first)]
