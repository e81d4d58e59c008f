"""Follows several logs at once into one buffer."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing

from cockpit.logs.block import LineKind, LogBlock, LogTarget
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.merge import merge

OpenStream = Callable[[LogTarget], AsyncIterator[LogBlock]]

TICK = 0.1
"""Seconds in which the lines of several streams are gathered to be put into the order of their times."""
MAX_PENDING_LINES = 20_000
"""Gathered lines at which a follower waits for the tick: what arrives faster is slowed down, not lost."""


class Tail:
    """Keeps a follower for each wanted log and appends what they yield to a buffer, ordered by time.

    Belongs to one event loop. A follower that fails is told in the log by a TROUBLE remark; it is started again when
    its target is left out and wanted anew.
    """

    def __init__(
        self, open_stream: OpenStream, buffer: LogBuffer, wake: Callable[[], None], tick: float = TICK
    ) -> None:
        """Prepare to append to `buffer` every `tick` seconds; `wake` is called each time lines were appended."""
        self._open_stream = open_stream
        self._buffer = buffer
        self._wake = wake
        self._tick = tick
        self._followers: dict[LogTarget, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        """Followers that are wanted, and those that were cancelled and have not ended yet."""
        self._pending: list[LogBlock] = []
        self._pending_lines = 0
        self._flush_timer: asyncio.TimerHandle | None = None
        self._flushed = asyncio.Event()

    @property
    def targets(self) -> frozenset[LogTarget]:
        """The logs that are wanted at the moment."""
        return frozenset(self._followers)

    @property
    def ended(self) -> frozenset[LogTarget]:
        """The wanted logs that have come to their end: nothing follows them any more."""
        return frozenset(target for target, follower in self._followers.items() if follower.done())

    def aim(self, targets: Iterable[LogTarget]) -> None:
        """Follow exactly these logs from now on. Those that were followed before go on undisturbed."""
        wanted = dict.fromkeys(targets)
        for target in [target for target in self._followers if target not in wanted]:
            self._followers.pop(target).cancel()
        for target in wanted:
            if target not in self._followers:
                task = asyncio.create_task(self._follow(target))
                self._followers[target] = task
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def aclose(self) -> None:
        """End all followers and append what they have yielded."""
        self.aim(())
        await asyncio.gather(*self._running, return_exceptions=True)
        self._flush()

    async def _follow(self, target: LogTarget) -> None:
        try:
            async with aclosing(self._open_stream(target)) as blocks:  # type: ignore[type-var]
                async for block in blocks:
                    await self._take(block)
        except Exception as error:  # noqa: BLE001  (whatever it is, the person who reads this log must see it)
            message = f"this log is no longer followed: {type(error).__name__}: {error}"
            await self._take(_trouble(target.stream, message))

    async def _take(self, block: LogBlock) -> None:
        block = _checked(block)
        self._pending.append(block)
        self._pending_lines += len(block.times)
        if self._flush_timer is None:
            self._flush_timer = asyncio.get_running_loop().call_later(self._tick, self._flush)
        if self._pending_lines >= MAX_PENDING_LINES:
            self._flushed.clear()
            await self._flushed.wait()

    def _flush(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        self._flushed.set()
        pending, self._pending, self._pending_lines = self._pending, [], 0
        if pending:
            for block in merge(pending):
                self._buffer.append(block)
            self._wake()


def _checked(block: LogBlock) -> LogBlock:
    """Put a remark in the place of a malformed block: it must not cost the lines that others wrote at that time."""
    lines = block.text.count(b"\n") + 1 if block.times or block.text else 0
    if lines == len(block.times):
        return block
    return _trouble(block.stream, f"{lines} lines came with {len(block.times)} times and are left out")


def _trouble(stream: str, message: str) -> LogBlock:
    text = message.replace("\n", " ").encode("utf-8", "replace")
    return LogBlock(stream=stream, text=text, times=array("q", [0]), kind=LineKind.TROUBLE)
