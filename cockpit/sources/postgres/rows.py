"""What a statement has given, and how long one may take."""

from typing import Any

import msgspec

TIMEOUT = 3.0
"""Seconds that a statement may take when nobody says otherwise."""


class Rows(msgspec.Struct, frozen=True):
    """The answer to a statement."""

    columns: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] = []
    status: str = ""
    """What the server says it has done: `SELECT 3`, `VACUUM`."""
    more: bool = False
    """There were more rows than were asked for."""
