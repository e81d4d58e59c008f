"""What the entries of an incident add up to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cockpit.incident.entry import Entry, EntryKind


class Period(msgspec.Struct, frozen=True):
    """A stretch of time at one severity."""

    severity: str
    start: datetime
    end: datetime | None = None
    """None: it lasts."""

    def lasted(self, now: datetime) -> timedelta:
        """Tell how long it lasted, or has lasted at the time `now`; never less than nothing."""
        return max((self.end or now) - self.start, timedelta())


class StepState(msgspec.Struct, frozen=True):
    """What became of a step of the checklist."""

    state: str
    """done, open or skipped."""
    who: str
    when: datetime


class ActionState(msgspec.Struct, frozen=True):
    """What was done to the outside world."""

    title: str
    command: str
    who: str
    when: datetime
    outcome: str | None = None
    """None: no receipt was written; what became of it is not known."""
    summary: str = ""


class IncidentState(msgspec.Struct, frozen=True):
    """The incident as it stands after its last entry. What nobody recorded is None."""

    declared_at: datetime | None = None
    severity: str | None = None
    severity_since: datetime | None = None
    periods: tuple[Period, ...] = ()
    """The severities in the order in which they were set."""
    status: str | None = None
    status_since: datetime | None = None
    steps: dict[str, StepState] = {}
    """By step id; a step that nobody touched is not in it."""
    actions: dict[str, ActionState] = {}
    """By their tokens, in the order in which they were begun."""
    closed_at: datetime | None = None

    def time_at(self, now: datetime) -> dict[str, timedelta]:
        """Add up the time spent at each severity until it was closed, or until `now`."""
        times: dict[str, timedelta] = {}
        for period in self.periods:
            times[period.severity] = times.get(period.severity, timedelta()) + period.lasted(now)
        return times


def state_of(entries: Iterable[Entry]) -> IncidentState:
    """Add up `entries` in the order of recording: what was said last holds, also when a clock stepped back."""
    state = IncidentState()
    for entry in entries:
        state = _after(state, entry)
    return state


def _after(state: IncidentState, entry: Entry) -> IncidentState:
    if entry.kind in (EntryKind.ACTION, EntryKind.RECEIPT):
        return msgspec.structs.replace(state, actions={**state.actions, **_action(state, entry)})
    return msgspec.structs.replace(state, **_news(state, entry))


def _news(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """Give the fields that an entry changes."""
    when, value = entry.occurred_at, entry.data.get("to")
    match entry.kind:
        case EntryKind.DECLARED if state.declared_at is None:
            return {"declared_at": when}
        case EntryKind.SEVERITY if value is not None and value != state.severity:
            periods = (*_ended(state.periods, when), Period(value, when))
            return {"severity": value, "severity_since": when, "periods": periods}
        case EntryKind.STATUS if value is not None and value != state.status:
            return {"status": value, "status_since": when}
        case EntryKind.STEP:
            step = StepState(entry.data.get("state") or "open", entry.actor, when)
            return {"steps": {**state.steps, entry.data.get("step") or "": step}}
        case EntryKind.CLOSED:
            return {"closed_at": when, "periods": _ended(state.periods, when)}
    return {}


def _action(state: IncidentState, entry: Entry) -> dict[str, ActionState]:
    """Give an action as it stands after an entry; a receipt whose intent could not be saved stands for itself."""
    token, title, command = (entry.data.get(name) or "" for name in ("action", "title", "command"))
    action = state.actions.get(token) or ActionState(title, command, entry.actor, entry.occurred_at)
    if entry.kind is EntryKind.RECEIPT:
        summary = entry.data.get("summary") or entry.text
        action = msgspec.structs.replace(action, outcome=entry.data.get("outcome"), summary=summary)
    return {token: action}


def _ended(periods: tuple[Period, ...], when: datetime) -> tuple[Period, ...]:
    """End the period that lasts."""
    if not periods or periods[-1].end is not None:
        return periods
    return (*periods[:-1], msgspec.structs.replace(periods[-1], end=when))
