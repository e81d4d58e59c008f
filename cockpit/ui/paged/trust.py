"""How far a reading that is polled can be trusted, in a few words for the border of a pane."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from cockpit.reading import Reading, State, TroubleKind
from cockpit.ui.state_text import state_span
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span

_BARRED = (TroubleKind.EXPIRED, TroubleKind.DENIED)


def trust_spans(reading: Reading[Any] | None, now: datetime, zone: tzinfo) -> list[Span]:
    """Say how old it is, and what is wrong: `12s old`, `7m old · stale since 14:16:07`, `expired: aws sso login`."""
    span = state_span(reading, now, zone)
    if reading is None or reading.off:
        return [span]
    aged = f"{age(reading.taken_at, now)} old" if reading.data is not None and reading.taken_at is not None else ""
    if reading.state(now) is State.LIVE:
        return [Span(aged, "dim")]
    if reading.trouble is not None and reading.trouble.kind in _BARRED:
        what = reading.trouble.remedy or reading.trouble.message
        span = Span(f"{reading.trouble.kind.value}: {what}", span.tone)
    return [Span(f"{aged} · ", "doubtful"), span] if aged else [span]


def is_old(reading: Reading[Any] | None, now: datetime) -> bool:
    """Tell whether things may have changed since a reading was taken."""
    return reading is not None and reading.state(now) not in (State.LIVE, State.LOADING, State.OFF)


def worst_reading(readings: Sequence[Reading[Any]], now: datetime) -> Reading[Any] | None:
    """Give the reading that can be trusted least; of those that can be trusted, the oldest."""

    def rank(reading: Reading[Any]) -> tuple[int, bool, float]:
        taken = reading.taken_at.timestamp() if reading.taken_at is not None else 0.0
        return _LEAST_FIRST.index(reading.state(now)), reading.trouble is None, taken

    return min(readings, key=rank, default=None)


_LEAST_FIRST = (State.DENIED, State.FAILING, State.STALE, State.LIVE, State.LOADING, State.OFF)
