"""Which of several open incidents a person wants to join."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from cockpit.incident.errors import IncidentFileError
from cockpit.incident.lines import put
from cockpit.text import clean


class Offer(NamedTuple):
    """An open incident that can be joined."""

    path: Path
    title: str
    host: str | None = None
    """Its home; None: this host."""


Choose = Callable[[Sequence[Offer]], Offer | None]
"""Asks a person; None when nobody chooses."""


def picked(offers: Sequence[Offer], choose: Choose | None, trouble: str = "") -> Offer:
    """Give the one that a person picks from a list.

    Args:
        offers: several.
        choose: asks; None: there is nobody to ask.
        trouble: why others may be missing.

    Raises:
        IncidentFileError: None was picked; it says what to type.
    """
    chosen = choose(offers) if choose is not None else None
    if chosen is None:
        lines = "\n".join(f"  cockpit --join {offer.path}{_where(offer)}" for offer in offers)
        raise IncidentFileError(f"several incidents are open; type the one that you mean{trouble}:\n{lines}")
    return chosen


def asking(stdin: TextIO, stderr: TextIO) -> Choose | None:
    """Ask on a terminal, by numbers; None where there is none."""
    if not (stdin.isatty() and stderr.isatty()):
        return None

    def choose(offers: Sequence[Offer]) -> Offer | None:
        put("Several incidents are open:\n", stderr)
        for number, offer in enumerate(offers, 1):
            put(f"  {number}  {offer.path.stem}  {clean(offer.title)}{_host(offer)}\n", stderr)
        while True:
            put(f"Which one, 1 to {len(offers)}? ", stderr)
            typed = stdin.readline()
            if not typed.strip():
                return None
            if typed.strip().isdecimal() and 1 <= int(typed) <= len(offers):
                return offers[int(typed) - 1]

    return choose


def _host(offer: Offer) -> str:
    return f"  on {clean(offer.host)}" if offer.host else ""


def _where(offer: Offer) -> str:
    return f"  ({clean(offer.host)}: {offer.title})" if offer.host else ""
