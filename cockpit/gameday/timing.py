"""Time in the practice world: what time it is, and how long a wait takes."""

import asyncio
from datetime import UTC, datetime

from cockpit.clock import Clock, utc_now


class Pace:
    """Tells the time and waits.

    Time stamps are always those of the clock, so that ages look right to any client. Only waits are divided by the
    speed: at speed 10 a back-off of ten seconds takes one.

    Args:
        clock: Tells the present time in UTC.
        speed: By how much waits are shortened.
    """

    def __init__(self, clock: Clock = utc_now, speed: float = 1.0) -> None:
        self.now = clock
        self.speed = speed

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of the practice world."""
        await asyncio.sleep(seconds / self.speed)


def timestamp(moment: datetime) -> str:
    """Write a moment as Kubernetes writes metav1.Time: whole seconds, UTC (`2026-11-21T14:08:51Z`)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro_timestamp(moment: datetime) -> str:
    """Write a moment as Kubernetes writes metav1.MicroTime, with six digits after the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_timestamp(text: str) -> datetime:
    """Read an RFC 3339 time; digits finer than a microsecond are dropped.

    Raises:
        ValueError: The text is not a time with a zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
