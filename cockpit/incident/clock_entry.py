"""How the log keeps what is said of clocks and gates."""

from datetime import datetime

from cockpit.clock import rfc3339
from cockpit.incident.clocks import ClockName, Due
from cockpit.incident.entry import Draft, EntryKind, EntrySource, TimeSource

_COCKPIT = "cockpit"
_WHAT = {
    ClockName.ACKNOWLEDGE: "acknowledgement",
    ClockName.UPDATE: "update",
    ClockName.ESCALATE: "escalation",
    ClockName.RESOLVE: "resolution",
}


def title(due: Due) -> str:
    """Name what is due: `update`, `escalation to CTO`."""
    return f"{_WHAT[due.clock]} to {due.to}" if due.to else _WHAT[due.clock]


def overdue(due: Due) -> Draft:
    """Write down that something was not done in time. Cockpits that notice it at the same moment write it once."""
    data: dict[str, str | None] = {"clock": due.clock, "state": "overdue", "to": due.to, "until": None}
    key = f"overdue {due.key} {rfc3339(due.at)}"
    text = f"{title(due)} is overdue"
    return Draft(
        EntryKind.CLOCK,
        text,
        _COCKPIT,
        EntrySource.COCKPIT,
        occurred_at=due.at,
        time_from=TimeSource.COMPUTED,
        data=data,
        key=key,
    )


def met(due: Due, actor: str) -> Draft:
    """Write down that a person says it was done."""
    data: dict[str, str | None] = {"clock": due.clock, "state": "met", "to": due.to, "until": None}
    return Draft(EntryKind.CLOCK, f"{title(due)}: done", actor, data=data)


def snoozed(due: Due, until: datetime, reason: str, actor: str) -> Draft:
    """Write down that it may wait, and why."""
    data: dict[str, str | None] = {"clock": due.clock, "state": "snoozed", "to": due.to}
    data |= {"until": rfc3339(until), "reason": reason}
    return Draft(EntryKind.CLOCK, f"{title(due)} may wait until {rfc3339(until)}: {reason}", actor, data=data)


def acknowledged(actor: str) -> Draft:
    """Write down that a person is at work."""
    data: dict[str, str | None] = {"milestone": "acknowledged"}
    return Draft(EntryKind.MILESTONE, "acknowledged", actor, data=data)


def gate(step: str, text: str, state: str, at: datetime, minutes: float | None = None) -> Draft:
    """Write down that the time of quiet that a gate asks for was broken off, or has passed.

    That it was broken off is seen; when it has passed follows from when it began.
    """
    data: dict[str, str | None] = {"step": step, "gate": text, "state": state}
    data |= {"minutes": None if minutes is None else f"{minutes:.0f}"}
    key = f"gate {state} {step} {rfc3339(at)}"
    return Draft(
        EntryKind.GATE,
        f"{text}: {state}",
        _COCKPIT,
        EntrySource.COCKPIT,
        occurred_at=at,
        time_from=TimeSource.COMPUTED if state == "passed" else TimeSource.SEEN,
        data=data,
        key=key,
    )
