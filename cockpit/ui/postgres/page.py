"""What the pages of a Postgres server are drawn from, and what they consist of."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

import msgspec

from cockpit.diagnosis.holders import Clients
from cockpit.diagnosis.policy import Policy
from cockpit.sources.postgres.model import Backend, Gap, PostgresLook, Statement
from cockpit.ui.line import Span
from cockpit.ui.pod_filter import EVERYTHING, PodFilter
from cockpit.ui.rows import Cell, Column, Row
from cockpit.ui.tones import Tone

SIGN = Column("sign", "", 1)
"""How bad it is, as a sign; the first column of most pages."""
SIGNS: dict[Tone, str] = {"wrong": "●", "doubtful": "◐", "changing": "○", "well": "✔", "dim": "?"}
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


class Choices(msgspec.Struct, frozen=True):
    """What a person has chosen for a page."""

    turn: int = 0
    """Position among the ways in which the page can be drawn."""
    order: int = 0
    """Position among its orders."""
    reverse: bool = False
    wanted: PodFilter = EVERYTHING
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


def sign(tone: Tone) -> Cell:
    """Say how bad it is."""
    return Cell(SIGNS.get(tone, ""), tone)


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


def dimmed(spans: Sequence[Span]) -> list[Span]:
    """Draw dim what is old news."""
    return [Span(span.text, "dim") for span in spans]


def accepts(choices: Choices, text: Callable[[], str]) -> bool:
    """Tell whether a row is wanted whose `text` the filter looks at."""
    return choices.wanted is EVERYTHING or choices.wanted.accepts_text(text(), {})


def amount_of(shown: int, total: int) -> str:
    """Say how many rows are shown."""
    return str(total) if shown == total else f"{shown} of {total}"


def nothing_matches(choices: Choices, total: int, nothing: str) -> str:
    """Say why there are no rows."""
    if choices.wanted.typed and total:
        return f"none of {total} matches /{choices.wanted.typed} (escape clears the filter)"
    return nothing
