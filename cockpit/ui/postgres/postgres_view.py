"""What the pages of a Postgres server are drawn from."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from cockpit.diagnosis.holders import Clients
from cockpit.diagnosis.policy import Policy
from cockpit.sources.postgres.model import Gap, PostgresLook
from cockpit.ui.widgets.line import Span

_LOOKED_AT = 500
"""Characters of a statement that its one line is made of: no screen is wider."""


class View(NamedTuple):
    """One look at a server, at the moment at which it is drawn."""

    look: PostgresLook
    clients: Clients
    """Who is at the other end of each connection."""
    now: datetime
    zone: tzinfo
    policy: Policy = Policy()


def one_line(statement: str) -> str:
    """Write the beginning of a statement on one line."""
    return " ".join(statement[:_LOOKED_AT].split())


def way(look: PostgresLook | None) -> list[Span]:
    """Say so where a server is seen through the connection for emergencies."""
    return [Span(" through the emergency connection", "doubtful")] if look is not None and look.emergency else []


def gap_notes(gap: Gap) -> list[Sequence[Span]]:
    """Say what is missing, and what would fill it: on a line of its own, because what is cut cannot be typed."""
    message: list[Sequence[Span]] = [[Span(f" ! {gap.message}", "doubtful")]]
    return [*message, [Span("   try: "), Span(gap.remedy, "strong")]] if gap.remedy else message
