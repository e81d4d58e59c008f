"""How an incident ends, and what may be written once it has.

A closed incident is closed: nothing goes into it that would move it on, such as a severity, a tick or an action.
What is only told late goes into it as before, because a record is completed after the fact: what somebody remembers,
captured or was told, when it began, what is to do next, and what is corrected. For all else it is opened again, or
another one is opened.
"""

from datetime import datetime, tzinfo
from typing import Final

from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.state import IncidentState

LATE: Final = frozenset(
    {
        EntryKind.NOTE,
        EntryKind.EVIDENCE,
        EntryKind.REMOVED,
        EntryKind.AMENDED,
        EntryKind.RETRACTED,
        EntryKind.RETIMED,
        EntryKind.RECEIPT,
        EntryKind.MESSAGE,
        EntryKind.MILESTONE,
        EntryKind.HYPOTHESIS,
        EntryKind.ACTION_ITEM,
        EntryKind.ADOPTED,
        EntryKind.REOPENED,
    }
)
"""Kinds of entries that a closed incident takes. A receipt is that of an action which was begun before."""


def closed(actor: str, source: EntrySource = EntrySource.PERSON) -> Draft:
    """Write down that the incident is over."""
    return Draft(EntryKind.CLOSED, "Incident closed", actor, source)


def reopened(actor: str, source: EntrySource = EntrySource.PERSON) -> Draft:
    """Write down that it was not over after all."""
    return Draft(EntryKind.REOPENED, "Incident opened again", actor, source)


def takes(state: IncidentState, kind: EntryKind) -> bool:
    """Tell whether an entry of a kind may be written into an incident as it stands."""
    return state.closed_at is None or kind in LATE


def how_closed(state: IncidentState, zone: tzinfo) -> str:
    """Say when it was closed, in `zone`, and by whom: `22:58 by root`; empty: it is not."""
    return f"{_clock(state.closed_at, zone)} by {state.closed_by}" if state.closed_at else ""


def _clock(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
