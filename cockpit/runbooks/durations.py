"""Times in prose: `< 15 min`, `1-2 hours`, `Immediate (< 5 minutes)`, `Next business day`."""

import re

_UNITS = {"s": 1 / 60, "m": 1, "h": 60, "d": 1440, "w": 10080}
_UNIT = r"(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)\b"
_TO = r"\s{0,3}(?:[-\u2013\u2014]|to)\s{0,3}"
_NUMBER = r"(\d{1,6}(?:\.\d{1,3})?)"
_SPAN = re.compile(
    rf"(?<![\w.]){_NUMBER}\s{{0,3}}(?:{_UNIT})?(?:{_TO}{_NUMBER})?\s{{0,3}}\+?[\s-]{{0,3}}{_UNIT}", re.IGNORECASE
)
_BARE = re.compile(rf"(?<![\w.]){_NUMBER}\s{{0,3}}\+?[\s-]{{0,3}}{_UNIT}", re.IGNORECASE)
_AT_ONCE = re.compile(r"\bimmediate(?:ly)?\b|\bat once\b", re.IGNORECASE)
_OPEN_ENDED = re.compile(r"\bseveral\b|\bvar(?:y|ies)\b(?!\s+by)", re.IGNORECASE)


def minutes_of(text: str) -> int | None:
    """Tell what time `text` gives, at most; None when it gives none in minutes, such as a number of business days."""
    span = span_of(text)
    return None if span is None else span[1]


def span_of(text: str) -> tuple[int, int] | None:
    """Tell from when to when the first time in `text` lasts, in minutes: `30-60 min` from 30 to 60, `1 h` 60."""
    if _OPEN_ENDED.search(text):
        return None
    found = _SPAN.search(text) or _BARE.search(text)
    if found is None:
        return (0, 0) if _AT_ONCE.search(text) else None
    low, low_unit, high, unit = found.groups() if found.re is _SPAN else (found[1], None, None, found[2])
    if high is None and low_unit is not None:  # "4 hours 30 min" is no span; the first time counts
        return _minutes(low, low_unit), _minutes(low, low_unit)
    return _minutes(low, low_unit or unit), _minutes(high or low, unit)


def _minutes(number: str, unit: str) -> int:
    return round(float(number) * _UNITS[unit[0].lower()])
