"""A post-mortem as an entry for calendars.

Source: RFC 5545: 3.1 (lines end with CRLF and are folded at 75 octets), 3.3.11 (escapes), 3.3.5 (UTC times end with
`Z`), 3.6.1 (a VEVENT has UID and DTSTAMP), 3.7 (a calendar has PRODID and VERSION).
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import cockpit

LASTS: Final = timedelta(hours=1)
_FOLDED: Final = 75
"""Octets of a line, without its end."""
_WHEN: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?::\d{2})?\s?(?:UTC|Z)\b")
_WHERE: Final = re.compile(
    r"^\W{0,4}(?:where|location|meeting link)[*]{0,2}:[*]{0,2}[ \t]{0,8}(?!\[to be filled)(\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def when(text: str) -> datetime | None:
    """Find the first time in a text that an invitation can be for, such as `2026-11-24 14:00 UTC`."""
    for day, time in _WHEN.findall(text):
        try:
            return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def where(text: str) -> str:
    """Find where people meet; empty: it does not say."""
    found = _WHERE.search(text)
    return found[1].strip() if found else ""


def addresses(text: str) -> tuple[str, ...]:
    """Find the e-mail addresses in a text, each once."""
    return tuple(dict.fromkeys(_ADDRESS.findall(text)))


def invitation(  # noqa: PLR0913  (each is a property of the event)
    uid: str,
    title: str,
    text: str,
    starts: datetime,
    stamp: datetime,
    *,
    lasts: timedelta = LASTS,
    place: str = "",
    attendees: Sequence[str] = (),
) -> str:
    """Write an entry for calendars.

    Args:
        uid: the same for the same meeting, so that a later file moves it and adds none: the incident's id.
        title: what it is called.
        text: what it is about.
        starts: when it begins.
        stamp: when this was written.
        lasts: how long it is.
        place: where people meet.
        attendees: their e-mail addresses.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//incident-cockpit//{cockpit.__version__}//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_escaped(uid)}",
        f"DTSTAMP:{_moment(stamp)}",
        f"DTSTART:{_moment(starts)}",
        f"DTEND:{_moment(starts + lasts)}",
        f"SEQUENCE:{int(stamp.timestamp()) - int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(text)}",
        *([f"LOCATION:{_escaped(place)}"] if place else []),
        *(f"ATTENDEE:mailto:{address}" for address in attendees),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Write a text as a value: backslash, comma, semicolon and line ends escaped, no other control characters."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\\n").replace("\n", "\\n")
    return "".join(character for character in text if character >= " " and character != "\x7f")


def _folded(line: str) -> str:
    """Break a line after at most 75 octets, never within a character; what goes on begins with a space."""
    rows, row, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _FOLDED:
            rows.append(row)
            row, octets = " ", 1
        row, octets = row + character, octets + size
    return "\r\n".join([*rows, row])
