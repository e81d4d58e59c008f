"""What a person says of the clocks: it is done, or it may wait, and why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from textual.app import App

from cockpit.incident import clock_entry
from cockpit.incident.clocks import ClockName, Due, Level
from cockpit.incident.entry import Draft
from cockpit.ui.dialogs import ask
from cockpit.ui.incident.clock_spans import said
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

_DONE = "done"
_SNOOZES = {f"may wait {minutes} min": minutes for minutes in (5, 15, 30, 60)}
_DONE_MEANS = {
    ClockName.ACKNOWLEDGE: "somebody is at work",
    ClockName.UPDATE: "people were told",
    ClockName.ESCALATE: "they were called in",
    ClockName.RESOLVE: "the time promised counts no longer",
}
_TONES: dict[Level, Tone] = {Level.OVERDUE: "wrong", Level.RED: "wrong", Level.AMBER: "doubtful"}


async def ask_clock(app: App[Any], dues: Sequence[Due], actor: str, now: datetime) -> Draft | None:
    """Ask which of the clocks a person speaks of, and what they say; None when they go back."""
    due = await _pick_due(app, dues, now)
    if due is None:
        return None
    choices = [Choice(_DONE, _DONE_MEANS[due.clock]), *(Choice(words, "asks why") for words in _SNOOZES)]
    answer = await ask(app, Picker(said(due, now), choices))
    if answer == _DONE:
        return clock_entry.acknowledged(actor) if due.clock is ClockName.ACKNOWLEDGE else clock_entry.met(due, actor)
    if answer is None:
        return None
    reason = await app.push_screen_wait(Question("Why may it wait?", check=_some_reason))
    until = now + timedelta(minutes=_SNOOZES[answer])
    return None if reason is None else clock_entry.snoozed(due, until, reason, actor)


async def _pick_due(app: App[Any], dues: Sequence[Due], now: datetime) -> Due | None:
    choices = [Choice(said(due, now), due.words, _TONES.get(due.level(now), "")) for due in dues]
    chosen = await ask(app, Picker("What is due", choices))
    return next((due for due in dues if said(due, now) == chosen), None)


def _some_reason(text: str) -> None:
    if not text:
        raise ValueError("a reason, please: it goes into the log")
