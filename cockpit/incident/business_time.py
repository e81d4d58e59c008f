"""When a team works: times that count only then."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cockpit.runbooks.model import BusinessHours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_LOOK = 60
"""Days to look ahead for working time: nobody rests longer."""


def after(start: datetime, minutes: float, hours: BusinessHours) -> datetime:
    """Give the moment when so many minutes of working time have passed since `start` (UTC).

    Days begin and end by the clock on the wall of the team's zone, so that a change to summer time shortens none.
    """
    left = timedelta(minutes=minutes)
    for opens, closes in _days(start, hours):
        begins = max(opens, start)
        if begins + left <= closes:
            return begins + left
        left -= max(closes - begins, timedelta())
    return start + timedelta(minutes=minutes)  # a team that never works


def end_of_next_day(start: datetime, hours: BusinessHours) -> datetime:
    """Give the end of the first working day that begins after `start` (UTC): `next business day`."""
    for opens, closes in _days(start, hours):
        if opens > start:
            return closes
    return start + timedelta(days=1)


def _days(start: datetime, hours: BusinessHours) -> Iterator[tuple[datetime, datetime]]:
    """Give when each working day begins and ends (UTC), from that of `start` on."""
    zone = ZoneInfo(hours.zone)
    first = start.astimezone(zone).date()
    opens, closes = time.fromisoformat(hours.start), time.fromisoformat(hours.end)
    for ahead in range(_LONGEST_LOOK):
        day = first + timedelta(days=ahead)
        if _DAYS[day.weekday()] in hours.days:
            yield tuple(datetime.combine(day, at, zone).astimezone(UTC) for at in (opens, closes))  # type: ignore[misc]
