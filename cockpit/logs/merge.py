"""The lines of several streams put into one order by time, as they come."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from cockpit.logs.block import LogBlock

LAG = 0.2
"""Seconds for which every line waits when there are several streams: one takes that much longer than another."""
SILENCE = 0.3
"""Seconds after its newest line for which a stream is waited for that has not reached the time of another's line."""
LONGEST_WAIT = 2.0
"""Seconds that a line is held back at most, whatever the other streams do."""
OPENING = 1.0
"""Seconds for which a stream that is being opened is waited for."""


class _Waiting(NamedTuple):
    """A block that came, and has not been handed on."""

    came: float
    block: LogBlock
    keys: "array[int]"
    """For each line, the latest time that its stream had reached: what it is sorted by."""


class _Stream:
    """What is held back of one stream."""

    def __init__(self, now: float) -> None:
        self.waiting: list[_Waiting] = []
        self.lines = 0
        self.reached: int | None = None
        """The latest time of its lines; None while it has written none."""
        self.awaited_until = now
        self.finished = False

    def add(self, block: LogBlock, now: float) -> None:
        self.awaited_until = now + SILENCE
        if block.times:
            keys = array("q", accumulate(block.times, max, initial=self.reached or 0))[1:]
            self.reached = keys[-1]
            self.waiting.append(_Waiting(now, block, keys))
            self.lines += len(keys)

    def take(self, until: int) -> Iterator[LogBlock]:
        """Hand on the lines up to a time, and no more."""
        while self.waiting:
            came, block, keys = self.waiting[0]
            count = bisect_right(keys, until)
            if count < len(keys):
                if count:
                    taken, rest = _split(block, count)
                    self.waiting[0] = _Waiting(came, rest, keys[count:])
                    self.lines -= count
                    yield taken
                return
            del self.waiting[0]
            self.lines -= count
            yield block


class Merger:
    """Holds lines back until no stream is likely to bring an older one, and hands them on in the order of their times.

    A line waits for `LAG`, for streams that are being opened, and for those that wrote a moment ago and have not
    reached its time: only as long as they talk, and never longer than `LONGEST_WAIT`. A single stream waits for
    nothing.
    """

    def __init__(self) -> None:
        self._streams: dict[str, _Stream] = {}

    def __bool__(self) -> bool:
        """Something is held back."""
        return any(stream.waiting for stream in self._streams.values())

    def expect(self, name: str, now: float) -> None:
        """Wait for a stream that is being opened."""
        stream = self._streams.setdefault(name, _Stream(now))
        stream.awaited_until, stream.finished = now + OPENING, False

    def finish(self, name: str) -> None:
        """Wait no more for a stream; what it wrote keeps its place."""
        if (stream := self._streams.get(name)) is not None:
            stream.awaited_until = 0.0
            stream.finished = True

    def add(self, block: LogBlock, now: float) -> None:
        """Take a block that came at `now` (seconds of a clock that never goes back); an empty one is a sign of life."""
        self._streams.setdefault(block.stream, _Stream(now)).add(block, now)

    def held(self, name: str) -> int:
        """Tell how many lines of a stream are held back."""
        stream = self._streams.get(name)
        return 0 if stream is None else stream.lines

    def take(self, now: float) -> Iterator[LogBlock]:
        """Hand on what need not wait any longer, in the order of the times, as blocks of one stream each."""
        until = self._until(now)
        taken = [block for stream in self._streams.values() for block in stream.take(until)]
        self._streams = {
            name: stream for name, stream in self._streams.items() if stream.waiting or not stream.finished
        }
        return merge(taken)

    def take_all(self) -> Iterator[LogBlock]:
        """Hand on everything."""
        return self.take(float("inf"))

    def _until(self, now: float) -> int:
        """Tell up to which time nothing older is to be expected."""
        latest = max((stream.reached or 0 for stream in self._streams.values()), default=0)
        awaited = [stream for stream in self._streams.values() if stream.awaited_until > now]
        until = min((-1 if stream.reached is None else stream.reached or latest for stream in awaited), default=latest)
        if sum(not stream.finished for stream in self._streams.values()) > 1:
            until = min(until, self._come_until(now - LAG))
        return max(until, self._come_until(now - LONGEST_WAIT))

    def _come_until(self, moment: float) -> int:
        """Give the latest time among the lines that came until then; -1 if none did."""
        waiting = (waiting for stream in self._streams.values() for waiting in stream.waiting)
        return max((keys[-1] for came, _, keys in waiting if came <= moment), default=-1)


def merge(blocks: Sequence[LogBlock]) -> Iterator[LogBlock]:
    """Give the lines of `blocks` in the order of their times, as blocks of one stream each.

    A stream's own order is never changed: a line, or a remark, that has no time or an earlier one than the line before
    it in its stream stays behind that line. Lines with the same time stay in the order of arrival.
    """
    if len({block.stream for block in blocks}) < 2:
        yield from blocks
        return
    keys = _sort_keys(blocks)
    owners = [index for index, block in enumerate(blocks) for _ in block.times]
    offsets = [offset for block in blocks for offset in range(len(block.times))]
    lines = [block.text.split(b"\n") for block in blocks]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    for owner, run in groupby(order, key=owners.__getitem__):
        block = blocks[owner]
        indexes = [offsets[index] for index in run]
        yield _block_of(block, (lines[owner][index] for index in indexes), (block.times[index] for index in indexes))


def _sort_keys(blocks: Sequence[LogBlock]) -> list[int]:
    """Give each line the latest time that its stream had reached, or the first known one of the stream before that."""
    reached: dict[str, int] = {}
    for block in blocks:
        known = next((time for time in block.times if time), 0)
        if known and not reached.get(block.stream):
            reached[block.stream] = known
    keys: list[int] = []
    for block in blocks:
        latest = reached.get(block.stream, 0)
        for time in block.times:
            latest = max(latest, time)
            keys.append(latest)
        reached[block.stream] = latest
    return keys


def _split(block: LogBlock, count: int) -> tuple[LogBlock, LogBlock]:
    lines = block.text.split(b"\n")
    return (
        _block_of(block, lines[:count], block.times[:count]),
        _block_of(block, lines[count:], block.times[count:]),
    )


def _block_of(block: LogBlock, lines: Iterable[bytes], times: Iterable[int]) -> LogBlock:
    """Make a block of some of another's lines."""
    return LogBlock(stream=block.stream, text=b"\n".join(lines), times=array("q", times), kind=block.kind)
