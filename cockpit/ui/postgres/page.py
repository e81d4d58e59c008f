"""What the pages of a Postgres server are drawn from, and what they consist of."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from cockpit.diagnosis.holders import Clients
from cockpit.diagnosis.policy import Policy
from cockpit.sources.postgres.model import Backend, Gap, PostgresLook, Statement
from cockpit.ui.paged import page
from cockpit.ui.paged.page import SIGN, SIGNS, accepts, amount_of, dimmed, nothing_matches, sign
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Column, Row

__all__ = [
    "SIGN",
    "SIGNS",
    "Choices",
    "Draw",
    "Page",
    "View",
    "accepts",
    "amount_of",
    "dimmed",
    "gap_notes",
    "nothing_matches",
    "one_line",
    "sign",
    "way",
]

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


class Choices(page.Choices, frozen=True):
    """What a person has chosen for a page."""

    idle: bool = False
    """Whether connections that do nothing are listed too."""
    group: tuple[str, str] | None = None
    """The only group of connections that is listed: what they are grouped by, and its name."""


class Page(NamedTuple):
    """A page as it is drawn."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    told: str
    """What its title says: how many rows, and in which order."""
    notes: Sequence[Sequence[Span]] = ()
    """Lines above the table."""
    empty: str = ""
    """Stands in the place of rows."""
    backends: dict[str, Backend] = {}  # noqa: RUF012  (never changed)
    """The backend that a row is about, by the key of the row."""
    statements: dict[str, Statement] = {}  # noqa: RUF012
    """The statement that a row is about."""


Draw = Callable[[View, Choices], Page]


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
