"""One Postgres server over the whole width, page by page."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.message import Message

from cockpit.clock import Clock
from cockpit.sources.postgres.model import Backend, Statement
from cockpit.ui.paged.page import Detail
from cockpit.ui.paged.paged_pane import PagedPane
from cockpit.ui.paged.title import Title
from cockpit.ui.postgres import tabs
from cockpit.ui.postgres.connections_page import Grouping
from cockpit.ui.postgres.held_servers import HeldServers
from cockpit.ui.postgres.keys import POSTGRES_BINDINGS
from cockpit.ui.postgres.postgres_view import View
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.prompt import Prompt
from cockpit.ui.widgets.text_view import TextLine

_TITLE: Final = Title(
    "Postgres",
    (
        "no Postgres server is configured",
        'cockpit --dsn service=shop, or [postgres.shop] with dsn = "service=shop" in cockpit.toml',
    ),
    "not configured",
)


class PostgresPane(PagedPane[View], inherit_bindings=False):
    """The pages of the chosen server, which can also be asked something."""

    BINDINGS: ClassVar[list[BindingType]] = POSTGRES_BINDINGS

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

    class Declined(Message):
        """A key does nothing here."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(self, held: HeldServers, clock: Clock) -> None:
        """Draw what is held."""
        super().__init__(_TITLE, held, tabs.TABS, clock, id="postgres")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the page knows."""
        if action in ("explain", "idle"):
            return True  # they say themselves why they do nothing
        return super().check_action(action, parameters)

    def action_idle(self) -> None:
        """List the idle connections too, or leave them out again."""
        if self.tab.title != tabs.ACTIVITY or self.reads_text:
            self.post_message(self.Declined(f"idle connections are listed on the page {tabs.ACTIVITY} only"))
            return
        self._choose(idle=not self.choices.idle)

    def action_sql(self) -> None:
        """Ask for a statement, and have it run."""
        server = self.subject_name
        self.screen.query_one(Prompt).ask("sql", accept=lambda typed: self.post_message(self.SqlTyped(server, typed)))

    def action_explain(self) -> None:
        """Ask how the statement under the cursor, or the one that is opened, would be run."""
        if (found := self._statement()) is not None:
            self.post_message(self.ExplainWanted(self.subject_name, *found))
        else:
            self.post_message(self.Declined("no statement is under the cursor whose plan could be asked for"))

    def action_pin(self) -> None:
        """Write what is opened into the incident log, under the name of the server alone."""
        self.post_message(self.Pinned(self.subject_name, self._opened.copied))

    def show_answer(self, server: str, head: str, lines: Sequence[TextLine], copied: str) -> None:
        """Open what a server has answered, if it is still the one that is shown."""
        if server == self.subject_name:
            self.open_text(Detail(head, lines, copied), None if self.reads_text else self.selected)

    def open_row(self, key: str) -> None:
        """Open the statement of a row; of a group, list its connections; of a figure, read all of its remark."""
        if self.tab.title == tabs.CONNECTIONS:
            grouping = list(Grouping)[self.choices.turn].value
            self.turn_to(tabs.ACTIVITY, idle=True, group=(grouping, key))
            self.post_message(self.Turned())
        elif self.selected is not None:
            super().open_row(key)
        elif texts := self.cells_of(key):
            self.open_text(Detail(self.tab.title.lower(), [[Span(f" {text}")] for text in texts], " ".join(texts)))

    def row_text(self, key: str) -> str:
        """Copy the statement of a row, or what names it."""
        match self.selected:
            case Statement(text=copied) | Backend(query=copied):
                return copied
        return key

    def _statement(self) -> tuple[str, str] | None:
        """Give the statement under the cursor, or the one that is opened, and its database."""
        match self.selected:
            case Statement(text=statement, database=database) | Backend(query=statement, database=database):
                return (statement, database) if statement else None
        return None
