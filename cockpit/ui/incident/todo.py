"""Notes that begin with `todo:`: they become action items, as the person sees while typing."""

from datetime import date

from cockpit.incident.action_item import Typed, todo_in, typed


def typed_todo(note: str, today: date) -> Typed | None:
    """Read a note that begins with `todo:`; None: it is a note.

    Raises:
        ValueError: It says nothing, or not when it is due.
    """
    todo = todo_in(note)
    return None if todo is None else typed(todo, today)


def understood(item: Typed) -> str:
    """Say how an action item was understood: `action item · ana · due Tue 2026-12-01`."""
    return " · ".join(("action item", item.owner or "nobody yet", day(item.due)))


def day(due: date | None) -> str:
    """Write a date with its weekday."""
    return f"due {due:%a} {due}" if due is not None else "no date yet"
