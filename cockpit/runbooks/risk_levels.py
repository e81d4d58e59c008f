"""How much care a command asks for."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec


class Risk(StrEnum):
    """What a command does to the world outside."""

    READ = "read"
    UNKNOWN = "unknown"
    """Nobody can tell from its text; it is treated like one that writes."""
    WRITE = "write"
    DESTROY = "destroy"


_RANKS: Final = tuple(Risk)


class Judged(msgspec.Struct, frozen=True):
    """What was made of a command."""

    risk: Risk
    reason: str = ""
    """Why it is no read, in a few words."""
    target: str = ""
    """The name of what would be destroyed, which a person types; empty: nothing would be, or nobody can tell it."""


def worst(judged: Iterable[Judged]) -> Judged:
    """Give the one that asks for most care; where there is none, nothing is done."""
    return max(judged, key=lambda each: _RANKS.index(each.risk), default=Judged(Risk.READ))
