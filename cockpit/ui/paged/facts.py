"""Text pages put together from facts: a label and its value on each line."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from cockpit.text import clean
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import age, clock
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine

LABEL_CELLS = 20


def fact(label: str, value: str, tone: Tone = "") -> list[TextLine]:
    """Write a fact; nothing where there is no value."""
    return [[Span(f" {label:<{LABEL_CELLS}} ", "dim"), Span(clean(value), tone)]] if value else []


def facts(pairs: Iterable[tuple[str, str]]) -> Iterator[TextLine]:
    """Write facts, leaving out those without a value."""
    for label, value in pairs:
        yield from fact(label, value)


def heading(text: str) -> list[TextLine]:
    """Begin another part of a text."""
    return [[], [Span(f" {text}", "strong")]]


def moment(at: datetime | None, now: datetime, zone: tzinfo) -> str:
    """Write when something was and how long ago: `14:06:12, 17m ago`; with its date when that is another day."""
    if at is None:
        return ""
    return f"{stamp(at, now, zone)}, {age(at, now)} ago" if at <= now else f"{stamp(at, now, zone)}, in {age(now, at)}"


def stamp(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Write a time of day, with its date when that is another day."""
    local = at.astimezone(zone)
    day = "" if local.date() == now.astimezone(zone).date() else f"{local:%m-%d} "
    return f"{day}{clock(at, zone)}"
