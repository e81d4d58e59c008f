"""Where the time comes from.

Every part that needs the time takes a `Clock`, so that tests and replays decide what time it is.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the present time, always in UTC."""


def utc_now() -> datetime:
    """Tell the time of this machine, in UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """Write a moment as files keep it: UTC, RFC 3339, milliseconds (`2026-11-21T14:08:51.120Z`)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
