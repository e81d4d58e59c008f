"""What the cockpit told lately, for whoever was not quick enough to read it."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from cockpit.ui.message_log import Told
from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.rows import Cell, Column, ListedRows, Row
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.wrap import wrap

_COLUMNS = (Column("time", "", 8), Column("text", "", 30, grows=True))


class Messages(Dialog[None]):
    """Lists what was told, newest first, in full."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,m", "dismiss", "back", id="messages.leave")]
    DEFAULT_CSS = """
    Messages { align: center middle; }
    Messages > Vertical { width: 100; max-width: 96%; height: 80%; padding: 0 1; }
    """

    def __init__(self, told: Sequence[Told], zone: tzinfo) -> None:
        super().__init__()
        self._told = told
        self._zone = zone
        self._title = Line(fill="─")
        self._rows = ListedRows()
        self._table = Table(_COLUMNS, self._rows, titles=False, empty="nothing was told yet")

    def compose(self) -> ComposeResult:
        """Title and messages."""
        with Vertical(classes="dialog"):
            yield self._title
            yield self._table

    def on_mount(self) -> None:
        """Draw."""
        self._title.show([Span("─ ", "dim"), Span("Messages", "strong"), Span(f" {len(self._told)} ")])
        self._table.focus()

    def on_resize(self) -> None:
        """Wrap the messages for the new width."""
        width = max(20, min(100, int(self.size.width * 0.96)) - 16)
        self._rows.replace(
            [
                Row(f"{nth}:{at}", (Cell(clock(told.at, self._zone) if at == 0 else "", "dim"), Cell(line, told.tone)))
                for nth, told in enumerate(reversed(self._told))
                for at, line in enumerate(wrap(told.text, width))
            ]
        )
        self._table.redraw()
