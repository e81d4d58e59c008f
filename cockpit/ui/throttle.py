"""Doing something soon, but not more often than the eye can use."""

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget


class Throttle:
    """Calls a widget's `action` at most once in `seconds`, the first time at once."""

    def __init__(self, widget: Widget, seconds: float, action: Callable[[], None]) -> None:
        self._widget = widget
        self._seconds = seconds
        self._action = action
        self._timer: Timer | None = None
        self._wanted = False

    def __call__(self) -> None:
        """Ask for the action."""
        if self._timer is None:
            self._action()
            self._timer = self._widget.set_timer(self._seconds, self._rested)
        else:
            self._wanted = True

    def _rested(self) -> None:
        self._timer = None
        if self._wanted:
            self._wanted = False
            self()
