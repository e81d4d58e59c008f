"""The state of a reading in words, for borders, header and messages."""

from datetime import datetime, tzinfo
from typing import Any

from cockpit.reading import Reading, State
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Span

_TONES: dict[State, Tone] = {
    State.LOADING: "changing",
    State.LIVE: "dim",
    State.STALE: "doubtful",
    State.FAILING: "wrong",
    State.DENIED: "wrong",
    State.OFF: "dim",
}


def state_span(reading: Reading[Any] | None, now: datetime, zone: tzinfo) -> Span:
    """Say in a few words how far a reading can be trusted: `live`, `stale since 14:20:07`, `denied`, `off`."""
    if reading is None:
        return Span("off", "dim")
    state = reading.state(now)
    text = state.value
    if state is State.STALE and (since := _stale_since(reading)) is not None:
        text = f"stale since {clock(since, zone)}"
    elif state is State.FAILING and reading.trouble is not None:
        text = f"{reading.trouble.kind.value} since {clock(reading.trouble.since, zone)}"
    elif state is State.DENIED and reading.trouble is not None:
        text = reading.trouble.kind.value
    return Span(text, _TONES[state])


def trouble_text(reading: Reading[Any] | None, zone: tzinfo) -> tuple[str, str | None]:
    """Say what failed and since when, and what to type; an empty text while all is well."""
    if reading is None or reading.trouble is None:
        return "", None
    trouble = reading.trouble
    return f"since {clock(trouble.since, zone)}  {trouble.message}", trouble.remedy


def _stale_since(reading: Reading[Any]) -> datetime | None:
    """Give the moment until which the data was true: for a stream, that is when it failed."""
    if reading.trouble is not None and reading.fresh_for is None:
        return reading.trouble.since
    return reading.taken_at
