"""Makes the report of an incident out of its entries."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cockpit.incident.correction import holding, standings
from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.incident.report import deeds, follow_ups, messages, people, timeline
from cockpit.incident.report.checklist import checklist
from cockpit.incident.report.milestones import milestones
from cockpit.incident.report.model import Audience, Integrity, Report, StatusChange
from cockpit.incident.report.promises import Promises
from cockpit.incident.report.times import measures
from cockpit.incident.state import IncidentState, with_news
from cockpit.runbooks.model import Runbook


def compose(entries: Sequence[Entry], runbook: Runbook, now: datetime, *, broken: int | None = None) -> Report:
    """Make the report of an incident, over or not, for those who worked on it.

    Args:
        entries: all that can be read of the incident, in the order of recording.
        runbook: the checklist that was followed.
        now: the time of writing (UTC).
        broken: the first entry that is missing or was changed, as an audit of the file tells.
    """
    standing = standings(entries)
    held = holding(standing)
    state = with_news(IncidentState(), held, 0)
    end = state.closed_at or now
    known, told = milestones(held), messages.told(held)
    promises = Promises(runbook, state.periods, state.declared_at)
    over = known["resolved"].at or end
    found = deeds.findings(state, end)
    lines = timeline.timeline(standing)
    report = Report(
        audience=Audience.INTERNAL,
        written_at=now,
        integrity=Integrity(len(entries), broken, entries[-1].hash if entries and not broken else None),
        incident=_id(held),
        title=_title(held),
        declared_at=state.declared_at,
        closed_at=state.closed_at,
        lasted=end - state.declared_at if state.declared_at is not None else None,
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
        timeline=lines,
        last_gap=None if state.closed_at is not None else timeline.last_gap(lines, now),
        people=people.people(entries),
        roles=people.roles(held),
        findings=found,
        hypotheses=deeds.hypotheses(held),
        actions=deeds.actions(state, found),
        commands=deeds.commands(held),
        checklist=checklist(runbook, held, state),
        messages=messages.messages(held, told, promises),
        update_due_at=messages.update_due_at(told, promises, over),
        evidence=timeline.evidence(held),
        follow_ups=follow_ups.follow_ups(held),
    )
    return msgspec.structs.replace(report, loose_ends=tuple(follow_ups.loose_ends(report)))


def _id(entries: Sequence[Entry]) -> str:
    return next((each.data.get("incident") or "" for each in entries if each.kind is EntryKind.DECLARED), "")


def _title(entries: Sequence[Entry]) -> str:
    """Give what the incident was declared with, when a person did that."""
    declared = next((entry for entry in entries if entry.kind is EntryKind.DECLARED), None)
    return timeline.short(declared.text) if declared and declared.source is not EntrySource.COCKPIT else ""


def _statuses(entries: Sequence[Entry]) -> tuple[StatusChange, ...]:
    changes: list[StatusChange] = []
    for entry in entries:
        status = entry.data.get("to")
        if entry.kind is EntryKind.STATUS and status and (not changes or changes[-1].status != status):
            changes.append(StatusChange(status, entry.occurred_at))
    return tuple(changes)
