"""What the entries of an incident add up to."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cockpit.incident.correction import CORRECTIONS, holding, standings
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


class FindingState(msgspec.Struct, frozen=True):
    """What was found wrong."""

    key: str
    title: str
    since: datetime
    over_at: datetime | None = None
    """None: it was not seen to end."""


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
    findings: tuple[FindingState, ...] = ()
    """What was found wrong, in that order; what came again is there again."""
    closed_at: datetime | None = None

    @property
    def lasting(self) -> dict[str, FindingState]:
        """What was found and is not over, by key."""
        return {finding.key: finding for finding in self.findings if finding.over_at is None}

    def time_at(self, now: datetime) -> dict[str, timedelta]:
        """Add up the time spent at each severity until it was closed, or until `now`."""
        times: dict[str, timedelta] = {}
        for period in self.periods:
            times[period.severity] = times.get(period.severity, timedelta()) + period.lasted(now)
        return times


def state_of(entries: Iterable[Entry]) -> IncidentState:
    """Add up `entries`, as corrections leave them, in the order of recording.

    What was said last holds, also when a clock stepped back.
    """
    state = IncidentState()
    for entry in holding(standings(entries)):
        state = _after(state, entry)
    return state


def with_news(state: IncidentState, entries: Sequence[Entry], counted: int) -> IncidentState:
    """Add the rest of the `entries` to `state`, to which the first `counted` of them add up.

    Gives what `state_of` gives for all of them, mostly without adding up again.
    """
    news = entries[counted:]
    if any(entry.kind in CORRECTIONS for entry in news):
        return state_of(entries)
    for entry in news:
        state = _after(state, entry)
    return state


def _after(state: IncidentState, entry: Entry) -> IncidentState:
    if entry.kind in (EntryKind.ACTION, EntryKind.RECEIPT):
        return msgspec.structs.replace(state, actions={**state.actions, **_action(state, entry)})
    if entry.kind in (EntryKind.FOUND, EntryKind.CLEARED):
        return msgspec.structs.replace(state, findings=_findings(state.findings, entry))
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


def _findings(findings: tuple[FindingState, ...], entry: Entry) -> tuple[FindingState, ...]:
    """Add what an entry says was found, or end what it says is over."""
    key, when = entry.data.get("finding") or "", entry.occurred_at
    if entry.kind is EntryKind.FOUND:
        if any(finding.key == key and finding.over_at is None for finding in findings):
            return findings  # two cockpits found it at the same moment
        return (*findings, FindingState(key, entry.data.get("title") or entry.text, when))
    return tuple(
        msgspec.structs.replace(finding, over_at=when) if finding.key == key and finding.over_at is None else finding
        for finding in findings
    )


def _ended(periods: tuple[Period, ...], when: datetime) -> tuple[Period, ...]:
    """End the period that lasts."""
    if not periods or periods[-1].end is not None:
        return periods
    return (*periods[:-1], msgspec.structs.replace(periods[-1], end=when))
