"""What changed outside shortly before an incident was declared, as it is kept with the declaration."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from cockpit.incident.entry import Entry, EntryKind, TimeSource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import references

if TYPE_CHECKING:  # loads SQLite
    from cockpit.incident.file import IncidentFile

NAME: Final = "before.json"
"""Of the piece of evidence that holds it."""
MOST: Final = 10
"""So many are told in a report, the newest; the others are in the evidence."""


class Happened(msgspec.Struct, frozen=True):
    """A change that may be the cause: a rollout, a restarted server, a failover."""

    at: datetime
    text: str
    """Fit to be shown."""
    time_from: str = TimeSource.SEEN
    """How `at` is known, a `TimeSource`."""
    known_by: str = ""
    """What an entry's `data` has as "token" when it is taken into the log as well. (A field of that name is masked.)"""


class _Kept(msgspec.Struct):
    """What is read of the piece; it holds more."""

    happened: list[Happened] = []


def happened_before(file: "IncidentFile", entries: Sequence[Entry]) -> tuple[Happened, ...]:
    """Read what changed before an incident began, in order of time, without what the log tells itself.

    Of a file that holds nothing of it, or nothing that can be read, nothing is told.
    """
    told = {entry.data.get("token") for entry in entries if entry.kind is EntryKind.OBSERVED}
    found = dict.fromkeys(each for entry in entries for each in _in(file, entry))
    left = [each for each in found if not each.known_by or each.known_by not in told]
    return tuple(sorted(left, key=lambda each: each.at))


def newest(happened: Sequence[Happened]) -> tuple[Happened, ...]:
    """Give the newest of what is in order of time."""
    return tuple(happened[-MOST:])


def _in(file: "IncidentFile", entry: Entry) -> Iterable[Happened]:
    for reference in references(entry.data):
        if reference.name == NAME:
            try:
                content = file.content(reference.sha256)
                return msgspec.json.decode(content, type=_Kept).happened if content is not None else ()
            except (IncidentFileError, msgspec.MsgspecError):
                return ()
    return ()
