"""Corrections: entries that amend, retract or re-time an earlier one, and the log as they leave it.

Nothing is edited or deleted: who reads the log sees what was said first, and what was said about it later. A correction
is itself undone by retracting it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from cockpit.clock import rfc3339
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource, TimeSource
from cockpit.incident.errors import InputError

CORRECTIONS = frozenset({EntryKind.AMENDED, EntryKind.RETRACTED, EntryKind.RETIMED})

_STAYS = {
    EntryKind.DECLARED: "declares the incident",
    EntryKind.ACTION: "says what was about to be done",
    EntryKind.RECEIPT: "says what was done",
}
"""What cannot be retracted, and why."""


class Standing(msgspec.Struct, frozen=True):
    """An entry, and what was corrected in it."""

    original: Entry
    entry: Entry
    """With its corrected text and time, of which a person then said when it was. Its hash is that of the original."""
    amended_by: tuple[int, ...] = ()
    """The sequences of these corrections; the last one holds."""
    retimed_by: tuple[int, ...] = ()
    retracted_by: Entry | None = None


def amendment(sequence: int, text: str, actor: str, source: EntrySource = EntrySource.PERSON) -> Draft:
    """Write down that the entry `sequence` should have said `text`."""
    data: dict[str, str | None] = {"entry": str(sequence), "text": text}
    return Draft(EntryKind.AMENDED, f"amends entry {sequence}: {text}", actor, source, data=data)


def retraction(sequence: int, reason: str, actor: str, source: EntrySource = EntrySource.PERSON) -> Draft:
    """Write down that the entry `sequence` does not hold."""
    data: dict[str, str | None] = {"entry": str(sequence), "reason": reason}
    return Draft(EntryKind.RETRACTED, f"retracts entry {sequence}: {reason}", actor, source, data=data)


def retiming(
    sequence: int, moment: datetime, reason: str, actor: str, source: EntrySource = EntrySource.PERSON
) -> Draft:
    """Write down that what the entry `sequence` says happened at another `moment` (UTC)."""
    data: dict[str, str | None] = {"entry": str(sequence), "to": rfc3339(moment), "reason": reason}
    text = f"entry {sequence} happened at {rfc3339(moment)}: {reason}"
    return Draft(EntryKind.RETIMED, text, actor, source, data=data)


def check(draft: Draft, entries: Sequence[Entry]) -> None:
    """Refuse a correction of what is not there, or cannot be corrected in this way.

    Args:
        draft: the correction.
        entries: all of the incident.

    Raises:
        InputError: It makes no sense.
    """
    sequence = _sequence(draft.data)
    target = next((each for each in standings(entries) if each.original.sequence == sequence), None)
    if target is None:
        raise InputError(f"there is no entry {draft.data.get('entry')}; the last one is entry {len(entries)}")
    kind, name = target.original.kind, f"entry {sequence}"
    if target.retracted_by is not None:
        raise InputError(f"{name} is retracted already, by entry {target.retracted_by.sequence}")
    if draft.kind is not EntryKind.RETRACTED and kind in CORRECTIONS:
        corrected = target.original.data.get("entry")
        raise InputError(f"{name} is itself a correction: correct entry {corrected} again, or retract {name}")
    if draft.kind is EntryKind.RETRACTED and kind in _STAYS:
        raise InputError(f"{name} {_STAYS[kind]}, and cannot be retracted: amend it")


def standings(entries: Iterable[Entry]) -> list[Standing]:
    """Tell how each entry stands after all corrections, in the order of recording.

    A correction that makes no sense (which this program refuses to write) corrects nothing.
    """
    standing = [Standing(entry, entry) for entry in entries]
    places = {each.original.sequence: place for place, each in enumerate(standing)}
    corrections = [place for place, each in enumerate(standing) if each.original.kind in CORRECTIONS]
    retractions = [place for place in corrections if standing[place].original.kind is EntryKind.RETRACTED]
    others = [place for place in corrections if standing[place].original.kind is not EntryKind.RETRACTED]
    for place in (*reversed(retractions), *others):  # what retracts a retraction comes after it
        correction = standing[place].original
        target = places.get(_sequence(correction.data), place)
        if target < place and standing[place].retracted_by is None:
            standing[target] = _corrected(standing[target], correction)
    return standing


def holding(standing: Iterable[Standing]) -> list[Entry]:
    """Give what holds, corrected: without what was retracted, and without the corrections themselves."""
    return [each.entry for each in standing if each.retracted_by is None and each.original.kind not in CORRECTIONS]


class Standings:
    """How the entries of a log stand while it grows, without going through all of them again for each that is added."""

    def __init__(self) -> None:
        """Start with an empty log."""
        self._roots: dict[int, int] = {}
        """By the sequence of each entry, that of what it is about in the end: of itself, if it corrects nothing."""
        self._groups: dict[int, list[Entry]] = {}
        """By such a root: itself and all corrections of it, and of these, on which nothing else depends."""

    def take(self, news: Iterable[Entry]) -> list[Standing]:
        """Add what was recorded since.

        Returns:
            How this stands, and before it the earlier entries that it may have corrected, in the order of recording.
        """
        touched: set[int] = set()
        for entry in news:
            root = entry.sequence
            if entry.kind in CORRECTIONS:
                root = self._roots.get(_sequence(entry.data), root)
            self._roots[entry.sequence] = root
            self._groups.setdefault(root, []).append(entry)
            touched.add(root)
        standing = [each for root in touched for each in standings(self._groups[root])]
        return sorted(standing, key=lambda each: each.original.sequence)


def _corrected(target: Standing, correction: Entry) -> Standing:
    """Give what a correction makes of the entry that it names."""
    kind, by = target.original.kind, correction.sequence
    if correction.kind is EntryKind.RETRACTED:
        return target if kind in _STAYS else msgspec.structs.replace(target, retracted_by=correction)
    if kind in CORRECTIONS:
        return target
    if correction.kind is EntryKind.AMENDED:
        entry = msgspec.structs.replace(target.entry, text=correction.data.get("text") or "")
        return msgspec.structs.replace(target, entry=entry, amended_by=(*target.amended_by, by))
    moment = _moment(correction.data.get("to"))
    if moment is None:
        return target
    data = target.entry.data | {"time": TimeSource.PERSON}
    entry = msgspec.structs.replace(target.entry, occurred_at=moment, data=data)
    return msgspec.structs.replace(target, entry=entry, retimed_by=(*target.retimed_by, by))


def _sequence(data: dict[str, str | None]) -> int:
    """Read which entry is meant; 0, which none has, when that cannot be read."""
    name = data.get("entry") or ""
    return int(name) if name.isascii() and name.isdigit() and len(name) < 20 else 0


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)
