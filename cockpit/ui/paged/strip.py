"""The pane of the overview: a title, and below it only what is in trouble."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from textual.app import ComposeResult

from cockpit.clock import Clock
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.throttle import Throttle

_REDRAW_SECONDS = 0.5


class Summary(NamedTuple):
    """What the overview says of a source."""

    title: Sequence[Span]
    names: Sequence[Span] = ()
    """Goes on in the title of a small screen, which has no room for the lines."""
    state: Sequence[Span] = ()
    """At the right end of the title."""
    lines: Sequence[Sequence[Span]] = ()
    """The worst first; nothing while all is well."""
    states: Mapping[int, Sequence[Span]] = MappingProxyType({})
    """At the right end of some of the lines, by their number."""
    trouble: tuple[str, str | None] = ("", None)
    """What failed, and what to type, where the strip is about one reading; an empty text while all is well."""


class Strip(Pane):
    """Draws a summary as often as the time moves on."""

    DEFAULT_CSS = """
    Strip { height: auto; }
    Strip > .lines { height: 0; }
    """

    def __init__(self, summary: Callable[[datetime], Summary], clock: Clock, *, id: str) -> None:  # noqa: A002
        """Draw what `summary` says of a moment."""
        super().__init__(id=id)
        self._summary = summary
        self._clock = clock
        self._lines = Line(classes="lines")
        self._redraw_soon = Throttle(self, _REDRAW_SECONDS, self.redraw)

    def compose(self) -> ComposeResult:
        """Title and lines."""
        yield from self.frame()
        yield self._lines

    def on_mount(self) -> None:
        """Draw what came before the pane was there."""
        self.call_after_refresh(self.redraw)

    def on_show(self) -> None:
        """Draw what has come while the pane was hidden."""
        self.redraw()

    def show(self) -> None:
        """Take note that there is something new to say."""
        if self.size:
            self._redraw_soon()

    def redraw(self) -> None:
        """Bring everything up to date, while it is seen."""
        if not self.is_mounted or not self.size:
            return
        told = self._summary(self._clock())
        more = told.names if self.screen.has_class("narrow") else ()
        state = [Span(" "), *told.state, Span(" ")] if told.state else []
        self.title.show([Span("─ ", "dim"), *told.title, *more, Span(" ")], state)
        self.show_trouble(*told.trouble)
        self._lines.styles.height = len(told.lines)
        for y, spans in enumerate(told.lines):
            self._lines.show(spans, told.states.get(y, ()), y=y)
