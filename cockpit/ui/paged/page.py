"""What a page consists of: its columns and rows, and the text behind each row."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from cockpit.ui.kubernetes.pod_filter import EVERYTHING, PodFilter
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row
from cockpit.ui.widgets.text_view import TextLine

V = TypeVar("V")
"""What pages are drawn from."""

SIGN = Column("sign", "", 1)
"""How bad it is, as a sign; the first column of most pages."""
SIGNS: dict[Tone, str] = {"wrong": "●", "doubtful": "◐", "changing": "○", "well": "✔", "dim": "?"}
_WORST_FIRST: tuple[Tone, ...] = ("wrong", "doubtful", "changing", "dim")


class Choices(msgspec.Struct, frozen=True):
    """What a person has chosen for a page."""

    turn: int = 0
    """Position among the ways in which the page can be drawn."""
    order: int = 0
    """Position among its orders."""
    reverse: bool = False
    wanted: PodFilter = EVERYTHING
    idle: bool = False
    """Whether what does nothing is listed too, where it is left out at first."""
    group: tuple[str, str] | None = None
    """The only group that is listed: what rows are grouped by, and its name."""

    @property
    def is_narrowed(self) -> bool:
        """Whether a person has some rows left out, by a filter or to see a group alone."""
        return bool(self.wanted.typed) or self.group is not None


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
    about: Mapping[str, Any] = MappingProxyType({})
    """What a row is about, by its key, where something can be done to that."""


class Detail(NamedTuple):
    """All that is known of a row, as text to read."""

    head: str
    """What it tells of."""
    lines: Sequence[TextLine]
    copied: str | None = None
    """What is copied of it; None: all of it, as it is read."""


def nothing_more(view: object, key: str) -> None:
    """Tell nothing: the row says all."""


class Tab(NamedTuple, Generic[V]):
    """A page that a person can turn to."""

    title: str
    draw: Callable[[V, Choices], Page]
    detail: Callable[[V, str], Detail | None] = nothing_more
    """Gives what is behind the row of a key; None: there is no more than the row says."""
    turns: tuple[str, ...] = ()
    """The ways in which it can be drawn."""
    orders: tuple[str, ...] = ()


def sign(tone: Tone) -> Cell:
    """Say how bad it is."""
    return Cell(SIGNS.get(tone, ""), tone)


def badness(tone: Tone) -> int:
    """Rank a judgement, the worst as 0."""
    return _WORST_FIRST.index(tone) if tone in _WORST_FIRST else len(_WORST_FIRST)


def worst(*tones: Tone) -> Tone:
    """Give the worst of several judgements; the empty one where there is none."""
    return min(tones, key=badness, default="")


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
