"""One entry of the incident log to read in full."""

from datetime import tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from cockpit.incident.correction import Standing
from cockpit.text import clean
from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.text_view import TextView

_MOST = 64 * 1024
"""Characters that are drawn: more would be wrapped for nobody."""


class EntryDialog(Dialog[None]):
    """Shows who said what, and when."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,enter", "dismiss", "back", id="entry.leave")]
    DEFAULT_CSS = """
    EntryDialog { align: center middle; }
    EntryDialog > Vertical { width: 100; max-width: 96%; height: auto; max-height: 90%; padding: 0 1; }
    EntryDialog TextView { height: auto; max-height: 30; }
    """

    def __init__(self, standing: Standing, zone: tzinfo) -> None:
        """Show an entry as it stands after corrections; its time is that of `zone`."""
        super().__init__()
        self._standing = standing
        self._zone = zone
        self._title = Line(fill="─")
        self._text = TextView()
        self._foot = Line()

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with Vertical(classes="dialog"):
            yield self._title
            yield self._text
            yield self._foot

    def on_mount(self) -> None:
        """Draw."""
        entry = self._standing.entry
        number, time = self._standing.original.sequence, clock(entry.occurred_at, self._zone)
        self._title.show([Span("─ ", "dim"), Span(f"Entry {number}", "strong"), Span(f" {time} {clean(entry.actor)} ")])
        lines = [[Span(clean(line))] for line in entry.text[:_MOST].splitlines()]
        if (more := len(entry.text) - _MOST) > 0:
            lines.append([Span(f"… {more:,} more characters; cockpit log show has them all", "doubtful")])
        self._text.show(lines)
        self._foot.show((), [Span("escape goes back", "dim")])
        self._text.focus()
