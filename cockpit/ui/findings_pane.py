"""The findings pane: what is wrong now, in sentences, worst first."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from cockpit.clock import Clock
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.ui.format import age, clock
from cockpit.ui.line import Span
from cockpit.ui.pane import Pane
from cockpit.ui.rows import Cell, Column, ListedRows, Row
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
        self._findings: Sequence[Finding] | None = None
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
        return self._findings

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong as far as is known."""
        return self._findings or ()

    def show(self, findings: Sequence[Finding] | None) -> None:
        """Take over what the diagnosis found; None while it cannot know."""
        if findings == ():
            if self._findings != ():
                self._well_since = self._clock()
        else:
            self._well_since = None
        self._findings = findings
        self.styles.height = 1 + min(len(self.findings), self.most)
        self.redraw()

    def redraw(self) -> None:
        """Bring title and rows up to date."""
        now = self._clock()
        self._rows.replace([self._row(finding, now) for finding in self.findings])
        self.table.redraw()
        self.title.show(self._title())

    def _title(self) -> list[Span]:
        if self._findings is None:
            return [Span("─ ", "dim"), Span("Nothing known yet ", "changing")]
        if not self._findings:
            since = f" since {clock(self._well_since, self._zone)}" if self._well_since else ""
            return [Span("─ ", "dim"), Span("Nothing wrong", "well"), Span(f"{since} ", "dim")]
        return [Span("─ ", "dim"), Span("Wrong now", "wrong"), Span(f" {len(self._findings)} ")]

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
