"""The Postgres pane of the overview: a line for each server, and what lasts too long."""

from collections.abc import Sequence

from textual.app import ComposeResult

from cockpit.clock import Clock
from cockpit.ui.postgres.held_servers import HeldServers, is_old
from cockpit.ui.postgres.page import dimmed, way
from cockpit.ui.postgres.summary import summary
from cockpit.ui.state_text import state_span, trouble_text
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.pane import Pane

_MOST_LINES = 6
"""What does not fit is in the view of the servers."""


class PostgresOverview(Pane):
    """One title for each server, its lines below it; a single server needs nothing but its title while it is well."""

    DEFAULT_CSS = """
    PostgresOverview { height: auto; }
    PostgresOverview > #postgres-lines { height: 0; }
    """

    def __init__(self, held: HeldServers, clock: Clock) -> None:
        """Draw what is held."""
        super().__init__(id="postgres-overview")
        self._held = held
        self._clock = clock
        self._lines = Line(id="postgres-lines")

    def compose(self) -> ComposeResult:
        """Title, trouble, lines."""
        yield from self.frame()
        yield self._lines

    def on_mount(self) -> None:
        """Draw what came before the pane was there."""
        self.call_after_refresh(self.redraw)

    def on_show(self) -> None:
        """Draw what has come while the pane was hidden."""
        self.redraw()

    def redraw(self) -> None:
        """Bring everything up to date, while it is seen."""
        if not self.is_mounted or not self.size:
            return
        names = self._held.names
        lines: list[tuple[Sequence[Span], Sequence[Span]]] = []
        if len(names) == 1:
            told, state, below = self._server(names[0])
            self.title.show([Span("─ ", "dim"), Span("Postgres", "strong"), Span(f" {names[0]} "), *told], state)
            lines += [(line, ()) for line in below]
            self.show_trouble(*trouble_text(self._held.reading(names[0]), self._held.zone))
        else:
            self.show_trouble("")
            self.title.show([Span("─ ", "dim"), Span("Postgres", "strong"), Span(f" {len(names)} servers ")])
            for name in names:
                told, state, below = self._server(name)
                lines.append(([Span(f" {name} ", "strong"), *told], state))
                lines += [([Span("  "), *line], ()) for line in below]
        shown = lines[:_MOST_LINES]
        self._lines.styles.height = len(shown)
        for y, texts in enumerate(shown):
            self._lines.show(*texts, y=y)

    def _server(self, name: str) -> tuple[Sequence[Span], Sequence[Span], Sequence[Sequence[Span]]]:
        """Say how a server is: beside its name, at the right, and below. What is no longer true is drawn dim."""
        reading, now = self._held.reading(name), self._clock()
        state = [Span(" "), state_span(reading, now, self._held.zone), Span(" ")]
        view = None if reading is None else self._held.view(reading, now)
        if reading is None or view is None:
            return [], state, []
        told = summary(view)
        head = [*told.head, *way(view.look), Span(" ")]
        if is_old(reading, now):
            return dimmed(head), state, [dimmed(line) for line in told.lines]
        return head, state, told.lines
