"""The bottom line: what just happened, and otherwise the keys that matter here."""

from collections.abc import Sequence

from textual.binding import Binding
from textual.keys import format_key
from textual.timer import Timer

from cockpit.ui.tones import Tone
from cockpit.ui.widgets.line import Line, Span, Texts
from cockpit.ui.widgets.text import shorten_paths

SECONDS_SHOWN = 6.0
_NAMED_KEYS = {"up", "down", "left", "right", "enter", "backspace"}


class Hints(Line):
    """Shows the keys of the focused pane; a message takes their place for a few seconds."""

    def __init__(self) -> None:
        super().__init__(id="hints")
        self._keys: Sequence[tuple[str, str]] = ()
        self._everywhere: Sequence[tuple[str, str]] = ()
        self._message: Span | None = None
        self._of_place = False
        """Whether the message is true only where the person is."""
        self._timer: Timer | None = None

    def show_keys(self, here: Sequence[tuple[str, str]], everywhere: Sequence[tuple[str, str]]) -> None:
        """Show these keys, given as (key, what it does): those of the focused pane, and those that always work.

        What does not fit is left out from the end of `here`; all of them are in the help.
        """
        self._keys, self._everywhere = here, everywhere
        self.redraw()

    def tell(self, message: str, tone: Tone = "", *, of_place: bool = False) -> None:
        """Show a message for a few seconds; one that reports trouble stays twice as long.

        One `of_place` is true only where the person is: it ends when they leave.
        """
        if self._timer is not None:
            self._timer.stop()
        self._message, self._of_place = Span(f" {message}", tone), of_place
        self._timer = self.set_timer(SECONDS_SHOWN * (2 if tone == "wrong" else 1), self.forget)
        self.redraw()

    def leave_place(self) -> None:
        """End a message that is true only where the person was."""
        if self._timer is not None and self._of_place:
            self._timer.stop()
            self.forget()

    def forget(self) -> None:
        """Show the keys again."""
        self._timer = self._message = None
        self.redraw()

    def _texts(self, y: int) -> Texts:  # noqa: ARG002  (there is one line)
        if self._message is not None:
            return [Span(shorten_paths(self._message.text, self.size.width), self._message.tone)], ()
        room = self.size.width - _width(self._everywhere)
        shown = list(self._keys)
        while shown and _width(shown) > room:
            shown.pop()
        return _spans(shown), _spans(self._everywhere)


def _width(keys: Sequence[tuple[str, str]]) -> int:
    return sum(len(key) + len(label) + 3 for key, label in keys)


def _spans(keys: Sequence[tuple[str, str]]) -> list[Span]:
    return [span for key, label in keys for span in (Span(f" {key}", "strong"), Span(f" {label} ", "dim"))]


def key_label(binding: Binding) -> str:
    """Write the first key of a binding as people type it: `/` rather than `slash`, but `down` rather than an arrow."""
    key = binding.key.split(",")[0]
    return key if key in _NAMED_KEYS else format_key(key)
