"""What the entries of an incident add up to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import msgspec

from cockpit.incident.correction import CORRECTIONS, holding, standings
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.messages.told import tells_people


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
    """None: it is not closed, or was opened again."""
    closed_by: str | None = None

    @property
    def open(self) -> bool:
        """Whether the incident was declared, and is not closed."""
        return self.declared_at is not None and self.closed_at is None

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
    return _added(IncidentState(), holding(standings(entries)))


def with_news(state: IncidentState, entries: Sequence[Entry], counted: int) -> IncidentState:
    """Add the rest of the `entries` to `state`, to which the first `counted` of them add up.

    Gives what `state_of` gives for all of them, mostly without adding up again.
    """
    news = entries[counted:]
    if any(entry.kind in CORRECTIONS for entry in news):
        return state_of(entries)
    return _added(state, news)


class _Sum:
    """A state that is being added up: what grows is changed in place, so that each entry costs the same."""

    def __init__(self, state: IncidentState) -> None:
        """Begin with `state`, which stays as it is."""
        self.single = {name: getattr(state, name) for name in _SINGLE}
        """The fields that hold one value."""
        self.periods = list(state.periods)
        self.findings = list(state.findings)
        self.lasting = {each.key: at for at, each in enumerate(state.findings) if each.over_at is None}
        """Where in `findings` stands what is not over, by key."""
        self.steps = dict(state.steps)
        self.actions = dict(state.actions)
        self.milestones = dict(state.milestones)
        self.clocks = dict(state.clocks)
        self.gates = dict(state.gates)
        self.roles = dict(state.roles)

    def state(self) -> IncidentState:
        """Give what it has come to."""
        return IncidentState(
            **self.single,
            periods=tuple(self.periods),
            findings=tuple(self.findings),
            steps=self.steps,
            actions=self.actions,
            milestones=self.milestones,
            clocks=self.clocks,
            gates=self.gates,
            roles=self.roles,
        )

    def end_period(self, when: datetime) -> None:
        """End the period that lasts."""
        if self.periods and self.periods[-1].end is None:
            self.periods[-1] = msgspec.structs.replace(self.periods[-1], end=when)


def _added(state: IncidentState, entries: Iterable[Entry]) -> IncidentState:
    """Add entries that hold to `state`."""
    total, counted = _Sum(state), False
    for entry in entries:
        rule = _RULES.get(entry.kind)
        if rule is not None:
            rule(total, entry)
            counted = True
    return total.state() if counted else state


def _declared(total: _Sum, entry: Entry) -> None:
    if total.single["declared_at"] is None:
        total.single["declared_at"] = entry.occurred_at


def _severity(total: _Sum, entry: Entry) -> None:
    when, value = entry.occurred_at, entry.data.get("to")
    if value is not None and value != total.single["severity"]:
        total.single |= {"severity": value, "severity_since": when}
        total.end_period(when)
        total.periods.append(Period(value, when))


def _status(total: _Sum, entry: Entry) -> None:
    value = entry.data.get("to")
    if value not in (None, total.single["status"]):
        total.single |= {"status": value, "status_since": entry.occurred_at}


def _step(total: _Sum, entry: Entry) -> None:
    step, state = entry.data.get("step") or "", entry.data.get("state") or "open"
    note, before = entry.data.get("note") or "", total.steps.get(step)
    if before is not None and before.state == state:  # a note beside it: it has been so since
        total.steps[step] = msgspec.structs.replace(before, note=note or before.note)
    else:
        total.steps[step] = StepState(state, entry.actor, entry.occurred_at, note)


def _milestone(total: _Sum, entry: Entry) -> None:
    total.milestones[entry.data.get("milestone") or ""] = entry.occurred_at


def _message(total: _Sum, entry: Entry) -> None:
    if tells_people(entry):
        total.single["updated_at"] = entry.occurred_at


def _clock(total: _Sum, entry: Entry) -> None:
    """Take over what a person says of a clock; that it is overdue changes nothing."""
    key = clock_key(entry.data.get("clock") or "", entry.data.get("to"))
    match entry.data.get("state"), entry.data.get("until"):
        case "met", _:
            total.clocks[key] = ClockState(met_at=entry.occurred_at)
        case "snoozed", str(until):
            total.clocks[key] = ClockState(snoozed_until=datetime.fromisoformat(until))


def _gate(total: _Sum, entry: Entry) -> None:
    total.gates[entry.data.get("step") or ""] = GateState(entry.data.get("state") or "broken", entry.occurred_at)


def _role(total: _Sum, entry: Entry) -> None:
    role, person = entry.data.get("role") or "", entry.data.get("person")
    if person:
        total.roles[role] = person
    else:
        total.roles.pop(role, None)


def _closed(total: _Sum, entry: Entry) -> None:
    total.single |= {"closed_at": entry.occurred_at, "closed_by": entry.actor}
    total.end_period(entry.occurred_at)


def _reopened(total: _Sum, entry: Entry) -> None:
    """Go on with it, at the severity that it had: no time is counted while it was closed."""
    if total.single["closed_at"] is not None:
        total.single |= {"closed_at": None, "closed_by": None}
        if (severity := total.single["severity"]) is not None:
            total.periods.append(Period(severity, entry.occurred_at))


def clock_key(clock: str, to: str | None) -> str:
    """Name a clock; each escalation is one of its own."""
    return f"{clock} {to}" if to else clock


def _action(total: _Sum, entry: Entry) -> None:
    """Take over an intent or a receipt; a receipt whose intent could not be saved stands for itself."""
    token, title, command = (entry.data.get(name) or "" for name in ("action", "title", "command"))
    action = total.actions.get(token) or ActionState(title, command, entry.actor, entry.occurred_at)
    if entry.kind is EntryKind.RECEIPT:
        summary = entry.data.get("summary") or entry.text
        action = msgspec.structs.replace(action, outcome=entry.data.get("outcome"), summary=summary)
    total.actions[token] = action


def _found(total: _Sum, entry: Entry) -> None:
    key = entry.data.get("finding") or ""
    if key not in total.lasting:  # else two cockpits found it at the same moment
        total.lasting[key] = len(total.findings)
        total.findings.append(FindingState(key, entry.data.get("title") or entry.text, entry.occurred_at))


def _cleared(total: _Sum, entry: Entry) -> None:
    at = total.lasting.pop(entry.data.get("finding") or "", None)
    if at is not None:
        total.findings[at] = msgspec.structs.replace(total.findings[at], over_at=entry.occurred_at)


_RULES: Final[Mapping[EntryKind, Callable[[_Sum, Entry], None]]] = MappingProxyType(
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
        EntryKind.REOPENED: _reopened,
    }
)
"""What an entry of a kind changes; other kinds change nothing."""

_SINGLE: Final = (
    "declared_at",
    "severity",
    "severity_since",
    "status",
    "status_since",
    "updated_at",
    "closed_at",
    "closed_by",
)
