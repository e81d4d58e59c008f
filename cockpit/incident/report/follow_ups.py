"""What is left to do: what people noted for later, and what the record leaves open."""

from collections.abc import Iterator, Sequence

from cockpit.incident.action_item import ActionItem
from cockpit.incident.report.model import FollowUp, Report, Step
from cockpit.incident.report.timeline import short

_SETTLED = ("done", "not applicable", "open", "skipped")
"""States of a step that leave no question; what was never touched may not have been needed."""


def follow_ups(items: Sequence[ActionItem]) -> tuple[FollowUp, ...]:
    """List the action items, in the order in which they were first written down."""
    return tuple(
        FollowUp(
            short(item.text),
            short(item.owner) if item.owner else None,
            short(item.due) if item.due else None,
            item.status,
            short(item.note),
            item.entry,
        )
        for item in items
    )


def loose_ends(report: Report, items: Sequence[ActionItem]) -> tuple[str, ...]:
    """Name what the record leaves open: each may be worth an action item, or a correction of the record.

    What an item was made of is in good hands.
    """
    taken = {item.loose_end for item in items}
    return tuple(each for each in _all_loose_ends(report) if each not in taken)


def _all_loose_ends(report: Report) -> Iterator[str]:
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
