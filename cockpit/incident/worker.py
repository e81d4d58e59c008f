"""One daemon thread that does what may block, in the order in which it was asked."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import NoReturn, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """Runs functions one after the other off the event loop. A function that hangs does not keep the program alive."""

    def __init__(self, name: str) -> None:
        """Prepare a thread called `name`; it starts with the first function."""
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._look: Callable[[], None] = lambda: None
        self._pause: float | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` in the thread. It is called even when the caller is cancelled meanwhile."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # from now on it cannot be cancelled

        def job() -> None:
            try:
                future.set_result(function(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  (belongs to the caller, whatever it is)
                future.set_exception(error)

        self._jobs.put(job)
        if self._thread.ident is None:
            self._thread.start()
        return await asyncio.wrap_future(future)

    async def watch(self, look: Callable[[], bool], tell: Callable[[], None], pause: float) -> None:
        """Look in the thread whenever it had nothing to do for `pause` seconds, until `unwatch`.

        Args:
            look: tells in the thread whether there is news. While there is none, the event loop sleeps on.
            tell: called on the event loop when there is.
            pause: in seconds.
        """
        loop = asyncio.get_running_loop()

        def look_and_tell() -> None:
            if look():
                with suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(tell)

        await self.run(self._set_watch, look_and_tell, pause)

    async def unwatch(self) -> None:
        """Look no more."""
        await self.run(self._set_watch, lambda: None, None)

    def _set_watch(self, look: Callable[[], None], pause: float | None) -> None:
        self._look, self._pause = look, pause

    def _work(self) -> NoReturn:
        while True:
            try:
                job = self._jobs.get(timeout=self._pause)
            except queue.Empty:
                self._look()
            else:
                job()
