"""The times of an incident: how each is computed, what it came to, and whether the policy's target was met."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

from cockpit.incident.clocks import ACKNOWLEDGED, RESOLVED, ClockName
from cockpit.incident.report import milestones as names
from cockpit.incident.report.model import Measure, Milestone
from cockpit.incident.report.promises import Promises

FIRST_UPDATE = "first update"
LAST_UPDATE = "next update, or the end"


def measures(
    known: Mapping[str, Milestone], told: Sequence[Milestone], promises: Promises, end: datetime
) -> tuple[Measure, ...]:
    """Compute the times of an incident.

    Args:
        known: the milestones by name.
        told: when people were told how things stand, in order.
        promises: what the policy asks for.
        end: until when it has lasted: its close, or now.
    """
    first = told[0] if told else Milestone(FIRST_UPDATE)
    first = msgspec.structs.replace(first, name=FIRST_UPDATE)
    acknowledge = _between("acknowledge", known[ACKNOWLEDGED], known[names.DECLARED])
    update = _between("first update", first, known[names.DECLARED])
    resolve = _between("resolve", known[RESOLVED], known[names.DECLARED])
    return (
        _between("detect", known[names.DETECTED], known[names.IMPACT_STARTED]),
        _between("declare", known[names.DECLARED], known[names.DETECTED]),
        _against(acknowledge, ClockName.ACKNOWLEDGE, promises, end),
        _against(update, ClockName.UPDATE, promises, end),
        _between("mitigate", known[names.MITIGATED], known[names.IMPACT_STARTED]),
        _missed_by_now(_against(resolve, ClockName.RESOLVE, promises, end), end),
        _longest_silence(known, told, promises, end),
    )


def _between(name: str, later: Milestone, earlier: Milestone) -> Measure:
    value = None if later.at is None or earlier.at is None else later.at - earlier.at
    return Measure(f"time to {name}", f"{later.name} \N{MINUS SIGN} {earlier.name}", (later, earlier), value)


def _against(measure: Measure, clock: ClockName, promises: Promises, end: datetime) -> Measure:
    """Hold a time against what the policy promises at the severity when it was done, or else at the end."""
    done_at = measure.inputs[0].at
    due = promises.due(clock, done_at or end)
    if due is None:
        return measure
    return msgspec.structs.replace(
        measure,
        severity=promises.severity_at(done_at or end),
        due_at=due.at,
        target=due.at - due.since,
        met=None if done_at is None else done_at <= due.at,
    )


def _missed_by_now(measure: Measure, end: datetime) -> Measure:
    """Call a target missed that has passed. Only the status says "resolved", so that nothing is missing from it."""
    if measure.met is None and measure.due_at is not None and end > measure.due_at:
        return msgspec.structs.replace(measure, met=False)
    return measure


def _longest_silence(
    known: Mapping[str, Milestone], told: Sequence[Milestone], promises: Promises, end: datetime
) -> Measure:
    """Find the longest time in which nobody was told anything, while the incident lasted."""
    measure = Measure("longest silence", f"{LAST_UPDATE} \N{MINUS SIGN} update before it, or declared", ())
    silences = list(_silences(known, told, end))
    if not silences:
        return measure
    before, after = max(silences, key=lambda pair: pair[1][1] - pair[0][1])
    inputs = tuple(milestone for milestone, _ in (after, before))
    measure = msgspec.structs.replace(measure, inputs=inputs, value=after[1] - before[1])
    due = promises.due(ClockName.UPDATE, after[1], before[1])
    if due is None:
        return measure
    kept = [promises.due(ClockName.UPDATE, later, earlier) for (_, earlier), (_, later) in silences]
    met = all(each is None or later <= each.at for each, (_, (_, later)) in zip(kept, silences, strict=True))
    severity = promises.severity_at(after[1])
    return msgspec.structs.replace(measure, severity=severity, due_at=due.at, target=due.at - due.since, met=met)


_Point = tuple[Milestone, datetime]


def _silences(
    known: Mapping[str, Milestone], told: Sequence[Milestone], end: datetime
) -> Iterator[tuple[_Point, _Point]]:
    """Give the times between one update and the next, from the declaration to the resolution."""
    declared, resolved = known[names.DECLARED], known[RESOLVED]
    if declared.at is None:
        return
    last = (resolved, resolved.at) if resolved.at is not None else (Milestone("end", end), end)
    within = [(each, each.at) for each in told if each.at is not None and declared.at < each.at < last[1]]
    yield from pairwise([(declared, declared.at), *within, last])
