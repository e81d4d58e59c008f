"""One object on pages: its pods, its revisions, its events, its description, its YAML."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, tzinfo
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from cockpit.clock import Clock
from cockpit.reading import Reading, SourceError, State
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef, ReplicaSet
from cockpit.ui.findings.finding_line import FindingLine
from cockpit.ui.kubernetes import object_pages
from cockpit.ui.kubernetes.event_text import event_lines
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_pages import DESCRIBE, EVENTS, HISTORY, PODS, YAML
from cockpit.ui.kubernetes.pod_filter import FilterError, parse_filter
from cockpit.ui.kubernetes.revision_text import revision_lines
from cockpit.ui.state_text import trouble_text
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.widgets.choice_line import ChoiceLine
from cockpit.ui.widgets.format import clock as time_of_day
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.prompt import Prompt
from cockpit.ui.widgets.rows import ListedRows
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.text_view import TextLine, TextView
from cockpit.ui.widgets.throttle import Throttle

ReadText = Callable[[ObjectRef, str], Awaitable[Sequence[TextLine]]]
"""Reads a page of text, `describe` or `yaml`; raises SourceError when the object cannot be read."""

_REDRAW_SECONDS = 0.5
_TEXTS = (DESCRIBE, YAML)
_NOTHING = {
    PODS: "no pods",
    EVENTS: "no events since the session began, nor in the hour before",
    HISTORY: "no revisions are known",
}


class ObjectPane(Pane):
    """An object that a person opened. From its rows one goes on to other objects, and back again."""

    DEFAULT_CSS = """
    ObjectPane > Table { height: 1fr; }
    ObjectPane > TextView { display: none; }
    ObjectPane.text > TextView { display: block; }
    ObjectPane.text > Table { display: none; }
    ObjectPane.split > Table { display: block; }
    ObjectPane.split > TextView { display: block; height: 40%; max-height: 16; margin: 1 0 0 0; }
    ObjectPane.events > TextView { height: 5; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "page before", id="object.left", show=False, tooltip="The page before"),
        Binding("right", "turn(1)", "next page", id="object.right", tooltip="The next page"),
        Binding(
            "escape", "close", "back", id="object.close", tooltip="End the search, or go back to the object before"
        ),
        Binding("d", "detail('describe')", "describe", id="object.describe", tooltip="Describe what has the cursor"),
        Binding("y", "detail('yaml')", "YAML", id="object.yaml", tooltip="What has the cursor, as YAML"),
        Binding("slash", "search", "search", id="object.search", tooltip="Search the text: regex, n and N go on"),
        Binding("l", "logs(False)", "logs", id="object.logs", tooltip="Logs of the pod, or of all pods of the object"),
        Binding("p", "logs(True)", "previous", id="object.previous", show=False, tooltip="Logs of the run before"),
        Binding("s", "app.shell", "shell", id="object.shell", show=False, tooltip="A shell in a container of the pod"),
        Binding("c", "copy", "copy", id="object.copy", show=False, tooltip="Copy the text, or the name"),
    ]

    class LogsWanted(Message):
        """A person asks for the logs of these pods."""

        def __init__(self, pods: Sequence[Pod], *, previous: bool, workload: bool) -> None:
            super().__init__()
            self.pods = pods
            self.previous = previous
            self.workload = workload
            """Whether they are all replicas of a workload: those that come later belong to them."""

    def __init__(self, held: Holdings, read_text: ReadText, clock: Clock, zone: tzinfo) -> None:
        """Draw what is held; `read_text` fetches what is not."""
        super().__init__(id="object")
        self.about = ObjectRef("", "", "")
        self.page = ""
        self._held = held
        self._read_text = read_text
        self._clock = clock
        self._zone = zone
        self._rows = ListedRows()
        self._pages = ChoiceLine()
        self._finding = FindingLine()
        self._drawn: object_pages.TablePage | None = None
        self._trail: list[tuple[ObjectRef, str]] = []
        """Where a person came from, the last one last."""
        self._wanted_row = ""
        """Where the cursor is to go once that row is there."""
        self._failure: SourceError | None = None
        """Why the text of the page cannot be read."""
        self._read_at: datetime | None = None
        self._typed = ""
        self.table = Table((), self._rows, id="object-table")
        self.text = TextView(id="object-text")
        self._redraw_soon = Throttle(self, _REDRAW_SECONDS, self.redraw)

    @property
    def part(self) -> str:
        """The object, and the page that is shown of it."""
        return f"{self.about} {self.page}"

    def compose(self) -> ComposeResult:
        """Title, what is wrong, pages, and what the page consists of."""
        yield from self.frame()
        yield self._finding
        yield self._pages
        yield self.table
        yield self.text

    def on_mount(self) -> None:
        """Draw what was opened before the pane was there, once it has a size."""
        self.call_after_refresh(self.redraw)

    def open(self, about: ObjectRef, page: str = "", row: str = "") -> None:
        """Show an object, on a page or on what suits its kind, with the cursor on a row."""
        self._trail.clear()
        self._wanted_row = row
        self._go(about, page)

    def show(self, reading: Reading[Any]) -> None:  # noqa: ARG002  (whatever it is, something about the object may show)
        """Take note of a new reading."""
        if self.size:
            self._redraw_soon()

    @property
    def subject(self) -> Widget:
        """What keys should go to on this page."""
        return self.text if self.page in _TEXTS else self.table

    @property
    def under_cursor(self) -> ObjectRef | None:
        """The object that the row under the cursor stands for, on a page that is a table."""
        key = self.table.cursor_key
        return None if self._drawn is None or key is None else self._drawn.references.get(key)

    @property
    def pod_under_cursor(self) -> Pod | None:
        """The pod under the cursor, on the page of the pods."""
        key = self.table.cursor_key if self.page == PODS else None
        return None if key is None else self._held.pods.get(key)

    @property
    def earlier_revision(self) -> int | None:
        """Number of the revision under the cursor, unless it is the present one."""
        revisions, key = self._revisions(), self.table.cursor_key
        return next((each.revision for each in revisions[1:] if each.meta.key == key), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the search on the pages that are text, and the way back as far as it stays within this pane."""
        known = {"search": self.page in _TEXTS, "close": bool(self._typed or self._trail)}
        return known.get(action, True)

    def action_turn(self, pages: int) -> None:
        """Turn so many pages."""
        order = object_pages.pages_of(self.about.kind)
        at = order.index(self.page) if self.page in order else 0
        self._turn_to(order[(at + pages) % len(order)])

    def action_detail(self, page: str) -> None:
        """Describe what the row under the cursor stands for, or the object itself; or show its YAML."""
        under = self.under_cursor
        if under is None or under == self.about:
            self._turn_to(page)
        else:
            self._step_into(under, page)

    def action_close(self) -> None:
        """End the search; without one, go back to the object from which this one was opened."""
        if self._typed:
            self._search("")
        else:
            self._go(*self._trail.pop())

    def action_copy(self) -> None:
        """Copy the text of the page, or the name of what has the cursor."""
        name = (self.under_cursor or self.about).name
        self.post_message(Copied(self.text.text if self.page in _TEXTS else name))

    def action_logs(self, previous: bool) -> None:
        """Ask for the logs of the pod under the cursor, or else of all pods of the object."""
        under = self.pod_under_cursor
        pods = [under] if under is not None else object_pages.pods_of(self.about, self._held)
        if pods:
            workload = under is None and object_pages.is_workload_of(self.about, pods)
            self.post_message(self.LogsWanted(pods, previous=previous, workload=workload))

    def action_search(self) -> None:
        """Ask for a pattern; the text follows while it is typed."""
        typed = self._typed

        def restore() -> None:
            self._search(typed)

        self.screen.query_one(Prompt).ask("search", text=typed, typing=self._search, leave=restore)

    def redraw(self) -> None:
        """Bring the page up to date."""
        if not self.is_mounted:
            return
        self._drawn = None
        if self.page not in _TEXTS:
            self._drawn = object_pages.table_page(self.page, self.about, self._held, self._clock())
            self.table.columns = tuple(self._drawn.columns)
            self.table.empty = self._nothing()
            self._rows.replace(self._drawn.rows)
            self.table.redraw()
            if (position := self._rows.position(self._wanted_row)) is not None:
                self._wanted_row = ""
                self.table.move_to(position)
            self._show_below()
        self._finding.tell(self._held.findings_about(self.about))
        self.show_trouble(*self._what_fails())
        self._draw_title()

    def _go(self, about: ObjectRef, page: str) -> None:
        if about != self.about:
            self._typed = ""
            self.text.search(None)
        self.about = about
        self._turn_to(page or object_pages.pages_of(about.kind)[0])

    def _step_into(self, about: ObjectRef, page: str) -> None:
        self._wanted_row = ""
        self._trail.append((self.about, self.page))
        self._go(about, page)

    def _turn_to(self, page: str) -> None:
        self.page = page
        self.set_class(page in _TEXTS, "text")
        self.set_class(page in (HISTORY, EVENTS), "split")
        self.set_class(page == EVENTS, "events")
        self.table.forget_cursor()
        self._failure = self._read_at = None
        if page in _TEXTS:
            self.text.show([[Span(f" reading {self.about} …", "dim")]])
            self._read()
        self.redraw()
        self.call_after_refresh(self.subject.focus)

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()
        self._show_below()

    @on(TextView.Moved)
    def _scrolled(self, event: TextView.Moved) -> None:
        event.stop()
        self._draw_title()

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        """Show the logs of a pod; on other pages, what the row stands for."""
        event.stop()
        if self.page == PODS:
            self.action_logs(previous=False)
        elif self.under_cursor is not None and self.under_cursor != self.about:
            self._step_into(self.under_cursor, EVENTS if self.page == EVENTS else "")

    def _show_below(self) -> None:
        """Tell in full what the row under the cursor stands for: what a revision changed, what an event says."""
        key, lines = self.table.cursor_key, list[TextLine]()
        if self.page == HISTORY:
            revisions = self._revisions()
            at = next((at for at, each in enumerate(revisions) if each.meta.key == key), None)
            if at is not None:
                lines = revision_lines(revisions[at], revisions[at + 1] if at + 1 < len(revisions) else None)
        elif self.page == EVENTS:
            event = self._drawn.events.get(key or "") if self._drawn is not None else None
            lines = [] if event is None else event_lines(event, self._zone)
        else:
            return
        self.text.show(lines, keep_place=True)

    def _revisions(self) -> Sequence[ReplicaSet]:
        return object_pages.revisions_of(self.about, self._held) if self.page == HISTORY else ()

    @work(exclusive=True, group="object-text")
    async def _read(self) -> None:
        about, page = self.about, self.page
        try:
            lines = await self._read_text(about, page)
        except SourceError as error:
            self._failure, lines = error, ()
        if (about, page) == (self.about, self.page):
            self._read_at = None if self._failure else self._clock()
            self.text.show(lines)
            self.redraw()

    def _search(self, typed: str) -> str | None:
        try:
            wanted = parse_filter(typed)
        except FilterError as error:
            return str(error)
        self._typed = typed
        found = self.text.search(wanted.matches if typed else None)
        self._draw_title()
        return None if found else "no line matches"

    def _page_reading(self) -> Reading[Any] | None:
        return self._held.reading(object_pages.READINGS.get(self.page, ""))

    def _what_fails(self) -> tuple[str, str | None]:
        """Say why the page is not what it should be; an empty text while it is."""
        if self._held.is_gone(self.about):
            return f"{self.about} is no longer there", None
        if self._failure is not None:
            return f"{self.about} cannot be read: {self._failure.message}", self._failure.remedy
        return trouble_text(self._page_reading(), self._zone)

    def _nothing(self) -> str:
        reading = self._page_reading()
        if reading is None or reading.state(self._clock()) is State.LOADING:
            return f"reading the {'revisions' if self.page == HISTORY else self.page} …"
        return "nothing read yet" if reading.data is None else _NOTHING[self.page]

    def _draw_title(self) -> None:
        pages = object_pages.pages_of(self.about.kind)
        self._pages.show_kinds([(page, "dim") for page in pages], pages.index(self.page) if self.page in pages else 0)
        spans = [Span("─ ", "dim"), Span(str(self.about), "strong"), Span(" ")]
        if not self._held.scope and self.about.namespace:
            spans.insert(2, Span(f" in {self.about.namespace}"))
        told: list[Span] = []
        if self.page in _TEXTS:
            if self._typed:
                spans.append(Span(f"· /{self._typed} {self.text.match} ", "changing"))
            as_of = f"as of {time_of_day(self._read_at, self._zone)} · " if self._read_at else ""
            told = [Span(f" {as_of}{self.text.place} ", "dim")]
        self.title.show(spans, told)
