"""The findings pane: what is wrong now, in sentences, worst first."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from cockpit.clock import Clock
from cockpit.diagnosis.finding import Finding, Findings, FindingSeverity
from cockpit.reading import Reading
from cockpit.ui.format import age, clock
from cockpit.ui.line import Span
from cockpit.ui.pane import Pane
from cockpit.ui.rows import Cell, Column, ListedRows, Row
from cockpit.ui.state_text import state_span, trouble_text
from cockpit.ui.table import Table

_COLUMNS = (
    Column("sign", "", 1),
    Column("title", "", 30, grows=True),
    Column("since", "", 8, right=True, importance=1),
    Column("age", "", 5, right=True, importance=2),
)


class FindingsPane(Pane):
    """As many lines as there are findings, up to `most`; one quiet line when nothing is wrong."""

    most: ClassVar[int] = 5

    class Opened(Message):
        """A person wants to see what a finding rests on."""

        def __init__(self, finding: Finding) -> None:
            super().__init__()
            self.finding = finding

    def __init__(self, clock: Clock, zone: tzinfo, *, id: str = "findings") -> None:  # noqa: A002
        super().__init__(id=id)
        self._clock = clock
        self._zone = zone
        self._reading: Reading[Findings] | None = None
        self._well_since: datetime | None = None
        self._rows = ListedRows()
        self.table = Table(_COLUMNS, self._rows, titles=False, id="findings-table")

    def compose(self) -> ComposeResult:
        """Title and table."""
        yield from self.frame()
        yield self.table

    @property
    def known(self) -> Sequence[Finding] | None:
        """What is wrong; None while that is not known."""
        return self._reading.data.findings if self._reading and self._reading.data else None

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong as far as is known."""
        return self.known or ()

    def show(self, reading: Reading[Findings]) -> None:
        """Take over what the diagnosis found; it is as doubtful as the readings that it rests on."""
        was_well = self.known == ()
        self._reading = reading
        if self.known != ():
            self._well_since = None
        elif not was_well:
            self._well_since = self._clock()
        own_trouble = reading.trouble is not None and not reading.trouble.inherited
        self.show_trouble(*trouble_text(reading if own_trouble else None, self._zone))
        self.styles.height = 1 + min(len(self.findings), self.most) + (2 if own_trouble else 0)
        self.redraw()

    def redraw(self) -> None:
        """Bring title and rows up to date."""
        now = self._clock()
        self._rows.replace([self._row(finding, now) for finding in self.findings])
        self.table.redraw()
        self.title.show(self._title(), self._state())

    def _title(self) -> list[Span]:
        if self.known is None:
            return [Span("─ ", "dim"), Span("Nothing known yet ", "changing")]
        if self._in_trouble:
            told = f"{len(self.findings)} wrong" if self.findings else "nothing was wrong"
            return [Span("─ ", "dim"), Span(f"When last read, {told} ", "doubtful")]
        if not self.findings:
            since = f" since {clock(self._well_since, self._zone)}" if self._well_since else ""
            return [Span("─ ", "dim"), Span("Nothing wrong", "well"), Span(f"{since} ", "dim")]
        return [Span("─ ", "dim"), Span("Wrong now", "wrong"), Span(f" {len(self.findings)} ")]

    @property
    def _in_trouble(self) -> bool:
        return self._reading is not None and self._reading.trouble is not None

    def _state(self) -> list[Span]:
        """Say how far the findings can be trusted. Inherited trouble is explained in the pane that it comes from."""
        return [Span(" "), state_span(self._reading, self._clock(), self._zone), Span(" ")] if self._in_trouble else []

    def _row(self, finding: Finding, now: datetime) -> Row:
        wrong = finding.severity is FindingSeverity.WRONG
        since = clock(finding.since, self._zone) if finding.since else ""
        return Row(
            finding.key,
            (
                Cell("●" if wrong else "◐", "wrong" if wrong else "doubtful"),
                Cell(finding.title),
                Cell(since, "dim"),
                Cell(age(finding.since, now) if finding.since else "", "dim"),
            ),
        )

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        for finding in self.findings:
            if finding.key == event.key:
                self.post_message(self.Opened(finding))

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()
