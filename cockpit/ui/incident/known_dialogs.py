"""What a person knows, or holds to be so: when it began, was noticed, was mitigated; what the cause may be."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from textual.app import App

from cockpit.incident import known
from cockpit.incident.entry import Draft, Entry
from cockpit.incident.state import state_of
from cockpit.incident.title import renamed, title_of
from cockpit.logs.moment import moment_of
from cockpit.ui.dialogs import ask, ask_why
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

_NEW = "the cause may be …"
_TITLE = "title"
_BEFORE_IT_IS_DECLARED = ("impact started", "detected")
"""Milestones that come first in most incidents."""
_TONES: dict[str, Tone] = {known.CONFIRMED: "well", known.RULED_OUT: "dim"}


async def ask_known(app: App[Any], entries: Sequence[Entry], actor: str, now: datetime, zone: tzinfo) -> Draft | None:
    """Ask what is known; None when the person goes back."""
    held = known.hypotheses(entries)
    choices = [
        Choice(_NEW, "a hypothesis; choose it later to confirm it or to rule it out"),
        *(Choice(each.text, each.state, _TONES.get(each.state, "")) for each in held),
        *(Choice(name, f"{means}; asks when") for name, means in known.MILESTONES.items()),
        Choice(_TITLE, title_of(entries) or "none yet"),
    ]
    chosen = await ask(app, Picker("What is known", choices))
    if chosen == _NEW:
        text = await app.push_screen_wait(Question("What may be the cause?", check=_something))
        return known.hypothesis(text, actor) if text is not None else None
    if chosen == _TITLE:
        title = await app.push_screen_wait(Question("What is the incident called?", title_of(entries), check=_title))
        return renamed(title, actor) if title is not None else None
    if chosen in known.MILESTONES:
        return await _ask_when(app, chosen, actor, now, zone, state_of(entries).declared_at)
    one = next((each for each in held if each.text == chosen), None)
    return await _ask_what_came_of_it(app, one, actor) if one is not None else None


async def _ask_when(
    app: App[Any], name: str, actor: str, now: datetime, zone: tzinfo, declared_at: datetime | None
) -> Draft | None:
    def understood(text: str) -> str:
        at = _moment(text, now, zone)
        early = declared_at is not None and at < declared_at and name not in _BEFORE_IT_IS_DECLARED
        told = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
        return f"{told}, before the incident was declared" if early else told

    hint = "empty: now; 14:08, -40m, 2026-11-21 14:08"
    question = Question(f"{name}: when?", hint=hint, check=lambda text: _moment(text, now, zone), understood=understood)
    typed = await app.push_screen_wait(question)
    return None if typed is None else known.milestone(name, _moment(typed, now, zone), actor)


async def _ask_what_came_of_it(app: App[Any], one: known.Hypothesis, actor: str) -> Draft | None:
    state = await ask(app, Picker(one.text, [Choice(known.CONFIRMED), Choice(known.RULED_OUT)]))
    why = await ask_why(app, f"{state}: why?") if state is not None else None
    return known.judged(one, state, why, actor) if state is not None and why is not None else None


def _moment(typed: str, now: datetime, zone: tzinfo) -> datetime:
    return now if typed in ("", "now") else moment_of(typed, now, zone).astimezone(UTC)


def _something(text: str) -> None:
    if not text:
        raise ValueError("say what it may be")


def _title(text: str) -> None:
    if not text:
        raise ValueError("say in a few words what is wrong")
