"""Leaving because of a signal.

Signals are heard in a thread of their own: at once, even while the main thread is stuck, and without interrupting what
the main thread does half-way.
"""

import os
import select
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Departure(threading.Thread):
    """Ends the program when SIGTERM, SIGHUP or SIGINT comes; the exit status is 128 plus the number of the signal.

    The first signal asks the program to close; another SIGTERM or SIGINT ends the process at once. A second SIGHUP does
    not hurry: when a terminal closes, the kernel sends one and the shell another.

    Args:
        close: Asks the program to close with this exit status; returns at once.
        end: Ends the process with this exit status; does not return.
        meant: Whether this signal is to end the program; called for every signal that has a handler.
        grace: Seconds that the program may take to close before the process is ended.
    """

    def __init__(
        self, close: Callable[[int], None], end: Callable[[int], None], meant: Callable[[int], bool], grace: float
    ) -> None:
        super().__init__(name="cockpit-departure", daemon=True)
        self._close = close
        self._end = end
        self._meant = meant
        self._grace = grace
        self._hears, self._tells = os.pipe()
        os.set_blocking(self._tells, False)  # the interpreter writes to it while it handles a signal

    def take_over(self) -> None:
        """Hear signals from now on, to the end of the process. An ignored one (nohup) stays ignored."""
        self.start()
        signal.set_wakeup_fd(self._tells, warn_on_full_buffer=False)
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _left_to_the_thread)

    def leave(self, number: int) -> None:
        """Do what this signal would do, ignored or not. Any thread may call it."""
        os.write(self._tells, bytes([number]))

    def run(self) -> None:
        """Wait for the signals."""
        first = self._next(None)
        self._close(128 + first)
        deadline = time.monotonic() + self._grace
        while (number := self._next(deadline)) == signal.SIGHUP:
            pass
        self._end(128 + (number or first))

    def _next(self, deadline: float | None) -> int:
        """Wait for the next signal that counts; 0 if none comes before the deadline, a monotonic time."""
        while True:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self._hears], [], [], left)[0]:
                return 0
            number = os.read(self._hears, 1)[0]
            if self._meant(number):
                return number


def _left_to_the_thread(_number: int, _frame: FrameType | None) -> None:
    """Take the place of the default action; the interpreter has told the thread already."""
