"""One daemon thread that does what may block, in the order in which it was asked."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import NoReturn, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """Runs functions one after the other off the event loop. A function that hangs does not keep the program alive."""

    def __init__(self, name: str) -> None:
        """Prepare a thread called `name`; it starts with the first function."""
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

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

    def _work(self) -> NoReturn:
        while True:
            self._jobs.get()()
