"""What is due in an incident, and when: acknowledging it, telling people, calling others in, resolving it."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

import msgspec

from cockpit.incident.business_time import after, end_of_next_day
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.state import ClockState, IncidentState, StepState, clock_key
from cockpit.runbooks.model import BusinessHours, Escalation, Runbook, Severity

AT_ONCE = 5
"""Minutes: what runbooks mean by "immediate" where they say it in numbers (003, 004: < 5 min)."""
RESOLVED = "resolved"
_ACKNOWLEDGE = re.compile(r"\W*acknowledge\b", re.IGNORECASE)
"""How a step begins that asks for it."""
_PASSED_OVER = ("skipped", "not applicable")
"""States of such a step in which nobody waits for it."""
ACKNOWLEDGED = "acknowledged"
"""The milestone that a person is at work."""


class ClockName(StrEnum):
    """What can come due. The values are those of `data` in the log."""

    ACKNOWLEDGE = "acknowledge"
    UPDATE = "update"
    ESCALATE = "escalate"
    RESOLVE = "resolve"


class Level(IntEnum):
    """How pressing a clock is; the lower, the more."""

    OVERDUE = 0
    RED = 1
    """The last tenth of the time, or the last minute."""
    AMBER = 2
    """The last third, or the last five minutes of a longer time."""
    CALM = 3
    SNOOZED = 4


class Due(msgspec.Struct, frozen=True):
    """Something that is due."""

    clock: ClockName
    since: datetime
    """When it began to run (UTC)."""
    at: datetime
    """When it is due."""
    to: str | None = None
    """Whom to call in."""
    words: str = ""
    """What the runbook says, where it does."""
    snoozed_until: datetime | None = None

    @property
    def key(self) -> str:
        """Names the clock in the log."""
        return clock_key(self.clock, self.to)

    def level(self, now: datetime) -> Level:
        """Tell how pressing it is."""
        if self.snoozed_until is not None and now < self.snoozed_until:
            return Level.SNOOZED
        left, whole = self.at - now, self.at - self.since
        if left <= timedelta():
            return Level.OVERDUE
        if left <= max(whole / 10, timedelta(minutes=1)):
            return Level.RED
        if left <= min(whole / 3, timedelta(minutes=5)):
            return Level.AMBER
        return Level.CALM


def dues(state: IncidentState, runbook: Runbook) -> tuple[Due, ...]:
    """Tell what is due at the severity that an incident has now, the first first; nothing once it is over.

    Times of a severity run from the declaration; those of an escalation from when that severity was set: a runbook
    says how long people may try at it.
    """
    severity = next((each for each in runbook.severities if each.name == state.severity), None)
    if severity is None or state.declared_at is None or state.closed_at is not None or state.status == RESOLVED:
        return ()
    hours = runbook.business_hours
    found = [
        *_acknowledge(state, severity, state.declared_at, runbook),
        *_update(state, severity, state.declared_at, hours),
        *_escalate(state, severity, runbook),
        *_resolve(state, severity, state.declared_at, hours),
    ]
    return tuple(sorted((_snoozed(due, state) for due in found), key=lambda due: due.at))


def acknowledged_at(state: IncidentState, runbook: Runbook) -> datetime | None:
    """Tell since when somebody is at work: they said so, have stopped the clock, or ticked the step that asks for it.

    What is called the milestone comes first, and then what came first.
    """
    if ACKNOWLEDGED in state.milestones:
        return state.milestones[ACKNOWLEDGED]
    ticked = (step.when for step in _asking(state, runbook) if step.state == "done")
    return min(filter(None, (_met_at(state, ClockName.ACKNOWLEDGE), *ticked)), default=None)


def acknowledges(entry: Entry, runbook: Runbook) -> bool:
    """Tell whether an entry is of those that `acknowledged_at` goes by."""
    data = entry.data
    match entry.kind:
        case EntryKind.MILESTONE:
            return data.get("milestone") == ACKNOWLEDGED
        case EntryKind.CLOCK:
            return data.get("clock") == ClockName.ACKNOWLEDGE and data.get("state") == "met"
        case EntryKind.STEP:
            return data.get("state") == "done" and data.get("step") in _asked(runbook)
    return False


def _asked(runbook: Runbook) -> list[str]:
    """Give the ids of the steps that ask somebody to acknowledge the incident."""
    return [step.id for phase in runbook.phases for step in phase.steps if _ACKNOWLEDGE.match(step.text)]


def _asking(state: IncidentState, runbook: Runbook) -> list[StepState]:
    """Tell what became of these steps."""
    return [state.steps[step] for step in _asked(runbook) if step in state.steps]


def _acknowledge(state: IncidentState, severity: Severity, declared: datetime, runbook: Runbook) -> Iterator[Due]:
    """Ask for it, unless it was done, or people said that it need not be."""
    passed_over = any(step.state in _PASSED_OVER for step in _asking(state, runbook))
    if passed_over or acknowledged_at(state, runbook) is not None:
        return
    at = _promised(declared, severity.response_minutes, severity.response_words, runbook.business_hours)
    if at is not None:
        yield Due(ClockName.ACKNOWLEDGE, declared, at, words=severity.response_words or "")


def _update(state: IncidentState, severity: Severity, declared: datetime, hours: BusinessHours | None) -> Iterator[Due]:
    told = max(filter(None, (declared, state.updated_at, _met_at(state, ClockName.UPDATE))))
    at = _promised(told, severity.update_minutes, severity.update_words, hours)
    if at is not None and severity.update_minutes is not None:
        yield Due(ClockName.UPDATE, told, at, words=severity.update_words or "")


def _resolve(
    state: IncidentState, severity: Severity, declared: datetime, hours: BusinessHours | None
) -> Iterator[Due]:
    at = _promised(declared, severity.resolution_minutes, severity.resolution_words, hours)
    if at is not None and not _met(state, ClockName.RESOLVE, declared):
        yield Due(ClockName.RESOLVE, declared, at, words=severity.resolution_words or "")


def _escalate(state: IncidentState, severity: Severity, runbook: Runbook) -> Iterator[Due]:
    """Tell whom to call in next. Who was called in has taken over: what they hand on is counted from then."""
    since = state.severity_since or state.declared_at
    if since is None:
        return
    worst = severity == runbook.severities[0]
    by_whom: dict[str, Due] = {}
    for step in _steps(runbook.escalation, severity, worst=worst):
        begun = _taken_over(state, step, since)
        if step.to is None or step.after_minutes is None or begun is None:
            continue
        at = begun + timedelta(minutes=step.after_minutes or AT_ONCE)
        if step.to not in by_whom or at < by_whom[step.to].at:
            by_whom[step.to] = Due(ClockName.ESCALATE, begun, at, step.to, step.words)
    yield from (due for due in by_whom.values() if not _met(state, due.key, since))


def _steps(steps: Iterable[Escalation], severity: Severity, *, worst: bool) -> Iterator[Escalation]:
    """Give those for a severity. What names none speaks of a service that is down: it is for the worst."""
    return (step for step in steps if step.severity == severity.name or (step.severity is None and worst))


def _taken_over(state: IncidentState, step: Escalation, since: datetime) -> datetime | None:
    """Tell when those took over who hand on; None: they have not. Who is called in first takes over from nobody."""
    handed = _met_at(state, clock_key(ClockName.ESCALATE, step.origin)) if step.origin else None
    begins_a_chain = step.origin is None or step.origin.casefold() in _FIRST
    return max(since, handed) if handed is not None else since if begins_a_chain else None


_FIRST = ("l1", "level 1", "tier 1", "primary", "primary on-call", "on-call")
"""Who is at work from the beginning."""


def _promised(start: datetime, minutes: int | None, words: str | None, hours: BusinessHours | None) -> datetime | None:
    """Tell when something is due that is promised in minutes or in words; None: nothing is promised.

    Words about business hours count those of the policy, or Monday to Friday from 9 to 5 UTC where it names none.
    """
    business = words is not None and "business" in words.casefold()
    working = hours or BusinessHours()
    if minutes is None:
        next_day = business and words is not None and "next" in words.casefold()
        return end_of_next_day(start, working) if next_day else None
    if business:
        return after(start, minutes or AT_ONCE, working)
    return start + timedelta(minutes=minutes or AT_ONCE)


def _met_at(state: IncidentState, key: str) -> datetime | None:
    return state.clocks.get(key, ClockState()).met_at


def _met(state: IncidentState, key: str, since: datetime) -> bool:
    """Tell whether a person has said that it was done, since it began to run."""
    met = _met_at(state, key)
    return met is not None and met >= since


def _snoozed(due: Due, state: IncidentState) -> Due:
    return msgspec.structs.replace(due, snoozed_until=state.clocks.get(due.key, ClockState()).snoozed_until)
