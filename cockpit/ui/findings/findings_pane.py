"""The findings pane: what is wrong now, in sentences, worst first."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cockpit.clock import Clock
from cockpit.diagnosis.finding import Finding, Findings, FindingSeverity
from cockpit.reading import Reading
from cockpit.text import clean
from cockpit.ui.findings.finding_text import finding_text, not_seen, since_text
from cockpit.ui.state_text import state_span, trouble_text
from cockpit.ui.widgets.format import age, clock
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.rows import Cell, Column, ListedRows, Row
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.text import ELLIPSIS, head
from cockpit.ui.widgets.wrap import wrap

_MOST_LINES = 3
"""For the finding itself, and for what could help."""
_MOST_COMMANDS = 2
"""That a person could type; all of them are in `cockpit check --json`."""
_ROOMY = 40
"""Rows of the screen from which on the worst finding is told in full unasked."""
_COLUMNS = (
    Column("sign", "", 1),
    Column("title", "", 30, grows=True),
    Column("since", "", 8, right=True, importance=1),
    Column("age", "", 5, right=True, importance=2),
)


class FindingsTable(Table):
    """The findings, one a row; the bottom line names the key that shows one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "show it", id="findings.open", tooltip="Show what the finding is about")
    ]


class FindingsPane(Pane):
    """As many lines as there are findings, up to `most`; one quiet line when nothing is wrong.

    While keys go to it, the finding under the cursor is told in full below, with what could help.
    """

    DEFAULT_CSS = """
    FindingsPane > Table { height: 1fr; }
    FindingsPane > #finding-detail { display: none; padding: 0 1 0 3; }
    FindingsPane.detailed > #finding-detail { display: block; }
    """
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
        self.styles.height = 1  # it grows with what is found; on most days that is nothing, and nothing moves
        self._rows = ListedRows()
        self.table = FindingsTable(_COLUMNS, self._rows, titles=False, id="findings-table")
        self._detail = Static(id="finding-detail")

    def compose(self) -> ComposeResult:
        """Title and table."""
        yield from self.frame()
        yield self.table

    def on_mount(self) -> None:
        """Say that nothing is known yet."""
        self.redraw()

    @property
    def known(self) -> Sequence[Finding] | None:
        """What is wrong; None while that is not known: that nothing was found yet does not mean that all is well."""
        if self._reading is None or self._reading.data is None:
            return None
        findings = self._reading.data.findings
        return findings if findings or self._reading.taken_at is not None else None

    @property
    def selected(self) -> Finding | None:
        """The finding under the cursor."""
        return next((each for each in self.findings if each.key == self.table.cursor_key), None)

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong as far as is known."""
        return self.known or ()

    @property
    def _watched(self) -> Sequence[Finding]:
        """What would be wrong if it lasted."""
        return self._reading.data.forming if self._reading is not None and self._reading.data is not None else ()

    @property
    def _is_well(self) -> bool:
        return self.known == () and not self._watched

    def show(self, reading: Reading[Findings]) -> None:
        """Take over what the diagnosis found; it is as doubtful as the readings that it rests on."""
        was_well = self._is_well
        self._reading = reading
        if not self._is_well:
            self._well_since = None
        elif not was_well:
            self._well_since = self._clock()
        self.show_trouble(*trouble_text(reading if self._own_trouble else None, self._zone))
        self.redraw()
        self._fit()

    def redraw(self) -> None:
        """Bring title and rows up to date."""
        now = self._clock()
        self._rows.replace([self._row(finding, now) for finding in self.findings])
        self.table.redraw()
        self._entitle()

    def _entitle(self) -> None:
        self.title.show(self._title(), self._state())

    def on_descendant_focus(self) -> None:
        """Tell the finding under the cursor in full while keys go here."""
        super().on_descendant_focus()
        self._fit()

    def on_descendant_blur(self) -> None:
        """Leave the room to the other panes again."""
        super().on_descendant_blur()
        self._fit()

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        self._fit()

    def _fit(self) -> None:
        """Take as many lines as there is to tell."""
        finding, width = self.selected if self.has_focus_within else None, max(20, self.size.width - 5)
        lines = self._unfolded(width) if finding is None else _in_full(finding, width, self._zone)
        if lines and not self._detail.is_attached:
            self.mount(self._detail)
        self.set_class(bool(lines), "detailed")
        self._detail.styles.height = len(lines)
        self._detail.update(Content("\n".join(lines)))
        self.styles.height = 1 + min(len(self.findings), self.most) + (2 if self._own_trouble else 0) + len(lines)
        self.call_after_refresh(self._entitle)  # which says how many of them have found room

    def _unfolded(self, width: int) -> list[str]:
        """Tell the worst finding in full where its row is too short for it, and the screen has room: its end is why."""
        room = self.size.width - sum(column.width + 1 for column in _COLUMNS if not column.grows) - 3
        worst = next(iter(self.findings), None)
        if worst is None or self.app.size.height < _ROOMY or cell_len(clean(worst.title)) <= room:
            return []
        sign = "● " if len(self.findings) > 1 else ""
        return _first(wrap(f"{sign}{finding_text(worst, self._zone)}", width), width)

    @property
    def _own_trouble(self) -> bool:
        trouble = self._reading.trouble if self._reading is not None else None
        return trouble is not None and not trouble.inherited

    def _title(self) -> list[Span]:
        if self.known is None:
            return [Span("─ ", "dim"), Span("Nothing known yet ", "changing")]
        if self._in_trouble:
            told = f"{len(self.findings)} wrong{self._shown}" if self.findings else "nothing was wrong"
            return [Span("─ ", "dim"), Span(f"When last read, {told} ", "doubtful")]
        if not self.findings and self._watched:
            return [Span("─ ", "dim"), Span("Nothing wrong yet", "doubtful"), Span(f" · {self._forming()} ")]
        if not self.findings:
            since = f" since {clock(self._well_since, self._zone)}" if self._well_since else ""
            return [Span("─ ", "dim"), Span("Nothing wrong", "well"), Span(f"{since} ", "dim")]
        watched = f" · {len(self._watched)} watched" if self._watched else ""
        return [Span("─ ", "dim"), Span("Wrong now", "wrong"), Span(f" {len(self.findings)}{self._shown}{watched} ")]

    def _forming(self) -> str:
        """Say what is watched, the worst first, and how long it has been so."""
        since = min((each.since for each in self._watched if each.since is not None), default=None)
        lasts = f" for {age(since, self._clock())}" if since is not None else ""
        return f"{len(self._watched)} watched{lasts}: {clean(self._watched[0].title)}"

    @property
    def _shown(self) -> str:
        """Say how many are in view, when that is not all."""
        shown = self.table.size.height
        return f", {shown} shown" if 0 < shown < len(self.findings) else ""

    @property
    def _in_trouble(self) -> bool:
        return self._reading is not None and self._reading.trouble is not None

    def _state(self) -> list[Span]:
        """Say how far the findings can be trusted. Inherited trouble is explained in the pane that it comes from."""
        return [Span(" "), state_span(self._reading, self._clock(), self._zone), Span(" ")] if self._in_trouble else []

    def _row(self, finding: Finding, now: datetime) -> Row:
        unseen = not_seen(finding, self._zone)
        wrong = finding.severity is FindingSeverity.WRONG and not unseen
        since = since_text(finding, self._zone)
        return Row(
            finding.key,
            (
                Cell("●" if wrong else "◐", "wrong" if wrong else "doubtful"),
                Cell(f"{unseen} · {finding.title}" if unseen else finding.title, "doubtful" if unseen else ""),
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
        self._fit()


def _in_full(finding: Finding, width: int, zone: tzinfo) -> list[str]:
    from cockpit.ui.actions.offers import suggested  # noqa: PLC0415  (not needed for the first frame)

    lines = _first(wrap(finding_text(finding, zone), width), width)
    for command in [proof.command for proof in finding.evidence if proof.command][:_MOST_COMMANDS]:
        lines += _first(wrap(f"try: {clean(command)}", width), width)
    helps = ", ".join(offer.title for offer in suggested(finding.actions))
    return [*lines, *_first(wrap(f"enter shows it{f' · a: {helps}' if helps else ''}", width), width)]


def _first(lines: list[str], width: int) -> list[str]:
    """Give the lines that there is room for; `…` stands for the others."""
    if len(lines) <= _MOST_LINES:
        return lines
    last = head(lines[_MOST_LINES - 1].rstrip(), width - 1)
    return [*lines[: _MOST_LINES - 1], f"{last}{ELLIPSIS}"]
