"""How an incident file and the shared log stand to each other."""

from datetime import datetime
from typing import Final

import msgspec

READ_ONLY: Final = "this role may only read the shared log: what is written here stays here"


class Standing(msgspec.Struct, frozen=True):
    """What is in both places, what waits, and what went wrong."""

    home: str | None = None
    """The host that the incident belongs to; None: this one."""
    shared: int = 0
    """The sequence of the last entry that is in both."""
    waiting: int = 0
    """What was written here and has no place in the chain yet."""
    trouble: str | None = None
    """What is wrong; None: nothing."""
    remedy: str | None = None
    """What to type, if it is known."""
    lost_since: datetime | None = None
    """Since when nothing is exchanged; None: all that can be is."""
    present: tuple[str, ...] = ()
    """Who is here: `ana on bastion-a`."""


def told(standing: Standing, entries: int, since: str) -> tuple[str, ...]:
    """Say it in a few words, to stand behind `saved`: in as many as there is room for, the longest first.

    Args:
        standing: how it stands.
        entries: how many the file holds.
        since: when the trouble began, as people read times here.
    """
    if standing.lost_since is not None:
        return f"not shared since {since}", f"unshared {since}", "not shared"
    if standing.waiting:
        return f"{standing.waiting} not yet at {standing.home}", f"{standing.waiting} not shared"
    return ("shared",) if standing.shared >= entries else ("being shared", "…")
