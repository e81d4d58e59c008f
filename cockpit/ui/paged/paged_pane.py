"""A source over the whole width, page by page."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Generic, NamedTuple

from msgspec.structs import replace
from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from cockpit.clock import Clock
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, FilterError, PodFilter, parse_filter
from cockpit.ui.paged.held import Held
from cockpit.ui.paged.keys import PAGED_BINDINGS
from cockpit.ui.paged.opened_text import OpenedText
from cockpit.ui.paged.page import Choices, Page, Tab, V, dimmed
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.widgets.choice_line import ChoiceLine
from cockpit.ui.widgets.format import clock as time_of_day
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.prompt import Prompt
from cockpit.ui.widgets.rows import ListedRows
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.text_view import TextView
from cockpit.ui.widgets.throttle import Throttle

_REDRAW_SECONDS = 0.5
_NOTHING = Page((), (), "")


class Title(NamedTuple):
    """What a pane is about, before anything is read."""

    name: str
    """Such as `AWS`."""
    configure: tuple[str, str]
    """That it is not in use, and what to type to use it."""


class PagedPane(Pane, Generic[V]):
    """Tabs, notes, and a table whose rows open as text. What is shown, and how, is given by `held` and `tabs`."""

    DEFAULT_CSS = """
    PagedPane > .notes { height: 0; }
    PagedPane > TextView { display: none; }
    PagedPane.text > TextView { display: block; }
    PagedPane.text > Table, PagedPane.text > .notes { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = PAGED_BINDINGS

    class Turned(Message):
        """Another page is shown, which knows other keys; also the first one."""

    class Pinned(Message):
        """A person wants what is opened in the incident log."""

        def __init__(self, source: str, text: str) -> None:
            super().__init__()
            self.source = source
            self.text = text

    def __init__(
        self,
        title: Title,
        held: Held[V],
        tabs: Sequence[Tab[V]],
        clock: Clock,
        *,
        id: str,  # noqa: A002  (the name that Textual gives it)
    ) -> None:
        """Draw what is held."""
        super().__init__(id=id)
        self.subject_name = ""
        """What is shown of those that are held: an account, say."""
        self._about = title
        self._tabs = tuple(tabs)
        self._held = held
        self._paused: tuple[Held[V], datetime] | None = None
        self._clock = clock
        self._at = 0
        self._choices = [Choices() for _ in tabs]
        self._page = _NOTHING
        self._rows = ListedRows()
        self._sought = ""
        """Key of the row on which the cursor is put as soon as it is there."""
        self._tab_line = ChoiceLine()
        self._notes = Line(classes="notes")
        self.table = Table((), self._rows, id=f"{id}-table")
        self.text = TextView(id=f"{id}-text")
        self._opened = OpenedText(self.text)
        self._redraw_soon = Throttle(self, _REDRAW_SECONDS, self.redraw)

    def compose(self) -> ComposeResult:
        """Title, trouble, pages, notes, and what the page consists of."""
        yield from self.frame()
        yield self._tab_line
        yield self._notes
        yield self.table
        yield self.text

    def on_mount(self) -> None:
        """Draw what came before the pane was there, once it has a size."""
        self.call_after_refresh(self.redraw)
        self.call_after_refresh(self.post_message, self.Turned())

    def on_show(self) -> None:
        """Draw what has come while the pane was hidden."""
        self.redraw()

    def show(self) -> None:
        """Take note that something new is held."""
        if self.size:
            self._redraw_soon()

    @property
    def subject(self) -> Widget:
        """What keys should go to."""
        return self.text if self.has_class("text") else self.table

    @property
    def tab(self) -> Tab[V]:
        """The page that is shown."""
        return self._tabs[self._at]

    @property
    def choices(self) -> Choices:
        """What a person has chosen for the page that is shown."""
        return self._choices[self._at]

    @property
    def now(self) -> datetime:
        """As of when it is drawn."""
        return self._clock() if self._paused is None else self._paused[1]

    def choose(self, subject: str, tab: str = "", row: str = "") -> None:
        """Show a subject, on a page or on the one that is shown, with the cursor on a row."""
        if subject != self.subject_name:
            self.subject_name = subject
            self._paused = None
            self.table.forget_cursor()
        if tab:
            self._at = [each.title for each in self._tabs].index(tab)
            self._choices[self._at] = replace(self.choices, wanted=EVERYTHING)
            self.table.forget_cursor()
        self._sought = row
        self._close_text()
        self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer what the page knows."""
        reads_text = self.has_class("text")
        known = {
            "search": reads_text,
            "filter": not reads_text,
            "turn": bool(self.tab.turns) and not reads_text,
            "order": bool(self.tab.orders) and not reads_text,
            "reverse": bool(self.tab.orders) and not reads_text,
            "pause": not reads_text,
            "pin": reads_text,
            "subject": len(self._held.names) > 1,
        }
        return known.get(action, True)

    def action_tab(self, pages: int) -> None:
        """Turn so many pages."""
        self._at = (self._at + pages) % len(self._tabs)
        self._close_text()
        self.table.forget_cursor()
        self.redraw()
        self.post_message(self.Turned())

    def action_turn(self) -> None:
        """Draw the page in the next of its ways."""
        self._choose(replace(self.choices, turn=(self.choices.turn + 1) % len(self.tab.turns)))
        self.table.follow_top()

    def action_order(self) -> None:
        """Sort by the next of the orders."""
        self._choose(replace(self.choices, order=(self.choices.order + 1) % len(self.tab.orders)))
        self.table.follow_top()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._choose(replace(self.choices, reverse=not self.choices.reverse))

    def action_pause(self) -> None:
        """Hold what is shown, with the times as they are now; or go on."""
        held = bool(self._held.names)
        self._paused = None if self._paused is not None or not held else (self._held.copy(), self._clock())
        self.redraw()

    def action_subject(self, steps: int) -> None:
        """Show the next subject, or the one before."""
        names = list(self._held.names)
        at = names.index(self.subject_name) if self.subject_name in names else -1
        self.choose(names[(at + steps) % len(names)])
        self.call_after_refresh(self.subject.focus)

    def action_filter(self) -> None:
        """Ask for a filter; the page follows while it is typed."""
        before = self.choices.wanted
        self.screen.query_one(Prompt).ask(
            "filter", text=before.typed, typing=self._try_filter, leave=lambda: self._set_filter(before)
        )

    def action_search(self) -> None:
        """Ask for a pattern; the text follows while it is typed."""
        typed = self._opened.typed

        def restore() -> None:
            self._search(typed)

        self.screen.query_one(Prompt).ask("search", text=typed, typing=self._search, leave=restore)

    def action_close(self) -> None:
        """End the search, close the text, or drop the filter: whatever came last."""
        if self._opened.typed:
            self._search("")
        elif self.has_class("text"):
            self._close_text()
            self.redraw()
            self.call_after_refresh(self.table.focus)
        else:
            self._set_filter(EVERYTHING)

    def action_pin(self) -> None:
        """Write what is opened into the incident log."""
        self.post_message(self.Pinned(f"{self._about.name} {self.subject_name}".rstrip(), self._opened.copied))

    def action_copy(self) -> None:
        """Copy what is opened, or the row under the cursor."""
        if self.has_class("text"):
            self.post_message(Copied(self._opened.copied))
        elif self.table.cursor_key is not None:
            self.post_message(Copied(self._row_text(self.table.cursor_key)))

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()

    @on(TextView.Moved)
    def _scrolled(self, event: TextView.Moved) -> None:
        event.stop()
        if self.has_class("text"):
            self._draw_title()

    @on(Table.Opened)
    def _open(self, event: Table.Opened) -> None:
        """Tell all about the row under the cursor."""
        event.stop()
        view = self._drawn.view(self.subject_name, self.now)
        detail = None if view is None else self.tab.detail(view, event.key)
        if detail is None:
            return
        copied = "\n".join("".join(span.text for span in line).rstrip() for line in detail.lines)
        as_of = time_of_day(self.now, self._held.zone)
        self._opened.show(f"{detail.head} · as of {as_of}", detail.lines, f"{detail.head}\n{copied}")
        self.add_class("text")
        self._draw_title()
        self.call_after_refresh(self.text.focus)

    def redraw(self) -> None:
        """Bring title, trouble and page up to date; ages move on with the time."""
        if not self.is_mounted or not self.size:
            return
        names = self._drawn.names
        if self.subject_name not in names:
            self.subject_name = next(iter(names), "")
        view = self._drawn.view(self.subject_name, self.now) if names else None
        outlook = self._drawn.outlook(self.subject_name, self.tab.title, self.now)
        self._page = _NOTHING if view is None else self.tab.draw(view, self.choices)
        self.show_trouble(*(outlook.trouble if names else self._about.configure))
        self._draw_title()
        self._draw_notes(faint=outlook.old)
        self._rows.replace(self._page.rows, faint=outlook.old)
        self.table.columns = self._page.columns
        self.table.empty = self._page.empty if view is not None else outlook.nothing
        self._seek()
        self.table.redraw()

    @property
    def _drawn(self) -> Held[V]:
        return self._held if self._paused is None else self._paused[0]

    def _seek(self) -> None:
        if self._sought and (position := self._rows.position(self._sought)) is not None:
            self._sought = ""
            self.table.move_to(position)

    def _choose(self, choices: Choices) -> None:
        self._choices[self._at] = choices
        self.redraw()

    def _try_filter(self, typed: str) -> str | None:
        try:
            self._set_filter(parse_filter(typed))
        except FilterError as error:
            return str(error)
        return None

    def _set_filter(self, wanted: PodFilter) -> None:
        self._choose(replace(self.choices, wanted=wanted if wanted.typed else EVERYTHING))

    def _search(self, typed: str) -> str | None:
        problem = self._opened.search(typed)
        self._draw_title()
        return problem

    def _row_text(self, key: str) -> str:
        position = self._rows.position(key)
        cells = () if position is None else self._rows.rows(position, 1)[0].cells
        return "  ".join(cell.text.strip() for cell in cells if cell.text.strip())

    def _close_text(self) -> None:
        if self.has_class("text"):
            self._search("")
            self.remove_class("text")
            self.post_message(self.Turned())

    def _draw_notes(self, *, faint: bool) -> None:
        self._notes.styles.height = len(self._page.notes)
        for y, spans in enumerate(self._page.notes):
            self._notes.show(dimmed(spans) if faint else spans, y=y)

    def _draw_title(self) -> None:
        self._tab_line.show_kinds([(tab.title, "") for tab in self._tabs], self._at)
        names, outlook = self._drawn.names, self._drawn.outlook(self.subject_name, self.tab.title, self.now)
        about = self.subject_name if names else "not in use"
        spans = [Span("─ ", "dim"), Span(self._about.name, "strong"), Span(f" {about}" if about else "")]
        if len(names) > 1 and self.subject_name in names:
            spans.append(Span(f" {list(names).index(self.subject_name) + 1} of {len(names)}", "dim"))
        spans += outlook.head
        cells = sum(cell_len(span.text) for span in (*spans, *outlook.state)) + 2
        state = outlook.state if cells <= self.size.width else outlook.brief or outlook.state
        if self.has_class("text"):
            told, place = self._opened.title
            self.title.show([*spans, *told], place)
            return
        if self.choices.wanted.typed:
            spans.append(Span(f" · /{self.choices.wanted.typed}", "changing"))
        if self._page.told:
            spans.append(Span(f" · {self._page.told}"))
        if self._paused is not None:
            state = [Span(f"paused at {time_of_day(self.now, self._held.zone)}", "changing")]
        self.title.show([*spans, Span(" ")], [Span(" "), *state, Span(" ")])
