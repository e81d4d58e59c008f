"""The incident log: what happened, who did what, newest at the bottom."""

from collections.abc import Sequence
from datetime import tzinfo

from textual import on
from textual.app import ComposeResult

from cockpit.incident.entry import Draft, Entry
from cockpit.ui.incident_log_rows import IncidentLogRows
from cockpit.ui.line import Span
from cockpit.ui.pane import Pane
from cockpit.ui.rows import Column
from cockpit.ui.table import Table

NUMBERED_FROM = 60
"""Cells of the pane from which on there is room for the numbers by which people correct entries."""
_LEAST_TEXT = 20
_COLUMNS = (Column("time", "", 8), Column("text", "", _LEAST_TEXT, grows=True))
_NUMBERED = (Column("entry", "", 5, right=True), *_COLUMNS)
_BORDER = 2
"""Cells that the table keeps free at its sides."""


class IncidentLogPane(Pane):
    """Saved entries, and below them whatever could not be saved yet."""

    def __init__(self, zone: tzinfo, *, id: str = "incident-log") -> None:  # noqa: A002
        super().__init__(id=id)
        self._entries: Sequence[Entry] = ()
        self._unsaved: Sequence[Draft] = ()
        self._name = ""
        self._rows = IncidentLogRows(zone)
        self.table = Table(
            _COLUMNS, self._rows, titles=False, id="incident-log-table", empty="i writes a note, S sets the severity"
        )

    def compose(self) -> ComposeResult:
        """Title, trouble, table."""
        yield from self.frame()
        yield self.table

    def show(self, name: str, entries: Sequence[Entry], unsaved: Sequence[Draft]) -> None:
        """Take over the entries of the incident called `name`, and the drafts that could not be saved."""
        self._name, self._entries, self._unsaved = name, entries, unsaved
        self.redraw()

    def redraw(self) -> None:
        """Bring title and rows up to date. Whoever reads the newest entry goes on to the next."""
        if self.size.width:  # else it is not seen, and its width will be told when it is
            at_end = self.table.cursor >= len(self._rows) - 1
            numbered = self.size.width >= NUMBERED_FROM
            self.table.columns = _NUMBERED if numbered else _COLUMNS
            beside = sum(column.width + 1 for column in self.table.columns if not column.grows)
            cells = max(_LEAST_TEXT, self.size.width - _BORDER - beside)
            self._rows.update(self._entries, self._unsaved, cells, numbered=numbered)
            self.table.redraw()
            if at_end:
                self.table.move_to(len(self._rows) - 1)
        saved = Span("NOT SAVED ", "wrong") if self._unsaved else Span("saved " if self._entries else "", "dim")
        title = [Span("─ ", "dim"), Span(self._name or "Incident log", "strong"), Span(f" {len(self._entries)} ")]
        self.title.show(title, [Span(" "), saved] if saved.text else [])

    def on_resize(self) -> None:
        """Wrap the texts for the new width."""
        self.redraw()

    @on(Table.Moved)
    @on(Table.Opened)
    def _keep(self, event: Table.Moved | Table.Opened) -> None:
        event.stop()
