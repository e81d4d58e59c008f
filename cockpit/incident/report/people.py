"""Who took part, and in which role."""

from collections.abc import Iterable

import msgspec

from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.incident.report.model import Person, Role
from cockpit.incident.report.timeline import short


def people(entries: Iterable[Entry]) -> tuple[Person, ...]:
    """List who wrote entries, also those that were retracted, and when they wrote the first and the last of them."""
    spoke: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.source is EntrySource.PERSON:
            spoke.setdefault(entry.actor, []).append(entry)
    return tuple(
        Person(short(name), len(own), min(e.recorded_at for e in own), max(e.recorded_at for e in own))
        for name, own in spoke.items()
    )


def roles(entries: Iterable[Entry]) -> tuple[Role, ...]:
    """List who had which role; who takes one over ends the time of the one before."""
    given: list[Role] = []
    held: dict[str, int] = {}
    for entry in entries:
        role, person = entry.data.get("role"), entry.data.get("person")
        if entry.kind is not EntryKind.ROLE or not role:
            continue
        if role in held:
            before = held.pop(role)
            given[before] = msgspec.structs.replace(given[before], until=entry.occurred_at)
        if person:
            held[role] = len(given)
            given.append(Role(short(role), short(person), entry.occurred_at))
    return tuple(given)
