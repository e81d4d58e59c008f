"""Makes the report of an incident out of its entries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from cockpit.incident.action_item import action_items
from cockpit.incident.beforehand import Happened, newest
from cockpit.incident.correction import holding, standings
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.report import deeds, follow_ups, messages, people, timeline
from cockpit.incident.report.checklist import checklist
from cockpit.incident.report.milestones import milestones
from cockpit.incident.report.model import Audience, Integrity, Report, StatusChange
from cockpit.incident.report.promises import Promises
from cockpit.incident.report.times import measures
from cockpit.incident.state import IncidentState, with_news
from cockpit.incident.title import title_of
from cockpit.runbooks.model import Runbook


def compose(
    entries: Sequence[Entry],
    runbook: Runbook,
    now: datetime,
    *,
    broken: int | None = None,
    waiting: Sequence[Entry] = (),
    before: Sequence[Happened] = (),
) -> Report:
    """Make the report of an incident, over or not, for those who worked on it.

    Args:
        entries: all that can be read of the incident, in the order of recording.
        runbook: the checklist that was followed.
        now: the time of writing (UTC).
        broken: the first entry that is missing or was changed, as an audit of the file tells.
        waiting: what has no place in the chain yet; it is told as what comes next.
        before: what changed outside before the incident began, in order of time.
    """
    written = [*entries, *_placed(waiting, entries)]
    standing = standings(written)
    held = holding(standing)
    state = with_news(IncidentState(), held, 0)
    end = state.closed_at or now
    known, told = milestones(held, state, runbook), messages.told(held)
    items = action_items(held)
    promises = Promises(runbook, state.periods, state.declared_at)
    over = known["resolved"].at or end
    found = deeds.findings(state, end)
    lines = timeline.timeline(standing)
    report = Report(
        audience=Audience.INTERNAL,
        written_at=now,
        integrity=Integrity(len(entries), broken, entries[-1].hash if entries and not broken else None, len(waiting)),
        incident=_id(held),
        title=timeline.short(title_of(held)),
        declared_at=state.declared_at,
        closed_at=state.closed_at,
        lasted=_lasted(state.declared_at, end),
        severity=state.severity,
        severity_since=state.severity_since,
        status=state.status,
        status_since=state.status_since,
        scheme=tuple(severity.name for severity in runbook.severities),
        periods=state.periods,
        time_at=state.time_at(end),
        statuses=_statuses(held),
        milestones=tuple(known.values()),
        measures=measures(known, told, promises, end),
        before=newest(before),
        before_left_out=len(before) - len(newest(before)),
        timeline=lines,
        last_gap=None if state.closed_at is not None else timeline.last_gap(lines, now),
        people=people.people(written),
        roles=people.roles(held),
        findings=found,
        hypotheses=deeds.hypotheses(held),
        actions=deeds.actions(state, found),
        commands=deeds.commands(held),
        checklist=checklist(runbook, held, state),
        messages=messages.messages(held, told, promises),
        update_due_at=messages.update_due_at(told, promises, over),
        evidence=timeline.evidence(held),
        follow_ups=follow_ups.follow_ups(items),
    )
    return msgspec.structs.replace(report, loose_ends=follow_ups.loose_ends(report, items))


def _placed(waiting: Sequence[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """Give what waits the numbers that follow, by which the report refers to them."""
    after = entries[-1].sequence if entries else 0
    return [msgspec.structs.replace(entry, sequence=after + nth) for nth, entry in enumerate(waiting, 1)]


def _lasted(declared_at: datetime | None, end: datetime) -> timedelta | None:
    """Tell how long it was open; unknown where the clock was put back meanwhile."""
    return end - declared_at if declared_at is not None and end >= declared_at else None


def _id(entries: Sequence[Entry]) -> str:
    return next((each.data.get("incident") or "" for each in entries if each.kind is EntryKind.DECLARED), "")


def _statuses(entries: Sequence[Entry]) -> tuple[StatusChange, ...]:
    changes: list[StatusChange] = []
    for entry in entries:
        status = entry.data.get("to")
        if entry.kind is EntryKind.STATUS and status and (not changes or changes[-1].status != status):
            changes.append(StatusChange(status, entry.occurred_at))
    return tuple(changes)
