"""The keys that work here and now, with what they do."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical

from cockpit.ui.hints import key_label
from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.rows import Cell, Column, ListedRows, Row
from cockpit.ui.widgets.table import Table

_COLUMNS = (Column("key", "", 14), Column("does", "", 30, grows=True), Column("id", "", 22, importance=1))


class Help(Dialog[None]):
    """Lists the active keys: of the focused pane first, then those that work everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark", "dismiss", "back", id="help.leave"),
    ]
    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > Vertical { width: 86; max-width: 96%; height: 90%; padding: 0 1; }
    """

    def __init__(self, bindings: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._title = Line(fill="─")
        rows = ListedRows()
        rows.replace([self._row(active) for active in bindings if active.binding.id])
        self._table = Table(_COLUMNS, rows, titles=False)

    def compose(self) -> ComposeResult:
        """Title and keys."""
        with Vertical(classes="dialog"):
            yield self._title
            yield self._table

    def on_mount(self) -> None:
        """Draw."""
        self._title.show(
            [Span("─ ", "dim"), Span("Keys", "strong"), Span(" here; names at the right go into [ui.keys] ", "dim")]
        )
        self._table.focus()

    def _row(self, active: ActiveBinding) -> Row:
        binding = active.binding
        key = " ".join(key_label(Binding(one, "", "")) for one in binding.key.split(","))
        return Row(
            f"{binding.id} {binding.key}",
            (Cell(key, "strong"), Cell(active.tooltip or binding.description), Cell(binding.id or "", "dim")),
        )
