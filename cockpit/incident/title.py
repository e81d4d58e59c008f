"""What an incident is called: as a person declared or amended it, or by the worst finding when it was opened."""

from collections.abc import Iterable
from typing import Final

from cockpit.incident.correction import amendment
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource

OPENED: Final = "Incident opened"
"""The text of a declaration that says no more."""


def opened(title: str) -> str:
    """Give the text of a declaration that the cockpit writes before the first entry."""
    return f"{OPENED}: {title}" if title else OPENED


def title_of(entries: Iterable[Entry]) -> str:
    """Give the title of an incident; empty when it has none.

    Args:
        entries: those that hold, as corrections leave them, in the order of recording.
    """
    declared = next((entry for entry in entries if entry.kind is EntryKind.DECLARED), None)
    if declared is None:
        return ""
    title = declared.data.get("title") or ""
    return title if declared.text == opened(title) else declared.text


def renamed(title: str, actor: str, source: EntrySource = EntrySource.PERSON) -> Draft:
    """Write down what the incident is called from now on: that amends its declaration, the first entry."""
    return amendment(1, title, actor, source)
