"""What an incident's log can say in a message. What nobody recorded is not in it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from cockpit.incident import roles
from cockpit.incident.business_time import end_of_next_day
from cockpit.incident.clocks import RESOLVED, ClockName, dues
from cockpit.incident.correction import holding, standings
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.messages.template import Audience
from cockpit.incident.messages.told import tells_people
from cockpit.incident.state import IncidentState
from cockpit.incident.title import title_of
from cockpit.redact import redact
from cockpit.runbooks.applies import common_status
from cockpit.runbooks.model import BusinessHours, Runbook, Severity
from cockpit.text import clean

MOST_LISTED = 5
"""Findings and actions that a message lists: it is read on a phone."""
_BEFORE_THE_END = timedelta(hours=3)
"""How long before the end of a working day a post-mortem is proposed: in the early afternoon."""


class Facts(msgspec.Struct, frozen=True):
    """What a message can be filled with."""

    known: dict[str, str]
    """By what it is: `severity`, `next update` …"""
    findings: tuple[str, ...] = ()
    """What is wrong, or was when nothing is any more."""
    actions: tuple[str, ...] = ()
    """What was done, the newest last."""


def facts_of(
    name: str,
    entries: Sequence[Entry],
    state: IncidentState,
    runbook: Runbook,
    now: datetime,
    *,
    audience: Audience = Audience.INTERNAL,
) -> Facts:
    """Gather what is known of an incident.

    Args:
        name: its id; empty while nothing is recorded.
        entries: what is recorded.
        state: what the entries add up to.
        runbook: promises when the next update comes.
        now: the time of writing.
        audience: customers are not told what was found and done.
    """
    held = list(holding(standings(entries)))
    severity = next((each for each in runbook.severities if each.name == state.severity), None)
    resolved = state.status is not None and common_status(state.status) == RESOLVED
    ended = (_last(held, EntryKind.STATUS) if resolved else None) or state.closed_at
    started = _started(state)
    told = sum(map(tells_people, held))
    known: dict[str, str | None] = {
        "incident": name or None,
        "severity": state.severity,
        "status": state.status,
        "previous status": _previous_status(held),
        "started": _at(started),
        "detected": _at(state.milestones.get("detected") or state.declared_at),
        "resolved": _at(ended),
        "now": _at(now),
        "today": f"{now.astimezone(UTC):%Y-%m-%d}",
        "duration": None if started is None else lasting((ended or now) - started),
        "next update": "no more updates" if ended else _next_update(state, runbook, severity, now),
        "every": None if severity is None else _every(severity),
        "commander": roles.lead(state.roles) or state.roles.get(roles.DRIVER),
        "reporter": next((entry.actor for entry in held if entry.kind is EntryKind.DECLARED), None),
        "number": str(told + 1),
        "meeting": _at(meeting_proposed(now, runbook.business_hours)),
        "escalate to": next((due.to for due in dues(state, runbook) if due.clock is ClockName.ESCALATE), None),
    }
    findings: tuple[str, ...] = ()
    if audience is Audience.INTERNAL:
        titles = [each.title for each in state.lasting.values()] or [each.title for each in state.findings]
        findings = tuple(_safe(title) for title in dict.fromkeys(titles))[:MOST_LISTED]
        known["title"] = title_of(held) or next(iter(findings), None)
    actions = [each.title for each in state.actions.values() if each.outcome == "done"]
    return Facts(
        {key: _safe(text) for key, text in known.items() if text},
        findings,
        tuple(map(_safe, actions[-MOST_LISTED:])) if audience is Audience.INTERNAL else (),
    )


def meeting_proposed(now: datetime, hours: BusinessHours | None) -> datetime:
    """Propose a time for a post-mortem: in the afternoon of the second working day after, on the hour."""
    team = hours or BusinessHours()
    end = end_of_next_day(end_of_next_day(now, team), team)
    return (end - _BEFORE_THE_END).replace(minute=0, second=0, microsecond=0)


def lasting(time: timedelta) -> str:
    """Write how long something lasted: `12 minutes`, `2 h 05 min`."""
    minutes = max(0, int(time.total_seconds())) // 60
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{minutes // 60} h {minutes % 60:02} min"


def _started(state: IncidentState) -> datetime | None:
    """Tell since when it is so, by what people said, or else by what was found."""
    said = state.milestones.get("impact started")
    return said or min((finding.since for finding in state.findings), default=None)


def _next_update(state: IncidentState, runbook: Runbook, severity: Severity | None, now: datetime) -> str | None:
    """Tell when people hear again if they are told now: what the policy says, whatever a template promises."""
    told = msgspec.structs.replace(state, updated_at=now, clocks={})
    due = next((each for each in dues(told, runbook) if each.clock is ClockName.UPDATE), None)
    if due is not None:
        return _at(due.at)
    return severity.update_words if severity is not None else None


def _every(severity: Severity) -> str | None:
    minutes = severity.update_minutes
    if minutes is None:
        return None
    hours, rest = divmod(minutes, 60)
    if rest or not hours:
        return f"{minutes} minutes"
    return "hour" if hours == 1 else f"{hours} hours"


def _previous_status(entries: Sequence[Entry]) -> str | None:
    return next((entry.data.get("from") for entry in reversed(entries) if entry.kind is EntryKind.STATUS), None)


def _last(entries: Sequence[Entry], kind: EntryKind) -> datetime | None:
    return next((entry.occurred_at for entry in reversed(entries) if entry.kind is kind), None)


def _at(moment: datetime | None) -> str | None:
    """Write a moment with its date, as an incident may last over midnight, and with its zone."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _safe(text: str) -> str:
    return redact(clean(text))
