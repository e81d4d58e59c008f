"""Asks a server what a person wants to know: SQL that only reads, and how a statement would be run."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cockpit.ui.postgres.answers import lines_of, plan_text, result_text
from cockpit.ui.postgres.postgres_pane import PostgresPane

if TYPE_CHECKING:  # brings along what acts
    from cockpit.ui.actions.server_desk import ServerDesk


class ServerQuestions:
    """Shows the answers in the pane of the server, from where they can be written into the incident log."""

    def __init__(self, pane: PostgresPane, desk: "Callable[[str], ServerDesk]") -> None:
        """Ask the servers that `desk` gives by name."""
        self._pane = pane
        self._desk = desk

    async def run_sql(self, server: str, sql: str) -> None:
        """Run a statement that only reads, and show what it gave."""
        result = await self._desk(server).run_sql(sql)
        if result is not None:
            text = result_text(sql, result)
            self._pane.show_answer(server, "SQL", lines_of(text, 1), "\n".join(text))

    async def explain(self, server: str, statement: str, database: str) -> None:
        """Show how a statement would be run."""
        plan = await self._desk(server).explain(statement, database)
        if plan is not None:
            text = plan_text(statement, plan)
            self._pane.show_answer(server, "EXPLAIN", lines_of(text, len(statement.splitlines())), "\n".join(text))
