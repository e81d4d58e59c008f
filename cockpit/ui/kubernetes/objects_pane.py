"""The objects pane: one kind of objects at a time, worst first."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from cockpit.clock import Clock
from cockpit.reading import Reading, State
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.kubernetes.filter_prompt import ask_filter
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.kind_tabs import KIND_TABS, KindTab
from cockpit.ui.kubernetes.object_list import ObjectList
from cockpit.ui.kubernetes.object_pages import is_workload_of, pods_of
from cockpit.ui.kubernetes.object_pane import ObjectPane
from cockpit.ui.kubernetes.object_row import ObjectRow
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, PodFilter
from cockpit.ui.state_text import state_span, trouble_text
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.prompt import Prompt
from cockpit.ui.widgets.rows import Column, Row
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.throttle import Throttle

_SIGN = Column("sign", "", 1)
_SCOPE = "namespace"
"""Key of the column that says nothing where there is one namespace only."""
_REDRAW_SECONDS = 0.5


class ObjectRowSource:
    """The rows of one kind as the table draws them."""

    def __init__(self, listed: ObjectList) -> None:
        self.listed = listed
        self.faint = False
        self.shown: Sequence[int] = ()
        """Which columns of the kind are shown."""

    def __len__(self) -> int:
        return len(self.listed)

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """Give at most `count` rows from position `first` on."""
        return [
            Row(row.key, (row.sign, *(row.cells[at] for at in self.shown)), faint=self.faint)
            for row in self.listed.rows(first, count)
        ]

    def position(self, key: str) -> int | None:
        """Tell at which position a row stands; None when it is not there."""
        return self.listed.position(key)

    def find(self, key: str | None) -> ObjectRow | None:
        """Give a row by its key."""
        position = None if key is None else self.listed.position(key)
        return None if position is None else next(iter(self.listed.rows(position, 1)), None)


class ObjectsPane(Pane):
    """All objects of the chosen kind."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", id="objects.filter", tooltip="Filter: regex, ! inverse, -l key=value"),
        Binding("d", "open('describe')", "describe", id="objects.describe", tooltip="Describe the object"),
        Binding("y", "open('yaml')", "YAML", id="objects.yaml", tooltip="The object as YAML"),
        Binding("l", "logs", "logs", id="objects.logs", tooltip="Logs of all pods of the object"),
        Binding("c", "copy", "copy", id="objects.copy", show=False, tooltip="Copy the object's name"),
        Binding("escape", "clear", "clear filter", id="objects.clear", show=False, tooltip="Drop the filter"),
    ]

    class Opened(Message):
        """A person wants to see an object."""

        def __init__(self, reference: ObjectRef, page: str, row: str) -> None:
            super().__init__()
            self.reference = reference
            self.page = page
            """`describe`, `yaml`, or empty for what suits the kind."""
            self.row = row
            """Key of the row, which stands on the page of the events again when it is an event."""

    def __init__(self, held: Holdings, clock: Clock, zone: tzinfo, *, id: str = "objects") -> None:  # noqa: A002
        """Draw what is held."""
        super().__init__(id=id)
        self.tab: KindTab = KIND_TABS[0]
        self.filter: PodFilter = EVERYTHING
        self._held = held
        self._clock = clock
        self._zone = zone
        self._rows = ObjectRowSource(self.tab.rows())
        self.table = Table((_SIGN, *self.tab.columns), self._rows, id="objects-table")
        self._redraw_soon = Throttle(self, _REDRAW_SECONDS, self.redraw)

    @property
    def part(self) -> str:
        """The kind that is shown."""
        return self.tab.title.lower()

    def compose(self) -> ComposeResult:
        """Title, trouble, table."""
        yield from self.frame()
        yield self.table

    def choose(self, tab: KindTab) -> None:
        """Show another kind from now on."""
        if tab is not self.tab:
            self.tab, self.filter = tab, EVERYTHING
            self._rows.listed = tab.rows()
            self.table.forget_cursor()
        self.redraw()

    def begin_scope(self) -> None:
        """Forget what belonged to the scope before."""
        self.filter = EVERYTHING
        self.table.forget_cursor()

    def show(self, reading: Reading[Any]) -> None:
        """Take note of a new reading."""
        if reading.source in self.tab.sources and self.size:
            self._redraw_soon()

    def on_show(self) -> None:
        """Draw what has come while the pane was hidden."""
        self.redraw()

    def redraw(self) -> None:
        """Bring title, trouble and rows up to date; ages move on with the time."""
        if not self.size:
            return
        now = self._clock()
        main = self._held.reading(self.tab.sources[0])
        self._rows.faint = main is not None and main.state(now) not in (State.LIVE, State.LOADING)
        self._rows.listed.update(self._held, now, self.filter)
        self._rows.shown = [
            at for at, each in enumerate(self.tab.columns) if not (self._held.scope and each.key == _SCOPE)
        ]
        self.table.columns = (_SIGN, *(self.tab.columns[at] for at in self._rows.shown))
        self.table.empty = self._nothing(main)
        self.table.redraw()
        worst = self._worst_reading()
        self.title.show(self._title(), [Span(" "), self._state(worst, now), Span(" ")])
        self.show_trouble(*trouble_text(worst, self._zone))

    @property
    def selected(self) -> ObjectRef | None:
        """The object under the cursor."""
        row = self._rows.find(self.table.cursor_key)
        return None if row is None else row.reference

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        self.action_open("")

    def action_open(self, page: str) -> None:
        """Ask to see the object under the cursor."""
        if (row := self._rows.find(self.table.cursor_key)) is not None:
            self.post_message(self.Opened(row.reference, page or self.tab.opens, row.key))

    def action_logs(self) -> None:
        """Ask for the logs of all pods of the object under the cursor."""
        if (about := self.selected) is not None and (pods := pods_of(about, self._held)):
            workload = is_workload_of(about, pods)
            self.post_message(ObjectPane.LogsWanted(pods, previous=False, workload=workload))

    def action_filter(self) -> None:
        """Ask for a filter; the list follows while it is typed."""
        ask_filter(self.screen.query_one(Prompt), self.filter, self._set_filter)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave escape to the way back when there is nothing to drop."""
        return action != "clear" or bool(self.filter.typed)

    def action_clear(self) -> None:
        """Drop the filter."""
        self._set_filter(EVERYTHING)

    def action_copy(self) -> None:
        """Copy the name of the object under the cursor."""
        if (reference := self.selected) is not None:
            self.post_message(Copied(reference.name))

    def _set_filter(self, wanted: PodFilter) -> None:
        self.filter = wanted if wanted.typed else EVERYTHING
        self.redraw()

    def _worst_reading(self) -> Reading[Any] | None:
        """Give the first of the readings that is in trouble, or else the main one. What is not there is no trouble."""
        readings = [self._held.reading(source) for source in self.tab.sources]
        troubled = (each for each in readings if each is not None and each.trouble is not None and not each.off)
        return next(troubled, Reading(self.tab.title, off=True) if readings[0] and readings[0].off else readings[0])

    def _state(self, reading: Reading[Any] | None, now: datetime) -> Span:
        if self.tab.listed and reading is not None and reading.taken_at and reading.state(now) is State.LIVE:
            return Span(f"as of {clock(reading.taken_at, self._zone)} · R lists again", "dim")
        return state_span(reading, now, self._zone)

    def _title(self) -> list[Span]:
        shown, total = len(self._rows), self._rows.listed.total
        reading = self._held.reading(self.tab.sources[0])
        known = total or (reading is not None and reading.data is not None)
        count = f"{shown} of {total}" if shown != total else f"{total}" if known else "unknown"
        spans = [Span("─ ", "dim"), Span(self.tab.title, "strong"), Span(f" {count} · {self.tab.order}")]
        if self.filter.typed:
            spans += [Span(" · "), Span(f"/{self.filter.typed}", "changing")]
        if note := self.tab.note(self._held):
            spans.append(Span(f" · {note}", "dim"))
        return [*spans, Span(" ")]

    def _nothing(self, reading: Reading[Any] | None) -> str:
        kind = self.tab.title.lower()
        if reading is None or reading.state(self._clock()) is State.LOADING:
            return f"reading the {kind} …"
        if reading.off:
            return f"this cluster has no {kind}"
        if reading.data is None:
            return "nothing read yet"
        if self._rows.listed.total:
            return f"none of {self._rows.listed.total} matches /{self.filter.typed} (escape clears the filter)"
        return f"no {kind} in {self._held.scope}" if self._held.scope else f"no {kind}"
