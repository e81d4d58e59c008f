"""A source over the whole width, page by page."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from cockpit.clock import Clock
from cockpit.ui.kubernetes.filter_prompt import ask_filter
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, PodFilter
from cockpit.ui.paged.chosen_pages import ChosenPages
from cockpit.ui.paged.held import Held
from cockpit.ui.paged.keys import PAGED_BINDINGS
from cockpit.ui.paged.moment import Moment
from cockpit.ui.paged.opened_text import OpenedText
from cockpit.ui.paged.page import Choices, Detail, Page, Tab, V, dimmed
from cockpit.ui.paged.title import Title, state_beside
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.prompt import Prompt
from cockpit.ui.widgets.rows import ListedRows
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.text_view import TextView
from cockpit.ui.widgets.throttle import Throttle

_REDRAW_SECONDS = 0.5
_NOTHING = Page((), (), "")


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
        self._held = held
        self._moment = Moment(held, clock)
        self._pages = ChosenPages(tabs)
        self._page = _NOTHING
        self._rows = ListedRows()
        self._sought = ""
        """Key of the row on which the cursor is put as soon as it is there."""
        self._notes = Line(classes="notes")
        self.table = Table((), self._rows, id=f"{id}-table")
        self.text = TextView(id=f"{id}-text")
        self._opened = OpenedText(self.text)
        self._redraw_soon = Throttle(self, _REDRAW_SECONDS, self.redraw)

    def compose(self) -> ComposeResult:
        """Title, trouble, pages, notes, and what the page consists of."""
        yield from self.frame()
        yield self._pages.line
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
        return self._pages.tab

    @property
    def part(self) -> str:
        """The page that is shown, by its name."""
        return self.tab.title.lower()

    @property
    def choices(self) -> Choices:
        """What a person has chosen for the page that is shown."""
        return self._pages.choices

    @property
    def reads_text(self) -> bool:
        """Whether a text is opened in the place of the table."""
        return self.has_class("text")

    @property
    def selected(self) -> object:
        """What the opened text is about, or else the row under the cursor; None where that is nothing to act on."""
        return self._opened.about if self.reads_text else self._page.about.get(self.table.cursor_key or "")

    def choose(self, subject: str, tab: str = "", row: str = "") -> None:
        """Show a subject, on a page or on the one that is shown, with the cursor on a row."""
        if subject != self.subject_name:
            self.subject_name = subject
            self._moment.go_on()
            self.table.forget_cursor()
        self._sought = row
        self._close_text()
        if tab:
            self.turn_to(tab)
        else:
            self.redraw()

    def turn_to(self, tab: str, **choices: Any) -> None:
        """Show a page with all its rows, or as `choices` (see `Choices`) say."""
        self._pages.turn_to(tab)
        self.table.forget_cursor()
        self._choose(**{"wanted": EVERYTHING, "group": None, **choices})

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer what the page knows."""
        known = {
            "search": self.reads_text,
            "filter": not self.reads_text,
            "turn": bool(self.tab.turns) and not self.reads_text,
            "order": bool(self.tab.orders) and not self.reads_text,
            "reverse": bool(self.tab.orders) and not self.reads_text,
            "pause": not self.reads_text,
            "pin": self.reads_text,
            "subject": len(self._held.names) > 1,
            "close": self.reads_text or self.choices.is_narrowed,
        }
        return known.get(action, True)

    def action_tab(self, pages: int) -> None:
        """Turn so many pages."""
        self._pages.turn(pages)
        self._close_text()
        self.table.forget_cursor()
        self.redraw()
        self.post_message(self.Turned())

    def action_turn(self) -> None:
        """Draw the page in the next of its ways."""
        self._choose(turn=(self.choices.turn + 1) % len(self.tab.turns))
        self.table.follow_top()

    def action_order(self) -> None:
        """Sort by the next of the orders."""
        self._choose(order=(self.choices.order + 1) % len(self.tab.orders))
        self.table.follow_top()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._choose(reverse=not self.choices.reverse)

    def action_pause(self) -> None:
        """Hold what is shown, with the times as they are now; or go on."""
        self._moment.pause()
        self.redraw()

    def action_subject(self, steps: int) -> None:
        """Show the next subject, or the one before."""
        names = list(self._held.names)
        at = names.index(self.subject_name) if self.subject_name in names else -1
        self.choose(names[(at + steps) % len(names)])
        self.call_after_refresh(self.subject.focus)

    def action_filter(self) -> None:
        """Ask for a filter; the page follows while it is typed."""
        ask_filter(self.screen.query_one(Prompt), self.choices.wanted, self._set_filter)

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
        elif self.reads_text:
            self._close_text()
            self.redraw()
            self.call_after_refresh(self.table.focus)
        else:
            self._choose(wanted=EVERYTHING, group=None)

    def action_pin(self) -> None:
        """Write what is opened into the incident log."""
        self.post_message(self.Pinned(f"{self._about.name} {self.subject_name}".rstrip(), self._opened.copied))

    def action_copy(self) -> None:
        """Copy what is opened, or the row under the cursor."""
        if self.reads_text:
            self.post_message(Copied(self._opened.copied))
        elif self.table.cursor_key is not None:
            self.post_message(Copied(self.row_text(self.table.cursor_key)))

    def row_text(self, key: str) -> str:
        """Give what is copied of a row."""
        return "  ".join(self.cells_of(key))

    def cells_of(self, key: str) -> list[str]:
        """Give what a row says, cell by cell; nothing when it is not there."""
        position = self._rows.position(key)
        cells = () if position is None else self._rows.rows(position, 1)[0].cells
        return [text for cell in cells if (text := cell.text.strip())]

    def open_row(self, key: str) -> None:
        """Tell all about a row."""
        view = self._moment.view(self.subject_name)
        if view is not None and (detail := self.tab.detail(view, key)) is not None:
            self.open_text(detail, self._page.about.get(key))

    def open_text(self, detail: Detail, about: object = None) -> None:
        """Open a text about something to act on, or about nothing of the kind."""
        told = "\n".join("".join(span.text for span in line).rstrip() for line in detail.lines)
        copied = f"{detail.head}\n{told}" if detail.copied is None else detail.copied
        self._opened.show(f"{detail.head} · as of {self._moment.time}", detail.lines, copied, about)
        self.add_class("text")
        self._draw_title()
        self.call_after_refresh(self.text.focus)

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()

    @on(TextView.Moved)
    def _scrolled(self, event: TextView.Moved) -> None:
        event.stop()
        if self.reads_text:
            self._draw_title()

    @on(Table.Opened)
    def _opened_row(self, event: Table.Opened) -> None:
        event.stop()
        self.open_row(event.key)

    def redraw(self) -> None:
        """Bring title, trouble and page up to date; ages move on with the time."""
        if not self.is_mounted or not self.size:
            return
        names = self._moment.names
        if self.subject_name not in names:
            self.subject_name = next(iter(names), "")
        view = self._moment.view(self.subject_name)
        outlook = self._moment.outlook(self.subject_name, self.tab.title)
        self._page = _NOTHING if view is None else self.tab.draw(view, self.choices)
        self.show_trouble(*(outlook.trouble if names else self._about.configure))
        self._draw_title()
        self._draw_notes(faint=outlook.old)
        self._rows.replace(self._page.rows, faint=outlook.old)
        self.table.columns = self._page.columns
        self.table.empty = self._page.empty if view is not None else outlook.nothing
        self._seek()
        self.table.redraw()

    def _seek(self) -> None:
        if self._sought and (position := self._rows.position(self._sought)) is not None:
            self._sought = ""
            self.table.move_to(position)

    def _choose(self, **changes: Any) -> None:
        self._pages.choose(**changes)
        self.redraw()

    def _set_filter(self, wanted: PodFilter) -> None:
        self._choose(wanted=wanted if wanted.typed else EVERYTHING)

    def _search(self, typed: str) -> str | None:
        problem = self._opened.search(typed)
        self._draw_title()
        return problem

    def _close_text(self) -> None:
        if self.reads_text:
            self._search("")
            self.remove_class("text")
            self.post_message(self.Turned())

    def _draw_notes(self, *, faint: bool) -> None:
        self._notes.styles.height = len(self._page.notes)
        for y, spans in enumerate(self._page.notes):
            self._notes.show(dimmed(spans) if faint else spans, y=y)

    def _draw_title(self) -> None:
        self._pages.draw()
        outlook = self._moment.outlook(self.subject_name, self.tab.title)
        spans = self._about.head(self.subject_name, self._moment.names, outlook)
        if self.reads_text:
            told, place = self._opened.title
            self.title.show([*spans, *told], place)
            return
        state = self._moment.paused or state_beside(spans, outlook, self.size.width)
        if self.choices.wanted.typed:
            spans.append(Span(f" · /{self.choices.wanted.typed}", "changing"))
        if self._page.told:
            spans.append(Span(f" · {self._page.told}"))
        self.title.show([*spans, Span(" ")], [Span(" "), *state, Span(" ")])
