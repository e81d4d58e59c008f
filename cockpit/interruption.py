"""Lets work without a screen end in good order when a signal comes."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Interrupted(Exception):  # noqa: N818  (not an error: it was asked for)
    """Raised when the work has ended because a signal came."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.strsignal(number))
        self.exit_status = 128 + number


def run_unless_interrupted(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in an event loop of its own; SIGINT, SIGTERM and SIGHUP cancel it. An ignored one stays ignored.

    Raises:
        Interrupted: A signal came, and the work has cleaned up.
    """
    return asyncio.run(_unless_interrupted(work))


async def _unless_interrupted(work: Coroutine[Any, Any, T]) -> T:
    working = asyncio.ensure_future(work)
    came: list[int] = []

    def cancel(number: int) -> None:
        came.append(number)
        working.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, cancel, number)
    try:
        return await working
    except asyncio.CancelledError:
        if came:
            raise Interrupted(came[0]) from None
        raise
