"""One event with all that it says."""

from datetime import datetime, tzinfo

from cockpit.sources.kubernetes.objects import Event
from cockpit.text import clean
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine


def event_lines(event: Event, zone: tzinfo) -> list[TextLine]:
    """Tell an event in full: its message, how often it came and when, and who said it."""
    tone = "doubtful" if event.type != "Normal" else ""
    return [
        [Span(f" {clean(event.reason)}", tone), Span(f"  {clean(event.kind.lower())}/{clean(event.name)}")],  # type: ignore[arg-type]
        [Span(f"   {clean(event.message)}")],
        [Span(f"   {_times(event, zone)}{f' · {clean(event.reporter)}' if event.reporter else ''}", "dim")],
    ]


def _times(event: Event, zone: tzinfo) -> str:
    last = event.last_at or event.first_at
    if last is None:
        return "at an unknown time"
    if event.count <= 1 or event.first_at is None:
        return f"at {clock(last, zone)}"
    return f"{event.count} times, {_span(event.first_at, last, zone)}"


def _span(first: datetime, last: datetime, zone: tzinfo) -> str:
    return f"from {clock(first, zone)} to {clock(last, zone)}"
