"""Doing something soon, but not more often than the eye can use."""

import asyncio
from collections.abc import Callable

from textual.widget import Widget

IDLE_SHARE = 10
"""What takes long is done less often: it rests so many times as long as it took."""


class Throttle:
    """Calls a widget's `action` at most once in `seconds`, the first time at once.

    It waits in the event loop itself: a timer of Textual's is a task and a message each time, which is most of what an
    idle screen would cost.
    """

    def __init__(self, widget: Widget, seconds: float, action: Callable[[], None]) -> None:
        self._widget = widget
        self._seconds = seconds
        self._action = action
        self._resting = False
        self._wanted = False

    def __call__(self) -> None:
        """Ask for the action."""
        if self._resting:
            self._wanted = True
        else:
            self._act()

    def _act(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._action()
        self._resting = True
        loop.call_later(max(self._seconds, IDLE_SHARE * (loop.time() - began)), self._rested)

    def _rested(self) -> None:
        self._resting = False
        if self._wanted and self._widget.is_attached:
            self._wanted = False
            self._act()
