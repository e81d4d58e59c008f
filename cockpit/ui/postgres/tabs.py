"""The pages of a Postgres server, in the order in which the arrows lead through them."""

from typing import NamedTuple

from cockpit.ui.postgres import activity_page, blocking_page, connections_page, health_page, statements_page
from cockpit.ui.postgres.page import Draw

ACTIVITY, BLOCKING, STATEMENTS, CONNECTIONS, HEALTH = "Activity", "Blocking", "Statements", "Connections", "Health"


class Tab(NamedTuple):
    """A page that a person can turn to."""

    title: str
    draw: Draw
    turns: tuple[str, ...] = ()
    """The ways in which it can be drawn."""
    orders: tuple[str, ...] = ()


TABS = (
    Tab(ACTIVITY, activity_page.draw, activity_page.TURNS, activity_page.ORDERS),
    Tab(BLOCKING, blocking_page.draw),
    Tab(STATEMENTS, statements_page.draw, statements_page.TURNS, statements_page.ORDERS),
    Tab(CONNECTIONS, connections_page.draw, connections_page.TURNS),
    Tab(HEALTH, health_page.draw, orders=health_page.ORDERS),
)
