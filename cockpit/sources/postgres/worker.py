"""A thread that does blocking calls one after the other, for a connection that only one thread may use."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """Starts its thread with the first call. The thread is a daemon: nothing ever waits for it."""

    def __init__(self, name: str) -> None:
        """Name the thread; nothing is started yet."""
        self._name = name
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def call(self, function: Callable[[], T], patience: float | None) -> T:
        """Do `function` in the thread and give its result.

        Raises:
            TimeoutError: `patience` seconds have passed; the thread may still be at it.
            Exception: Whatever `function` raises.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._calls.put(lambda: _settle(loop, done, function))
        async with asyncio.timeout(patience):
            return await done

    def end(self, last: Callable[[], None]) -> None:
        """Have the thread end, after it has done what it is at, and `last`. Does not wait."""
        if self._thread is not None:
            self._calls.put(last)
            self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()


def _settle(loop: asyncio.AbstractEventLoop, done: "asyncio.Future[T]", function: Callable[[], T]) -> None:
    result: Any = None
    failure: BaseException | None = None
    try:
        result = function()
    except BaseException as error:  # noqa: BLE001  (raised again for whoever has called)
        failure = error

    def settle() -> None:
        if done.done():
            return
        if failure is None:
            done.set_result(result)
        else:
            done.set_exception(failure)

    with suppress(RuntimeError):  # the loop has been closed: the program ends
        loop.call_soon_threadsafe(settle)
