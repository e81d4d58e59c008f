"""Shows the Postgres servers: in a pane of the overview, and over the whole width."""

from datetime import tzinfo
from typing import Any

from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from cockpit.clock import Clock
from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading
from cockpit.sources.postgres.model import POSTGRES, Backend, Statement
from cockpit.ui.postgres.held_servers import HeldServers
from cockpit.ui.postgres.postgres_overview import PostgresOverview
from cockpit.ui.postgres.postgres_pane import PostgresPane
from cockpit.ui.postgres.tabs import ACTIVITY, BLOCKING, CONNECTIONS, HEALTH, STATEMENTS

_TABS_OF_CAUSES = {"long-statements": ACTIVITY}
"""Of findings whose scenario is that of others: what still runs is not among the statements that have ended."""
_TABS_OF_SCENARIOS = {
    "too-many-connections": CONNECTIONS,
    "slow-queries": STATEMENTS,
    "locks": BLOCKING,
    "replication": HEALTH,
    "wraparound": HEALTH,
    "postgres-down": ACTIVITY,
    "disk-full": HEALTH,
}


class PostgresDesk:
    """Its panes are mounted when they are first needed: the first frame does without them."""

    def __init__(self, screen: Screen[Any], clock: Clock, zone: tzinfo, policy: Policy) -> None:
        """Arrange panes on `screen`, below its widget `#main`."""
        self.held = HeldServers(zone, policy)
        self.pane = PostgresPane(self.held, clock)
        self.overview = PostgresOverview(self.held, clock)
        self._screen = screen
        if screen.has_class("view-postgres"):  # a person was quicker
            self.mount()

    @property
    def subject(self) -> Widget | None:
        """What keys should go to; None before the pane is there."""
        return self.pane.subject if self.pane.is_mounted else None

    def mount(self) -> None:
        """Put the pane of the view in its place."""
        if not self.pane.is_attached:
            self._screen.query_one("#main", Vertical).mount(self.pane)

    def show(self, reading: Reading[Any]) -> None:
        """Take over a reading. The first one of a server brings the pane of the overview."""
        if not self.held.take(reading):
            return
        if self.held.names and not self.overview.is_attached:
            self._screen.query_one("#main", Vertical).mount(self.overview, after="#pods")
        self.overview.redraw()
        self.pane.show()

    def redraw(self) -> None:
        """Let ages move on."""
        self.overview.redraw()
        self.pane.redraw()

    def open(self, server: str, scenario: str = "", key: str = "") -> None:
        """Show a server, on the page that a finding of this scenario and key is about."""
        self.mount()
        cause = key.removeprefix(POSTGRES).partition("/")[0]
        self.pane.choose(server, _TABS_OF_CAUSES.get(cause) or _TABS_OF_SCENARIOS.get(scenario, ""))

    def selected_backend(self) -> Backend | None:
        """Give the backend under the cursor of the view."""
        return self.pane.selected_backend()

    def selected_statement(self) -> Statement | None:
        """Give the statement under the cursor of the view."""
        return self.pane.selected_statement()
