"""Shows the Postgres servers: in a strip of the overview, and over the whole width."""

from datetime import datetime, tzinfo
from typing import Any, Final

from textual.screen import Screen

from cockpit.clock import Clock
from cockpit.diagnosis.policy import Policy
from cockpit.sources.postgres.model import POSTGRES, Backend, Statement
from cockpit.ui.paged.paged_desk import PagedDesk
from cockpit.ui.paged.strip import Summary
from cockpit.ui.postgres.held_servers import HeldServers
from cockpit.ui.postgres.overview import overview
from cockpit.ui.postgres.postgres_pane import PostgresPane
from cockpit.ui.postgres.postgres_view import View
from cockpit.ui.postgres.tabs import ACTIVITY, BLOCKING, CONNECTIONS, HEALTH, STATEMENTS

_TABS_OF_CAUSES: Final = {"long-statements": ACTIVITY}
"""Of findings whose scenario is that of others: what still runs is not among the statements that have ended."""
_TABS_OF_SCENARIOS: Final = {
    "too-many-connections": CONNECTIONS,
    "slow-queries": STATEMENTS,
    "locks": BLOCKING,
    "replication": HEALTH,
    "wraparound": HEALTH,
    "postgres-down": ACTIVITY,
    "disk-full": HEALTH,
}


class PostgresDesk(PagedDesk[View]):
    """Knows what findings are about, and what can be acted on."""

    held: HeldServers
    pane: PostgresPane

    def __init__(self, screen: Screen[Any], clock: Clock, zone: tzinfo, policy: Policy) -> None:
        """Arrange panes on `screen`."""
        held = HeldServers(zone, policy)

        def say(now: datetime) -> Summary:
            return overview(held, now)

        super().__init__(screen, held, PostgresPane(held, clock), say, clock, above=("aws", "web"))

    def find(self, server: str, scenario: str, key: str) -> None:
        """Show a server, on the page that a finding of this scenario and key is about."""
        cause = key.removeprefix(POSTGRES).partition("/")[0]
        self.open(server, _TABS_OF_CAUSES.get(cause) or _TABS_OF_SCENARIOS.get(scenario, ""))

    def selected_backend(self) -> Backend | None:
        """Give the backend that is open, or the one under the cursor on a page that lists them."""
        return selected if isinstance(selected := self.pane.selected, Backend) else None

    def selected_statement(self) -> Statement | None:
        """Give the statement that is open, or the one under the cursor on the page that lists them."""
        return selected if isinstance(selected := self.pane.selected, Statement) else None
