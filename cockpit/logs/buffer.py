"""The lines of one log pane: bounded, cheap to append to, any line at hand."""

import shlex
from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.chunk import KINDS, MemoryChunk, Part, SpooledChunk
from cockpit.logs.scrub import scrub
from cockpit.logs.spool import Spool

CHUNK_BYTES = 1024 * 1024
"""Text of a full chunk. A search takes a chunk at a time, and its threads wait for each other between two of them."""
MAX_BYTES = 32 * 1024 * 1024


class Line(NamedTuple):
    """One line as it was kept."""

    time: int
    """Nanoseconds since 1970, UTC; 0 where the source gave none."""
    stream: str
    kind: LineKind
    text: bytes
    """UTF-8 without control bytes but tabs."""


class LogBuffer:
    """Keeps the newest lines of a log: up to `max_bytes` in memory, those before them in the spool if there is one.

    When both are full, the oldest lines are dropped, a chunk at a time. A line's number never changes: lines are
    numbered from 0 in the order of their arrival, and `first` rises when old ones are dropped. A spool that cannot be
    written is told by a remark, and the log goes on in memory.

    Belongs to one thread; what `parts` gives may be read by another. Writes and reads of the spool go to the system's
    page cache, without waiting for the disk.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, spool: Spool | None = None) -> None:
        self._max_bytes = max_bytes
        self._spool = spool
        self._chunks: list[SpooledChunk | MemoryChunk] = [MemoryChunk(0)]
        """The oldest are in the spool, the others in memory; the last is open."""
        self._spooled_chunks = 0
        self._full_bytes = 0
        """Bytes of the full chunks in memory."""
        self._stream_indexes: dict[str, int] = {}
        self.streams: list[str] = []
        """Names of the streams in the order in which they first wrote."""
        self.remarks = array("q")
        """Numbers of the kept lines that are remarks of the cockpit, not lines of the log."""
        self.spooled = 0
        """Bytes in the spool."""
        self.trouble = ""
        """Why lines that do not fit into memory are dropped although there was to be a spool."""
        self.remedy: str | None = None
        """What to type against the trouble."""
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
        """Bytes kept in memory, with what belongs to each line."""
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
            taken = self._open_chunk().take(lines, times, stream, KINDS.index(block.kind), CHUNK_BYTES)
            lines, times = lines[taken:], times[taken:]
        told = self.trouble
        self._make_room()
        if self.trouble != told:
            remark = f"{self.trouble}; type: {self.remedy}".encode("utf-8", "replace")
            self.append(LogBlock(block.stream, remark, array("q", [block.times[-1]]), LineKind.TROUBLE))

    def line(self, number: int) -> Line:
        """Give the line with this number.

        Raises:
            IndexError: It was dropped, or has not come yet.
        """
        if not self.first <= number < self.end:
            raise IndexError(f"line {number} is not kept: {self.first} to {self.end - 1} are")
        chunk = self._chunks[self._chunk_index(number)]
        try:
            time, stream, kind, text = chunk.record(number - chunk.first)
        except OSError as error:
            return Line(0, "", LineKind.TROUBLE, f"this line cannot be read back: {error.strerror}".encode())
        return Line(time, self.streams[stream], KINDS[kind], text)

    def parts(self, start: int, limit: int) -> list[Part]:
        """Give the lines from `start` on (or the oldest after it) for a search, until `limit` bytes are reached.

        The first part may begin before `start`.
        """
        parts: list[Part] = []
        size = 0
        for index in range(self._chunk_index(max(start, self.first)), len(self._chunks)):
            chunk = self._chunks[index]
            if size >= limit or chunk.end <= start:
                break
            parts.append(chunk.part())
            size += chunk.text_size
        return parts

    def at_time(self, time: int) -> int:
        """Give the number of the first line that was written at `time` or later; `end` if none was.

        Streams interleave, so that lines are ordered by time but nearly: before the line there is none as late, after
        it there may be earlier ones.
        """
        index = bisect_left(self._chunks, time, key=lambda chunk: chunk.reached)
        if index == len(self._chunks):
            return self.end
        chunk = self._chunks[index]
        try:
            times = chunk.part().times()
        except OSError:
            return chunk.first
        return next((chunk.first + offset for offset, known in enumerate(times) if known >= time), chunk.first)

    def _chunk_index(self, number: int) -> int:
        return bisect_right(self._chunks, number, key=lambda chunk: chunk.first) - 1

    def _stream_index(self, stream: str) -> int:
        index = self._stream_indexes.setdefault(stream, len(self.streams))
        if index == len(self.streams):
            self.streams.append(stream)
        return index

    def _open_chunk(self) -> MemoryChunk:
        last = self._chunks[-1]
        if isinstance(last, SpooledChunk) or last.full:
            self._full_bytes += last.size
            last = MemoryChunk(last.end, last.reached)
            self._chunks.append(last)
        return last

    def _make_room(self) -> None:
        """Move full chunks from memory into the spool, and drop the oldest from there."""
        while self.size > self._max_bytes and self._spooled_chunks + 1 < len(self._chunks):
            if self._spool is None:
                self._drop_oldest()
            else:
                self._spill(self._spool)
        while self._spool is not None and self.spooled > self._spool.room and self._spooled_chunks:
            self._drop_oldest()

    def _spill(self, spool: Spool) -> None:
        """Write the oldest chunk in memory into the spool; when the disk has no room, drop the oldest file for it."""
        chunk = self._chunks[self._spooled_chunks]
        assert isinstance(chunk, MemoryChunk)  # noqa: S101  (those in the spool come before it)
        try:
            spooled = chunk.spill(spool)
        except OSError as error:
            self.trouble = (
                f"the disk takes no more log lines, so that older ones are dropped early: {error.strerror or error}"
            )
            self.remedy = f"df -h {shlex.quote(str(spool.directory))}"
            self._drop_oldest_file()
            return
        self._chunks[self._spooled_chunks] = spooled
        self._spooled_chunks += 1
        self._full_bytes -= chunk.size
        self.spooled += spooled.size

    def _drop_oldest_file(self) -> None:
        """Drop all chunks of the oldest file of the spool; if there is none, do without the spool from now on."""
        oldest = self._chunks[0]
        if not isinstance(oldest, SpooledChunk):
            self._spool = None
            return
        segment = oldest.extent.segment
        while isinstance(chunk := self._chunks[0], SpooledChunk) and chunk.extent.segment is segment:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        chunk = self._chunks.pop(0)
        self.dropped_until = max(self.dropped_until, chunk.newest)
        if isinstance(chunk, SpooledChunk):
            self._spooled_chunks -= 1
            self.spooled -= chunk.size
        else:
            self._full_bytes -= chunk.size
        del self.remarks[: bisect_left(self.remarks, self.first)]
