"""The action items as the body of a GitHub issue: `gh issue create --title … --body-file FILE`."""

from collections.abc import Iterable

from cockpit.incident.action_item import DONE, DROPPED
from cockpit.incident.markdown import bullets, inline
from cockpit.incident.report.model import FollowUp, Report


def github(report: Report) -> str:
    """Write the action items as a list of tasks, and below it what the record leaves open.

    Nobody is notified by it: an `@` is set apart from what follows it.
    """
    title = inline(f"Action items of {report.incident or 'the incident'}")
    parts = [f"## {title}", *([f"Incident: {_said(report.title)}"] if report.title else [])]
    parts.append(bullets(_item(each) for each in report.follow_ups) or "None was noted.")
    if report.loose_ends:
        parts += ["### Left open by the record", _tasks(_said(each) for each in report.loose_ends)]
    return "\n\n".join(parts) + "\n"


def _tasks(items: Iterable[str]) -> str:
    return bullets(f"[ ] {item}" for item in items)


def _item(item: FollowUp) -> str:
    """Write an item as a task, ticked when it is done; what was dropped is no task, but stays readable with why."""
    if item.status == DROPPED:
        why = f"dropped: {_said(item.why)}" if item.why else "dropped"
        return f"~~{_said(item.text)}~~ ({why}, entry {item.entry})"
    owner, due = _said(item.owner or "nobody yet"), _said(item.due or "no date yet")
    tick = "x" if item.status == DONE else " "
    return f"[{tick}] {_said(item.text)} (owner: {owner}, due: {due}, entry {item.entry})"


def _said(text: str) -> str:
    return inline(text).replace("@", "@\N{ZERO WIDTH SPACE}")
