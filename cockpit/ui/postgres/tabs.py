"""The pages of a Postgres server, in the order in which the arrows lead through them."""

from typing import Final

from cockpit.ui.paged.page import Tab
from cockpit.ui.postgres import (
    activity_page,
    blocking_page,
    connections_page,
    health_page,
    statements_page,
    text_page,
)

ACTIVITY, BLOCKING, STATEMENTS, CONNECTIONS, HEALTH = "Activity", "Blocking", "Statements", "Connections", "Health"
TABS: Final = (
    Tab(ACTIVITY, activity_page.draw, text_page.backend_detail, activity_page.TURNS, activity_page.ORDERS),
    Tab(BLOCKING, blocking_page.draw, text_page.backend_detail),
    Tab(STATEMENTS, statements_page.draw, text_page.statement_detail, statements_page.TURNS, statements_page.ORDERS),
    Tab(CONNECTIONS, connections_page.draw, turns=connections_page.TURNS),
    Tab(HEALTH, health_page.draw, orders=health_page.ORDERS),
)
