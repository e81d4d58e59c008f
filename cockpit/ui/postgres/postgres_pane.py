"""One Postgres server over the whole width, page by page."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from cockpit.clock import Clock
from cockpit.reading import State
from cockpit.sources.postgres.model import Backend, Statement
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, FilterError, PodFilter, parse_filter
from cockpit.ui.paged.opened_text import OpenedText
from cockpit.ui.postgres import tabs, text_page
from cockpit.ui.postgres.connections_page import Grouping
from cockpit.ui.postgres.held_servers import HeldServers
from cockpit.ui.postgres.keys import POSTGRES_BINDINGS
from cockpit.ui.postgres.moment import Moment
from cockpit.ui.postgres.page import Choices, Page, dimmed, way
from cockpit.ui.state_text import trouble_text
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.widgets.choice_line import ChoiceLine
from cockpit.ui.widgets.format import clock as time_of_day
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.prompt import Prompt
from cockpit.ui.widgets.rows import ListedRows
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.text_view import TextLine, TextView
from cockpit.ui.widgets.throttle import Throttle

_REDRAW_SECONDS = 0.5
_NOTHING = Page((), (), "unknown")
_CONFIGURE = (
    "no Postgres server is configured",
    'cockpit --dsn service=shop, or [postgres.shop] with dsn = "service=shop" in cockpit.toml',
)


class PostgresPane(Pane):
    """The pages of the chosen server: activity, blocking, statements, connections, health."""

    DEFAULT_CSS = """
    PostgresPane > #postgres-notes { height: 0; }
    PostgresPane > TextView { display: none; }
    PostgresPane.text > TextView { display: block; }
    PostgresPane.text > Table, PostgresPane.text > #postgres-notes { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = POSTGRES_BINDINGS

    class Turned(Message):
        """Another page is shown, which knows other keys; also the first one."""

    class SqlTyped(Message):
        """A person wants a statement to be run that only reads."""

        def __init__(self, server: str, sql: str) -> None:
            super().__init__()
            self.server = server
            self.sql = sql

    class ExplainWanted(Message):
        """A person wants to know how a statement would be run."""

        def __init__(self, server: str, statement: str, database: str) -> None:
            super().__init__()
            self.server = server
            self.statement = statement
            self.database = database

    class Pinned(Message):
        """A person wants what is opened in the incident log."""

        def __init__(self, server: str, text: str) -> None:
            super().__init__()
            self.server = server
            self.text = text

    def __init__(self, held: HeldServers, clock: Clock) -> None:
        """Draw what is held."""
        super().__init__(id="postgres")
        self.server = ""
        """Name of the server that is shown; empty until one is known."""
        self._held = held
        self._clock = clock
        self._at = 0
        self._choices = [Choices() for _ in tabs.TABS]
        self._moment = Moment(held, clock)
        self._page = _NOTHING
        self._rows = ListedRows()
        self._tabs = ChoiceLine()
        self._notes = Line(id="postgres-notes")
        self.table = Table((), self._rows, id="postgres-table")
        self.text = TextView(id="postgres-text")
        self._opened = OpenedText(self.text)
        self._redraw_soon = Throttle(self, _REDRAW_SECONDS, self.redraw)

    def compose(self) -> ComposeResult:
        """Title, trouble, pages, notes, and what the page consists of."""
        yield from self.frame()
        yield self._tabs
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
    def tab(self) -> tabs.Tab:
        """The page that is shown."""
        return tabs.TABS[self._at]

    @property
    def choices(self) -> Choices:
        """What a person has chosen for the page that is shown."""
        return self._choices[self._at]

    def selected_backend(self) -> Backend | None:
        """Give the backend that is open, or the one under the cursor on a page that lists them."""
        if self.has_class("text"):
            return self._opened.about if isinstance(self._opened.about, Backend) else None
        return self._page.backends.get(self.table.cursor_key or "")

    def selected_statement(self) -> Statement | None:
        """Give the statement that is open, or the one under the cursor on the page that lists them."""
        if self.has_class("text"):
            return self._opened.about if isinstance(self._opened.about, Statement) else None
        return self._page.statements.get(self.table.cursor_key or "")

    def choose(self, server: str, tab: str = "") -> None:
        """Show another server, on a page or on the one that is shown."""
        if server != self.server:
            self.server = server
            self._moment.go_on()
            self.table.forget_cursor()
        if tab:
            self._at = [each.title for each in tabs.TABS].index(tab)
            self.table.forget_cursor()
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
            "explain": self._statement() is not None,
            "idle": self.tab.title == tabs.ACTIVITY and not reads_text,
            "server": len(self._held.names) > 1,
        }
        return known.get(action, True)

    def action_tab(self, pages: int) -> None:
        """Turn so many pages."""
        self._at = (self._at + pages) % len(tabs.TABS)
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

    def action_idle(self) -> None:
        """List the idle connections too, or leave them out again."""
        self._choose(replace(self.choices, idle=not self.choices.idle))

    def action_pause(self) -> None:
        """Hold what is shown, with the times as they are now; or go on."""
        self._moment.pause(self.server)
        self.redraw()

    def action_server(self) -> None:
        """Show the next server."""
        names = self._held.names
        at = names.index(self.server) if self.server in names else -1
        self.choose(names[(at + 1) % len(names)])
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
            self._choose(replace(self.choices, wanted=EVERYTHING, group=None))

    def action_sql(self) -> None:
        """Ask for a statement, and have it run."""
        server = self.server
        self.screen.query_one(Prompt).ask("sql", accept=lambda typed: self.post_message(self.SqlTyped(server, typed)))

    def action_explain(self) -> None:
        """Ask how the statement under the cursor, or the one that is opened, would be run."""
        if (found := self._statement()) is not None:
            self.post_message(self.ExplainWanted(self.server, *found))

    def action_pin(self) -> None:
        """Write what is opened into the incident log."""
        self.post_message(self.Pinned(self.server, self._opened.copied))

    def show_answer(self, server: str, head: str, lines: Sequence[TextLine], copied: str) -> None:
        """Open what a server has answered, if it is still the one that is shown."""
        if server == self.server:
            self._opened.about = None
            self._open_text(head, lines, copied)

    def _statement(self) -> tuple[str, str] | None:
        """Give the statement under the cursor, or the one that is opened, and its database."""
        about = self.selected_statement() or self.selected_backend()
        if isinstance(about, Statement):
            return (about.text, about.database) if about.text else None
        return (about.query, about.database) if about is not None and about.query else None

    def action_copy(self) -> None:
        """Copy the statement under the cursor, or what names the row."""
        backend, statement = self.selected_backend(), self.selected_statement()
        if self.has_class("text"):
            self.post_message(Copied(self._opened.copied))
        elif statement is not None or backend is not None:
            self.post_message(Copied(statement.text if statement is not None else backend.query if backend else ""))
        elif self.table.cursor_key is not None:
            self.post_message(Copied(self.table.cursor_key))

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()

    @on(TextView.Moved)
    def _scrolled(self, event: TextView.Moved) -> None:
        event.stop()
        if self.has_class("text"):
            self._draw_title()

    @on(Table.Opened)
    def _chosen(self, event: Table.Opened) -> None:
        event.stop()
        self._open()

    def _open(self) -> None:
        """Open the statement under the cursor; of a group, list its connections."""
        view, backend, statement = self._moment.view(self.server), self.selected_backend(), self.selected_statement()
        if view is None or self.table.cursor_key is None:
            return
        if backend is not None:
            self._open_text(f"pid {backend.pid}", text_page.backend_lines(backend, view), backend.query)
        elif statement is not None:
            self._open_text("statement", text_page.statement_lines(statement), statement.text)
        elif self.tab.title == tabs.CONNECTIONS:
            self._open_group(self.table.cursor_key)
        else:
            self._open_row(self.table.cursor_key)

    def redraw(self) -> None:
        """Bring title, trouble and page up to date; ages move on with the time."""
        if not self.is_mounted or not self.size:
            return
        if self.server not in self._held.names:
            self.server = next(iter(self._held.names), "")
        view = self._moment.view(self.server)
        self._page = _NOTHING if view is None else self.tab.draw(view, self.choices)
        reading = self._moment.reading(self.server)
        self.show_trouble(*(trouble_text(reading, self._held.zone) if self.server else _CONFIGURE))
        self._draw_title()
        faint = self._moment.is_old(self.server)
        self._draw_notes(faint=faint)
        self._rows.replace(self._page.rows, faint=faint)
        self.table.columns = self._page.columns
        self.table.empty = self._page.empty if view is not None else self._nothing()
        self.table.redraw()

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

    def _open_text(self, head: str, lines: Sequence[TextLine], copied: str) -> None:
        self._opened.show(f"{head} · as of {time_of_day(self._moment.now, self._held.zone)}", lines, copied)
        self._opened.about = self.selected_backend() or self.selected_statement()
        self.add_class("text")
        self._draw_title()
        self.call_after_refresh(self.text.focus)

    def _open_group(self, group: str) -> None:
        """List the connections of a group, idle ones too."""
        grouping = list(Grouping)[self.choices.turn].value
        self._at = next(at for at, tab in enumerate(tabs.TABS) if tab.title == tabs.ACTIVITY)
        self.table.forget_cursor()
        self._choose(replace(self.choices, wanted=EVERYTHING, idle=True, group=(grouping, group)))
        self.post_message(self.Turned())

    def _open_row(self, key: str) -> None:
        position = self._rows.position(key)
        row = None if position is None else self._rows.rows(position, 1)[0]
        if row is not None:
            texts = [cell.text for cell in row.cells if cell.text]
            self._open_text(self.tab.title.lower(), [[Span(f" {text}")] for text in texts], " ".join(texts))

    def _close_text(self) -> None:
        if self.has_class("text"):
            self._search("")
            self.remove_class("text")
            self.post_message(self.Turned())

    def _nothing(self) -> str:
        reading = self._moment.reading(self.server)
        if reading is None:
            return "nothing is read: [postgres.NAME] in cockpit.toml, --dsn, DATABASE_URL or PGSERVICE name a server"
        return "connecting …" if reading.state(self._clock()) is State.LOADING else "nothing read yet"

    def _draw_notes(self, *, faint: bool) -> None:
        self._notes.styles.height = len(self._page.notes)
        for y, spans in enumerate(self._page.notes):
            self._notes.show(dimmed(spans) if faint else spans, y=y)

    def _draw_title(self) -> None:
        reading = self._moment.reading(self.server)
        self._tabs.show_kinds([(tab.title, "") for tab in tabs.TABS], self._at)
        names = self._held.names
        spans = [Span("─ ", "dim"), Span("Postgres", "strong"), Span(f" {self.server or 'not configured'}")]
        if len(names) > 1 and self.server in names:
            spans.append(Span(f" {names.index(self.server) + 1} of {len(names)}", "dim"))
        if reading is not None:
            spans += way(reading.data)
        if self.has_class("text"):
            told, place = self._opened.title
            self.title.show([*spans, *told], place)
            return
        if reading is not None:
            spans.append(Span(f" · {self._page.told}"))
        if self.choices.wanted.typed:
            spans.append(Span(f" · /{self.choices.wanted.typed}", "changing"))
        self.title.show([*spans, Span(" ")], [Span(" "), *self._moment.state(self.server), Span(" ")])
