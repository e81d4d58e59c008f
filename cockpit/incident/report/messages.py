"""What people were told, held against when they had to be told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from cockpit.incident.clocks import ClockName
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.messages.told import tells_people
from cockpit.incident.report.model import Message, Milestone
from cockpit.incident.report.promises import Promises
from cockpit.incident.report.timeline import short


def messages(entries: Iterable[Entry], told: Sequence[Milestone], promises: Promises) -> tuple[Message, ...]:
    """List the messages; one that went through several states is listed once, as it ended.

    Args:
        entries: those that hold, in the order of recording.
        told: when people were told, in order, as `told` gives it.
        promises: what the policy asks for.
    """
    dues = _dues(told, promises)
    written: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind is EntryKind.MESSAGE:
            written.setdefault(entry.data.get("token") or str(entry.sequence), []).append(entry)
    return tuple(_message(each, dues) for each in written.values())


def told(entries: Iterable[Entry]) -> tuple[Milestone, ...]:
    """Find when people were told how things stand: by a message, or elsewhere, as a person says; in order of time."""
    moments = (Milestone("update", entry.occurred_at, entry.sequence) for entry in entries if _tells(entry))
    return tuple(sorted(moments, key=lambda each: (each.at, each.entry)))


def update_due_at(told: Sequence[Milestone], promises: Promises, end: datetime) -> datetime | None:
    """Tell when people had to be told again, if that was before the `end` of the incident; None: it was not."""
    due = promises.due(ClockName.UPDATE, end, told[-1].at if told else None)
    return due.at if due is not None and due.at < end else None


def _dues(told: Sequence[Milestone], promises: Promises) -> dict[int | None, datetime | None]:
    """Tell by when people had to be told, by the entry that says that they were."""
    dues = {}
    for before, each in pairwise([Milestone("declared"), *told]):
        due = promises.due(ClockName.UPDATE, each.at, before.at) if each.at is not None else None
        dues[each.entry] = due.at if due else None
    return dues


def _tells(entry: Entry) -> bool:
    if entry.kind is EntryKind.MESSAGE:
        return tells_people(entry)
    is_update = entry.kind is EntryKind.CLOCK and entry.data.get("clock") == ClockName.UPDATE
    return is_update and entry.data.get("state") == "met"


def _message(states: Sequence[Entry], dues: dict[int | None, datetime | None]) -> Message:
    """Put together what the entries of one message say; it counts from when it was first given to people."""
    last = states[-1]
    told = next((entry for entry in states if _tells(entry)), None)
    given = told or last
    return Message(
        name=short(last.data.get("message") or ""),
        channel=short(last.data.get("channel") or ""),
        audience=last.data.get("audience") or "",
        state=last.data.get("state") or "",
        at=given.occurred_at,
        who=short(last.actor),
        text=short(last.text.partition("\n")[2].strip()),
        answer=short(last.data.get("answer") or ""),
        told=told is not None,
        due_at=dues.get(given.sequence),
    )
