"""What the header says of the clocks of an incident."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cockpit.incident.clocks import ClockName, Due, Level
from cockpit.timekeeper import Time
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.line import Span

MOST = 2
"""Clocks that the header has room for; `u` shows all."""
_SECONDS_MATTER = timedelta(minutes=10)
"""With more time left, minutes are told: what changes every second costs every second."""
_WORTH_TELLING = timedelta(minutes=1)
"""A shorter time of quiet is told nowhere."""
_TONES: dict[Level, Tone] = {Level.OVERDUE: "wrong", Level.RED: "wrong", Level.AMBER: "doubtful"}
_NAMES = {
    ClockName.ACKNOWLEDGE: "acknowledge",
    ClockName.UPDATE: "update",
    ClockName.ESCALATE: "escalate",
    ClockName.RESOLVE: "resolve",
}


def clock_spans(time: Time, now: datetime, *, most: int = MOST) -> list[Span]:
    """Say what is due next, the most pressing first, and for how long all has been well while a gate waits for it."""
    told = sorted((due for due in time.dues if _is_told(due, now)), key=lambda due: (due.level(now), due.at))
    spans = [Span(f"{said(due, now)}  ", _TONES.get(due.level(now), "")) for due in told[:most]]
    return [*spans, *_quiet(time, now)]


def said(due: Due, now: datetime) -> str:
    """Say when something is due: `update due 03:12`, `escalate CTO overdue 12 min`."""
    name = f"{_NAMES[due.clock]} {due.to}" if due.to else _NAMES[due.clock]
    match due.level(now):
        case Level.SNOOZED if due.snoozed_until is not None:
            return f"{name} waits {length(due.snoozed_until - now)}"
        case Level.OVERDUE:
            return f"{name} overdue {length(now - due.at)}"
    return f"{name} due {length(due.at - now)}"


def length(time: timedelta) -> str:
    """Write a time that is left: `03:12`, `28 min`, `3 h 20 min`, `2 d 4 h`."""
    seconds = max(0, int(time.total_seconds()))
    if time < _SECONDS_MATTER:
        return f"{seconds // 60:02d}:{seconds % 60:02d}"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours < 1:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60} min" if days < 1 else f"{days} d {hours % 24} h"


def pressing(dues: Sequence[Due], now: datetime) -> list[Due]:
    """Give what is overdue."""
    return [due for due in dues if due.level(now) is Level.OVERDUE]


def _is_told(due: Due, now: datetime) -> bool:
    """Tell whether a clock is told in the header: a resolution in hours only once it is near."""
    level = due.level(now)
    return level is not Level.SNOOZED and (due.clock is not ClockName.RESOLVE or level < Level.CALM)


def _quiet(time: Time, now: datetime) -> list[Span]:
    if not time.open or time.well_since is None or not time.gates or now - time.well_since < _WORTH_TELLING:
        return []
    lasted, wanted = now - time.well_since, max(gate.wanted for gate in time.gates)
    if lasted >= wanted:
        return [Span(f"well for {wanted // timedelta(minutes=1)} min  ", "well")]
    return [Span(f"well {lasted // timedelta(minutes=1)} of {wanted // timedelta(minutes=1)} min  ", "changing")]
