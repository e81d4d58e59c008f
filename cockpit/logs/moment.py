"""A moment as a person types it: `14:08`, `14:08:30`, `-10m`, or a date with a time."""

import re
from datetime import datetime, time, timedelta, tzinfo

UNDERSTOOD = "14:08 · 14:08:30 · -10m · -1h30m · 2026-11-21T14:08:30Z"
"""What can be typed, for the screen."""

_AGO = re.compile(r"-\s*(?:(\d{1,4})d)?\s*(?:(\d{1,5})h)?\s*(?:(\d{1,6})m(?:in)?)?\s*(?:(\d{1,8})s)?")
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
_AHEAD = timedelta(minutes=1)
"""A time of day that is so little ahead is today's: clocks differ."""


class MomentError(ValueError):
    """What was typed is no moment; the message says what can be typed."""


def moment_of(typed: str, now: datetime, zone: tzinfo) -> datetime:
    """Understand what was typed, in the `zone` that the screen shows; a time of day is the newest one that was.

    Raises:
        MomentError: It is no moment.
    """
    typed = typed.strip()
    try:
        if (ago := _AGO.fullmatch(typed)) and any(ago.groups()):
            days, hours, minutes, seconds = (int(part or 0) for part in ago.groups())
            return now - timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if (clock := _TIME_OF_DAY.fullmatch(typed)) is not None:
            return _newest(time(int(clock[1]), int(clock[2]), int(clock[3] or 0)), now, zone)
        moment = datetime.fromisoformat(typed)
    except (ValueError, OverflowError) as error:
        raise MomentError(f"understood are {UNDERSTOOD}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _newest(clock: time, now: datetime, zone: tzinfo) -> datetime:
    """Give the newest moment at which the clocks of the zone showed this time."""
    today = now.astimezone(zone).date()
    moment = datetime.combine(today, clock, zone)
    return moment if moment <= now + _AHEAD else datetime.combine(today - timedelta(days=1), clock, zone)
