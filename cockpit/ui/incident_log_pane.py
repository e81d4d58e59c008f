"""The incident log: what happened, who did what, newest at the bottom."""

from collections.abc import Sequence
from datetime import tzinfo

from textual import on
from textual.app import ComposeResult

from cockpit.incident.entry import Draft, Entry, EntrySource
from cockpit.text import clean
from cockpit.ui.format import clock
from cockpit.ui.line import Span
from cockpit.ui.pane import Pane
from cockpit.ui.rows import Cell, Column, ListedRows, Row
from cockpit.ui.table import Table
from cockpit.ui.wrap import wrap

_COLUMNS = (Column("time", "", 8), Column("text", "", 20, grows=True))


class IncidentLogPane(Pane):
    """Saved entries, and below them whatever could not be saved yet."""

    def __init__(self, zone: tzinfo, *, id: str = "incident-log") -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self._entries: Sequence[Entry] = ()
        self._unsaved: Sequence[Draft] = ()
        self._name = ""
        self._rows = ListedRows()
        self.table = Table(
            _COLUMNS, self._rows, titles=False, id="incident-log-table", empty="i writes a note, S sets the severity"
        )

    def compose(self) -> ComposeResult:
        """Title, trouble, table."""
        yield from self.frame()
        yield self.table

    def show(self, name: str, entries: Sequence[Entry], unsaved: Sequence[Draft]) -> None:
        """Take over the entries of the incident called `name`, and the drafts that could not be saved."""
        at_end = len(self._rows) == 0 or self.table.cursor >= len(self._rows) - 1
        self._name, self._entries, self._unsaved = name, entries, unsaved
        self.redraw()
        if at_end:
            self.table.move_to(len(self._rows) - 1)

    def redraw(self) -> None:
        """Bring title and rows up to date."""
        width = max(20, self.size.width - 11)
        rows = [row for entry in self._entries for row in self._entry_rows(entry, width)]
        rows += [row for nth, draft in enumerate(self._unsaved) for row in self._draft_rows(nth, draft, width)]
        self._rows.replace(rows)
        self.table.redraw()
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

    def _entry_rows(self, entry: Entry, width: int) -> list[Row]:
        who = "⚙" if entry.source is EntrySource.COCKPIT else clean(entry.actor)
        lines = wrap(f"{who} {clean(entry.text)}", width)
        first = Cell(clock(entry.occurred_at, self._zone), "dim")
        return [
            Row(f"{entry.sequence}:{nth}", (first if nth == 0 else Cell(""), Cell(line)))
            for nth, line in enumerate(lines)
        ]

    def _draft_rows(self, nth: int, draft: Draft, width: int) -> list[Row]:
        lines = wrap(f"{clean(draft.actor)} {clean(draft.text)}", width)
        return [
            Row(f"draft{nth}:{at}", (Cell("UNSAVED" if at == 0 else "", "wrong"), Cell(line, "wrong")))
            for at, line in enumerate(lines)
        ]
