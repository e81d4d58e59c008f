"""What is left to do: what people noted for later, and what the record leaves open."""

import re
from collections.abc import Iterable, Iterator

from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.report.model import FollowUp, Report, Step
from cockpit.incident.report.timeline import short

_NOTED = re.compile(r"\s*(?:todo|action item)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_OWNER = re.compile(r"(?<!\S)@([\w.-]+)")
_DUE = re.compile(r"\bdue:?\s+(\d{4}-\d{2}-\d{2})\b", re.IGNORECASE)
_SETTLED = ("done", "not applicable", "open", "skipped")
"""States of a step that leave no question; what was never touched may not have been needed."""


def follow_ups(entries: Iterable[Entry]) -> tuple[FollowUp, ...]:
    """Find the notes that begin with `todo:`, such as `todo: alarm on the queue @ana due 2026-12-01`."""
    return tuple(
        _follow_up(entry.sequence, match[1])
        for entry in entries
        if entry.kind is EntryKind.NOTE and (match := _NOTED.match(entry.text))
    )


def loose_ends(report: Report) -> Iterator[str]:
    """Name what the record leaves open: each may be worth an action item, or a correction of the record."""
    yield from (f"was not seen to end: {each.title}" for each in report.findings if each.over_at is None)
    yield from (
        f"nobody knows what became of: {each.title}" for each in report.actions if each.outcome in (None, "unknown")
    )
    yield from (_step(step) for phase in report.checklist.phases for step in phase.steps if step.state not in _SETTLED)
    yield from (f"neither confirmed nor ruled out: {each.text}" for each in report.hypotheses if each.state == "open")
    yield from (f"message {each.state}: {each.name}" for each in report.messages if each.state in ("failed", "unknown"))
    yield from (f"target missed: {each.name}" for each in report.measures if each.met is False)
    unknown = [milestone.name for milestone in report.milestones if milestone.at is None]
    if unknown:
        yield f"unknown when: {', '.join(unknown)}"


def _step(step: Step) -> str:
    return f"step {'begun' if step.state == 'doing' else step.state}: {step.text}"


def _follow_up(sequence: int, text: str) -> FollowUp:
    owner, due = _OWNER.search(text), _DUE.search(text)
    kept = _DUE.sub("", _OWNER.sub("", text))
    return FollowUp(short(" ".join(kept.split())), owner[1] if owner else None, due[1] if due else None, entry=sequence)
