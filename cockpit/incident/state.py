"""What the entries of an incident add up to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import msgspec

from cockpit.incident.correction import CORRECTIONS, holding, standings
from cockpit.incident.entry import Entry, EntryKind

TOLD = ("sent", "copied", "saved")
"""States of a message that was given to people, or to a program of theirs."""

_News = dict[str, Any]
"""Fields of the state, and what they are now."""


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
    """open, doing, done, skipped, failed or not applicable."""
    who: str
    when: datetime
    note: str = ""
    """Why it was skipped, failed …"""


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


class ClockState(msgspec.Struct, frozen=True):
    """What was said of a clock, and not taken back by a later word."""

    met_at: datetime | None = None
    """A person says that it was done."""
    snoozed_until: datetime | None = None


class GateState(msgspec.Struct, frozen=True):
    """How far a gate is."""

    state: str
    """broken or passed."""
    since: datetime


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
    milestones: dict[str, datetime] = {}
    """When something was so, by its name; what was said last holds."""
    updated_at: datetime | None = None
    """When people were last told how things stand."""
    clocks: dict[str, ClockState] = {}
    """By clock; for an escalation also by whom it goes to: `escalate CTO`."""
    gates: dict[str, GateState] = {}
    """By step id."""
    roles: dict[str, str] = {}
    """Who has a role now."""
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
    rule = _RULES.get(entry.kind)
    return state if rule is None else msgspec.structs.replace(state, **rule(state, entry))


def _declared(state: IncidentState, entry: Entry) -> _News:
    return {} if state.declared_at is not None else {"declared_at": entry.occurred_at}


def _severity(state: IncidentState, entry: Entry) -> _News:
    when, value = entry.occurred_at, entry.data.get("to")
    if value is None or value == state.severity:
        return {}
    return {"severity": value, "severity_since": when, "periods": (*_ended(state.periods, when), Period(value, when))}


def _status(state: IncidentState, entry: Entry) -> _News:
    value = entry.data.get("to")
    return {} if value in (None, state.status) else {"status": value, "status_since": entry.occurred_at}


def _step(state: IncidentState, entry: Entry) -> _News:
    step = StepState(entry.data.get("state") or "open", entry.actor, entry.occurred_at, entry.data.get("note") or "")
    return {"steps": {**state.steps, entry.data.get("step") or "": step}}


def _milestone(state: IncidentState, entry: Entry) -> _News:
    return {"milestones": {**state.milestones, entry.data.get("milestone") or "": entry.occurred_at}}


def _message(_: IncidentState, entry: Entry) -> _News:
    return {"updated_at": entry.occurred_at} if entry.data.get("state") in TOLD else {}


def _clock(state: IncidentState, entry: Entry) -> _News:
    """Take over what a person says of a clock; that it is overdue changes nothing."""
    key = clock_key(entry.data.get("clock") or "", entry.data.get("to"))
    match entry.data.get("state"), entry.data.get("until"):
        case "met", _:
            said = ClockState(met_at=entry.occurred_at)
        case "snoozed", str(until):
            said = ClockState(snoozed_until=datetime.fromisoformat(until))
        case _:
            return {}
    return {"clocks": {**state.clocks, key: said}}


def _gate(state: IncidentState, entry: Entry) -> _News:
    gate = GateState(entry.data.get("state") or "broken", entry.occurred_at)
    return {"gates": {**state.gates, entry.data.get("step") or "": gate}}


def _role(state: IncidentState, entry: Entry) -> _News:
    return {"roles": {**state.roles, entry.data.get("role") or "": entry.data.get("person") or ""}}


def _closed(state: IncidentState, entry: Entry) -> _News:
    return {"closed_at": entry.occurred_at, "periods": _ended(state.periods, entry.occurred_at)}


def clock_key(clock: str, to: str | None) -> str:
    """Name a clock; each escalation is one of its own."""
    return f"{clock} {to}" if to else clock


def _action(state: IncidentState, entry: Entry) -> _News:
    """Take over an intent or a receipt; a receipt whose intent could not be saved stands for itself."""
    token, title, command = (entry.data.get(name) or "" for name in ("action", "title", "command"))
    action = state.actions.get(token) or ActionState(title, command, entry.actor, entry.occurred_at)
    if entry.kind is EntryKind.RECEIPT:
        summary = entry.data.get("summary") or entry.text
        action = msgspec.structs.replace(action, outcome=entry.data.get("outcome"), summary=summary)
    return {"actions": {**state.actions, token: action}}


def _found(state: IncidentState, entry: Entry) -> _News:
    key = entry.data.get("finding") or ""
    if key in state.lasting:
        return {}  # two cockpits found it at the same moment
    return {"findings": (*state.findings, FindingState(key, entry.data.get("title") or entry.text, entry.occurred_at))}


def _cleared(state: IncidentState, entry: Entry) -> _News:
    key, when = entry.data.get("finding") or "", entry.occurred_at
    return {
        "findings": tuple(
            msgspec.structs.replace(each, over_at=when) if each.key == key and each.over_at is None else each
            for each in state.findings
        )
    }


def _ended(periods: tuple[Period, ...], when: datetime) -> tuple[Period, ...]:
    """End the period that lasts."""
    if not periods or periods[-1].end is not None:
        return periods
    return (*periods[:-1], msgspec.structs.replace(periods[-1], end=when))


_RULES: Final[Mapping[EntryKind, Callable[[IncidentState, Entry], _News]]] = MappingProxyType(
    {
        EntryKind.DECLARED: _declared,
        EntryKind.SEVERITY: _severity,
        EntryKind.STATUS: _status,
        EntryKind.STEP: _step,
        EntryKind.ACTION: _action,
        EntryKind.RECEIPT: _action,
        EntryKind.FOUND: _found,
        EntryKind.CLEARED: _cleared,
        EntryKind.MILESTONE: _milestone,
        EntryKind.MESSAGE: _message,
        EntryKind.CLOCK: _clock,
        EntryKind.GATE: _gate,
        EntryKind.ROLE: _role,
        EntryKind.CLOSED: _closed,
    }
)
"""The fields that an entry of a kind changes; other kinds change none."""
