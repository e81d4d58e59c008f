"""All entries, corrections as well, in the order in which what they say happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from cockpit.incident.correction import Standing
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.evidence import references
from cockpit.incident.report.model import Evidence, Told

GAP = timedelta(minutes=15)
"""A longer time without an entry is told."""

LONGEST_TEXT = 2000
"""How many characters of one text the report shows."""


def timeline(standing: Iterable[Standing]) -> tuple[Told, ...]:
    """Tell the incident in order; what was retracted stays, but ends no gap."""
    told, before = [], None
    for each in sorted(standing, key=lambda each: (each.entry.occurred_at, each.entry.sequence)):
        at, gap = each.entry.occurred_at, None
        if each.retracted_by is None:
            gap = at - before if before is not None and at - before > GAP else None
            before = at
        told.append(_told(each, gap))
    return tuple(told)


def last_gap(told: Sequence[Told], end: datetime) -> timedelta | None:
    """Tell how long nothing has happened up to `end`, when that is long."""
    last = next((each.at for each in reversed(told) if each.retracted_by is None), None)
    return end - last if last is not None and end - last > GAP else None


def evidence(entries: Iterable[Entry]) -> tuple[Evidence, ...]:
    """List what was captured, in the order of recording."""
    found: dict[str, Evidence] = {}
    for entry in entries:
        if entry.kind is EntryKind.REMOVED:
            for digest in _digests(entry):
                if digest in found:
                    reason = short(entry.data.get("reason") or entry.text)
                    found[digest] = msgspec.structs.replace(found[digest], removed=reason)
        for each in references(entry.data):
            told = Evidence(entry.sequence, entry.occurred_at, each.name, each.sha256, each.media_type, each.size)
            found.setdefault(each.sha256, told)
    return tuple(found.values())


def short(text: str) -> str:
    """Cut a long text, and say so."""
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]} … ({len(text):,} characters; all of them are in the incident file)"


def _told(standing: Standing, gap: timedelta | None) -> Told:
    entry, original = standing.entry, standing.original
    return Told(
        entry=entry.sequence,
        at=entry.occurred_at,
        who=short(entry.actor),
        source=entry.source,
        kind=entry.kind,
        text=short(entry.text),
        recorded_at=entry.recorded_at,
        time_from=short(entry.time_from),
        amended_by=standing.amended_by,
        text_before=short(original.text) if standing.amended_by else None,
        retimed_by=standing.retimed_by,
        at_before=original.occurred_at if standing.retimed_by else None,
        retracted_by=standing.retracted_by.sequence if standing.retracted_by else None,
        evidence=tuple(_digests(entry)),
        waits=not entry.hash,
        gap=gap,
    )


def _digests(entry: Entry) -> list[str]:
    """Give the SHA-256 of all that an entry points to."""
    return (entry.data.get("sha256") or "").split()
