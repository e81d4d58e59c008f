"""The date by which something is to be done, as a person types it: `2026-12-01`, `tomorrow`, `monday`, `in 2 weeks`."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

UNDERSTOOD: Final = "2026-12-01 · today · tomorrow · monday · in 3 days · in 2 weeks · in a month"
"""What can be typed, for the screen."""
WEEKDAYS: Final = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
"""A regular expression for the names of days, long and short."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = re.compile(rf"(?:(?:next|on)\s+)?({WEEKDAYS})", re.IGNORECASE)
_IN: Final = re.compile(r"in\s+(\d{1,3}|an?)\s+(day|week|month)s?", re.IGNORECASE)


class DateError(ValueError):
    """What was typed is no date to come; the message says what can be typed."""


def date_of(words: str, today: date) -> date:
    """Understand a date from `today` on, which is the date in the zone of the person. A weekday is the next one.

    Raises:
        DateError: It is no date, or it is over.
    """
    typed = " ".join(words.split())
    if (named := {"today": 0, "tomorrow": 1}.get(typed.casefold())) is not None:
        return today + timedelta(days=named)
    if typed.casefold() == "yesterday":
        raise DateError(f"yesterday is over: today is {today}")
    if (weekday := _WEEKDAY.fullmatch(typed)) is not None:
        ahead = _DAYS.index(weekday[1][:3].casefold()) - today.weekday()
        return today + timedelta(days=ahead if ahead > 0 else ahead + 7)
    if (span := _IN.fullmatch(typed)) is not None:
        return _ahead(today, int(span[1]) if span[1].isdigit() else 1, span[2].casefold())
    try:
        found = date.fromisoformat(typed)
    except ValueError as error:
        raise DateError(f"{typed!r} is no date; understood are {UNDERSTOOD}") from error
    if found < today:
        raise DateError(f"{found} is over: today is {today}")
    return found


def _ahead(today: date, number: int, unit: str) -> date:
    """Count from today; the 31st of a shorter month is its last day."""
    if unit != "month":
        return today + timedelta(days=number * (7 if unit == "week" else 1))
    years, month = divmod(today.month - 1 + number, 12)
    year, month = today.year + years, month + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))
