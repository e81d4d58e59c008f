"""Runs a blocking read in a thread of its own and hands what it finds to the event loop.

The threads are daemons and belong to no executor: nothing ever waits for one, so that a read that is stuck can delay
neither the cancellation of its reader nor the end of the program.

What decodes in threads uses a `msgspec.json.Decoder` that was made when its module was loaded: msgspec learns a type at
its first use, and of two threads that are first at the same moment, one may crash the program (msgspec 0.22).
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import closing, suppress
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")


class Closeable(Protocol):
    """Something that one thread reads and another can end."""

    def close(self) -> None:
        """End the read that a thread is blocked in. Does not block."""


class Stopped(Exception):  # noqa: N818  (not an error: nobody reads any more)
    """Raised in a reading thread when nobody wants its items any more."""


class Stop:
    """How the event loop tells a reading thread to end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = False
        self._open: Closeable | None = None

    def closes(self, stream: Closeable) -> None:
        """Have `stream` closed when the thread is to end.

        Raises:
            Stopped: the thread is to end already.
        """
        with self._lock:
            self._open = stream
            if self._requested:
                raise Stopped

    def request(self) -> None:
        """Have the thread end as soon as it can."""
        with self._lock:
            self._requested = True
            stream = self._open
        if stream is not None:
            stream.close()


class _Handover(Generic[T]):
    """A bounded queue from one thread to the loop that is emptied at one go, and wakes the loop once for all."""

    def __init__(self, limit: int, size: Callable[[T], int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._size = size
        self._changed = threading.Condition()
        self._news = asyncio.Event()
        self._items: list[T] = []
        self._held = 0
        self._ended = False
        self._error: BaseException | None = None
        self._wanted = True

    def fill(self, read: Callable[[Stop], Generator[T, None, None]], stop: Stop) -> None:
        """Read everything, in the thread, for as long as it is wanted."""
        error: BaseException | None = None
        try:
            with closing(read(stop)) as items:
                for item in items:
                    self._put(item)
        except Stopped:
            pass
        except BaseException as caught:  # noqa: BLE001  (handed to the reader, who raises it)
            error = caught
        with self._changed:
            self._ended, self._error = True, error
        self._wake()

    async def take(self, longest_wait: float | None) -> list[T] | None:
        """Take all that has come, waiting for the first; empty after `longest_wait` seconds, None at the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(longest_wait):
                await self._news.wait()
        self._news.clear()
        with self._changed:
            items, self._items, self._held = self._items, [], 0
            self._changed.notify()
            ended, error = self._ended, self._error
        if ended and items:
            self._news.set()
        elif error is not None:
            raise error
        elif ended:
            return None
        return items

    def abandon(self) -> None:
        """Want nothing more."""
        with self._changed:
            self._wanted = False
            self._changed.notify()

    def _put(self, item: T) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._held < self._limit or not self._wanted)
            if not self._wanted:
                raise Stopped
            first = not self._items
            self._items.append(item)
            self._held += self._size(item)
        if first:
            self._wake()

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop has been closed: the program ends
            self._loop.call_soon_threadsafe(self._news.set)


async def read_in_thread(
    read: Callable[[Stop], Generator[T, None, None]],
    *,
    limit: int = 16,
    size: Callable[[T], int] = lambda _: 1,
    gather: float = 0.0,
    tick: float | None = None,
) -> AsyncGenerator[list[T], None]:
    """Yield, in batches, what the blocking generator `read` yields in a thread.

    Args:
        read: the generator function; it passes what it blocks on to `Stop.closes`, so that it can be ended.
        limit: how much may wait to be taken before the thread is held back.
        size: how much of the limit an item counts for.
        gather: pause after a batch, in seconds, in which the next one gathers; none after a batch of full size.
        tick: yield an empty batch whenever nothing has come for so many seconds.

    Raises:
        Exception: whatever `read` raises, after the items before it.
    """
    handover = _Handover(limit, size)
    stop = Stop()
    threading.Thread(target=handover.fill, args=(read, stop), name="cockpit-reader", daemon=True).start()
    try:
        while (batch := await handover.take(tick)) is not None:
            yield batch
            if gather and sum(map(size, batch)) < limit:
                await asyncio.sleep(gather)
    finally:
        handover.abandon()
        stop.request()


async def call_in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Call the blocking `function` in a thread and give its result."""

    def read(_: Stop) -> Generator[T, None, None]:
        yield function(*arguments)

    result: list[T] = []
    async for batch in read_in_thread(read):
        result += batch
    return result[0]
