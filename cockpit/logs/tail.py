"""Follows several logs at once into one buffer."""

import asyncio
from array import array
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from enum import StrEnum
from typing import Generic, TypeVar

from cockpit.logs.block import LineKind, LogBlock, Target
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.merge import Merger

T = TypeVar("T", bound=Target)

OpenStream = Callable[[T], AsyncIterator[LogBlock]]

TICK = 0.1
"""Seconds in which the lines of several streams are gathered to be put into the order of their times."""
MAX_PENDING_LINES = 5_000
"""Lines of one stream at which its follower waits for the others: what arrives faster is slowed down, not lost."""

LONGEST_HOLD = 0.005
"""Seconds for which lines are appended without a pause: keys and drawing must not wait for what comes at one go."""


class StreamState(StrEnum):
    """How it is with one of the followed logs."""

    OPENING = "opening"
    """Nothing was heard of it yet."""
    FOLLOWING = "following"
    """It was opened, and what it writes arrives."""
    WAITING = "waiting"
    """There is no log yet: the container is being created."""
    TROUBLE = "in trouble"
    """It cannot be read at the moment; a remark in the log says why."""
    ENDED = "ended"
    """It has come to its end; a remark in the log says how."""


_STATES = {
    LineKind.WAITING: StreamState.WAITING,
    LineKind.TROUBLE: StreamState.TROUBLE,
    LineKind.END: StreamState.ENDED,
}
"""What a block of lines means for the state of its stream; after all others it is followed."""


class Tail(Generic[T]):
    """Keeps a follower for each wanted log and appends what they yield to a buffer, ordered by time.

    Belongs to one event loop. A follower that fails is told in the log by a TROUBLE remark; it is started again when
    its target is left out and wanted anew.
    """

    def __init__(
        self, open_stream: OpenStream[T], buffer: LogBuffer, wake: Callable[[], None], tick: float = TICK
    ) -> None:
        """Prepare to append to `buffer` every `tick` seconds.

        `wake` is called each time lines were appended, or the state of a stream has changed.
        """
        self._open_stream = open_stream
        self._buffer = buffer
        self._wake = wake
        self._tick = tick
        self._followers: dict[T, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        """Followers that are wanted, and those that were cancelled and have not ended yet."""
        self._merger = Merger()
        self._ready: deque[LogBlock] = deque()
        """Blocks in their final order, to be appended as soon as the loop has time for it."""
        self._states: dict[T, StreamState] = {}
        self._streams: dict[T, set[str]] = {}
        """The streams that each log consists of: a container is one, a log group has many."""
        self._flush_timer: asyncio.TimerHandle | None = None
        self._flushed = asyncio.Event()

    @property
    def targets(self) -> frozenset[T]:
        """The logs that are wanted at the moment."""
        return frozenset(self._followers)

    @property
    def ended(self) -> frozenset[T]:
        """The wanted logs that nothing follows any more, and of which all is in the buffer."""
        if self._ready:
            return frozenset()
        return frozenset(
            target
            for target, follower in self._followers.items()
            if follower.done() and not any(map(self._merger.held, self._streams[target]))
        )

    def state(self, target: T) -> StreamState:
        """Tell how it is with one of the wanted logs.

        Raises:
            KeyError: It is not wanted.
        """
        return self._states[target]

    @property
    def states(self) -> Counter[StreamState]:
        """How many of the wanted logs are in each state."""
        return Counter(self._states.values())

    def aim(self, targets: Iterable[T]) -> None:
        """Follow exactly these logs from now on. Those that were followed before go on undisturbed."""
        wanted = dict.fromkeys(targets)
        for target in [target for target in self._followers if target not in wanted]:
            self._followers.pop(target).cancel()
            del self._states[target]
            self._finish(self._streams.pop(target))
        for target in wanted:
            if target not in self._followers:
                self._states[target] = StreamState.OPENING
                self._streams[target] = {target.stream}
                self._merger.expect(target.stream, self._now())
                task = asyncio.create_task(self._follow(target))
                self._followers[target] = task
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def aclose(self) -> None:
        """End all followers and append what they have yielded."""
        self.aim(())
        await asyncio.gather(*self._running, return_exceptions=True)
        self._stop_timer()
        self._ready.extend(self._merger.take_all())
        self._append(float("inf"))

    async def _follow(self, target: T) -> None:
        try:
            async with aclosing(self._open_stream(target)) as blocks:  # type: ignore[type-var]
                async for block in blocks:
                    await self._take(target, block)
            self._turn(target, StreamState.ENDED)
        except Exception as error:  # noqa: BLE001  (whatever it is, the person who reads this log must see it)
            message = f"this log is no longer followed: {type(error).__name__}: {error}"
            await self._take(target, _trouble(target.stream, message))
        self._finish(self._streams.get(target, ()))
        self._flush_soon()

    async def _take(self, target: T, block: LogBlock) -> None:
        block = _checked(block)
        if target in self._streams:
            self._streams[target].add(block.stream)
        self._merger.add(block, self._now())
        self._turn(target, _STATES.get(block.kind, StreamState.FOLLOWING))
        self._flush_soon()
        if self._merger.held(block.stream) >= MAX_PENDING_LINES:
            self._flush()
            await asyncio.sleep(0)
        while self._merger.held(block.stream) >= MAX_PENDING_LINES:
            self._flushed.clear()
            await self._flushed.wait()

    def _finish(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._merger.finish(stream)

    def _turn(self, target: T, state: StreamState) -> None:
        """Take note of a stream's state, unless it is not wanted any more."""
        if self._states.get(target, state) is not state:
            self._states[target] = state
            self._wake()

    def _flush_soon(self) -> None:
        if self._flush_timer is None and (self._ready or self._merger):
            delay = 0 if self._ready else self._tick
            self._flush_timer = asyncio.get_running_loop().call_later(delay, self._flush)

    def _stop_timer(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None

    def _flush(self) -> None:
        """Append what need not wait any longer; if that takes too long, go on when the loop has seen to the rest."""
        self._stop_timer()
        if not self._ready:
            self._ready.extend(self._merger.take(self._now()))
        self._append(self._now() + LONGEST_HOLD)
        if not self._ready:
            self._flushed.set()
        self._flush_soon()

    def _append(self, until: float) -> None:
        appended = bool(self._ready)
        while self._ready:
            self._buffer.append(self._ready.popleft())
            if self._now() >= until:
                break
        if appended:
            self._wake()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _checked(block: LogBlock) -> LogBlock:
    """Put a remark in the place of a malformed block: it must not cost the lines that others wrote at that time."""
    lines = block.text.count(b"\n") + 1 if block.times or block.text else 0
    if lines == len(block.times):
        return block
    return _trouble(block.stream, f"{lines} lines came with {len(block.times)} times and are left out")


def _trouble(stream: str, message: str) -> LogBlock:
    text = message.replace("\n", " ").encode("utf-8", "replace")
    return LogBlock(stream=stream, text=text, times=array("q", [0]), kind=LineKind.TROUBLE)
