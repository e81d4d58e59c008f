"""The incident file: one SQLite database that only grows, written by any number of cockpits at once.

Everything here blocks; `IncidentLog` is its face for the event loop.
"""

import os
import sqlite3
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Self

import msgspec

from cockpit.clock import Clock
from cockpit.incident import evidence_table
from cockpit.incident.chain import GENESIS, first_broken, hash_of
from cockpit.incident.connection import check_locks, connect
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource, TimeSource, stored_data
from cockpit.incident.errors import IncidentFileError, NoRoomError
from cockpit.incident.evidence import Sealed, as_data
from cockpit.incident.mirror import outbox
from cockpit.incident.names import claim
from cockpit.incident.rows import INSERT, SELECT, entry_of, masked, milliseconds, row_of, storable
from cockpit.incident.schema import migrate
from cockpit.incident.sqlite_errors import explaining
from cockpit.incident.store import Store
from cockpit.incident.title import opened

_FROZEN = "mode=ro&immutable=1"


class IncidentFile:
    """The record of one incident. Entries are added, never changed; each is durable when `append` returns.

    Belongs to the thread that made it.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        """Use `create` or `open`."""
        self.path = store.path
        self.id = store.path.stem
        self._store = store
        self._connection = store.connection
        self._clock = clock

    @classmethod
    def create(cls, directory: Path, *, clock: Clock) -> Self:
        """Start the next incident of the day in `directory`, readable by its owner only.

        Raises:
            IncidentFileError: The directory cannot be written, or the disk is full.
        """
        path = claim(directory, clock().date())
        try:
            check_locks(path)
            with explaining(path), closing(connect(path)) as connection:
                migrate(connection)
        except IncidentFileError:
            path.unlink(missing_ok=True)
            raise
        return cls.open(path, clock=clock)

    @classmethod
    def open(cls, path: Path, *, clock: Clock) -> Self:
        """Open an incident that is there, to read it or to add to it.

        Raises:
            IncidentFileError: It is missing, not an incident file, damaged, or of a newer version.
        """
        if not path.is_file():
            raise IncidentFileError(f"there is no incident file {path}", f"ls {path.parent}")
        return cls(Store.open(path, write=True), clock)

    @classmethod
    def read(cls, path: Path, *, clock: Clock) -> Self:
        """Open an incident that is there, to read what it holds now: also where it may not be written.

        Raises:
            IncidentFileError: It is missing, not an incident file, damaged, or of a newer version.
        """
        if not path.is_file():
            return cls.open(path, clock=clock)
        if all(os.access(place, os.W_OK) for place in (path, path.parent)):
            return cls(Store.open(path), clock)
        # SQLite wants to write even to read, unless it is told that nobody writes: nobody does without a journal.
        journal = path.with_name(f"{path.name}-wal")
        return cls(Store.open(path, "mode=ro" if journal.exists() else _FROZEN), clock)

    @property
    def frozen(self) -> bool:
        """Whether it is read as it was when it was opened, and what others write will not be seen."""
        return self._store.mode == _FROZEN

    def append(self, draft: Draft, opening: tuple[Sealed, ...] = (), title: str = "") -> Entry:
        """Add an entry with its pieces, and return it once it is durable.

        The first entry of a file declares the incident; if `draft` does not, such an entry is put before it. Secrets
        are masked before anything is stored or hashed. A draft whose key is known already adds nothing. An entry is
        worth more than its pieces: where there is no room for them, it is saved without, and says so.

        Into the replica of an incident of another host it is put as durably, but gets its place in the chain there: it
        has the sequence 0 until then (see `cockpit.incident.mirror`).

        Args:
            draft: what to add.
            opening: pieces that belong to the declaration, if it is written now.
            title: what the incident is called, if it is declared now and `draft` does not do that.

        Raises:
            IncidentFileError: It could not be saved; nothing was added, and the same draft may be tried again.
        """
        try:
            return self._append(draft, opening, title)
        except NoRoomError as error:
            if draft.kind is EntryKind.EVIDENCE or not (draft.pieces or opening):
                raise
            data = {**draft.data, "not kept": error.message} if draft.pieces else draft.data
            return self._append(msgspec.structs.replace(draft, pieces=(), data=data), (), title)

    def remove(self, sha256: str, reason: str, actor: str, source: EntrySource = EntrySource.PERSON) -> Entry:
        """Take a piece of evidence out, with an entry that says why; nothing but its name is left of it.

        Of a piece that was removed before, what may still lie around is cleared away.

        Raises:
            IncidentFileError: There is no such piece, or it cannot be removed now.
        """
        draft = Draft(EntryKind.REMOVED, f"evidence {sha256[:12]} removed: {reason}", actor, source)
        draft = msgspec.structs.replace(draft, data={"sha256": sha256, "reason": reason}, key=key_of_removal(sha256))
        with self._store.writing():
            entry = self._entry_of(draft.key) or self._add(draft)
            evidence_table.erase(self._connection, sha256)
        with explaining(self.path):
            evidence_table.clear_away(self.path, self._connection)
        return entry

    def content(self, sha256: str) -> bytes | None:
        """Read a piece of evidence; None when it was removed.

        Raises:
            IncidentFileError: There is no such piece, or it cannot be read.
        """
        with explaining(self.path):
            return evidence_table.content(self._connection, sha256)

    def entries(self, after: int = 0) -> list[Entry]:
        """Read the entries that follow the sequence `after`, in order.

        Raises:
            IncidentFileError: One of them cannot be read.
        """
        with explaining(self.path):
            rows = self._connection.execute(f"{SELECT} WHERE sequence > ? ORDER BY sequence", (after,))
            return [entry_of(row) for row in rows]

    def waiting(self) -> list[Entry]:
        """Read what was written into this replica and has no place in the chain yet; elsewhere there is nothing.

        Raises:
            IncidentFileError: It cannot be read.
        """
        with explaining(self.path), self.one_moment():
            return outbox.waiting_entries(self._connection)

    def last_sequence(self) -> int:
        """Give the sequence of the last entry; 0 when there is none.

        Raises:
            IncidentFileError: The file cannot be read.
        """
        return self._store.end()[0]

    def holds(self, entry: Entry) -> bool:
        """Tell whether an entry that was read before is still in its place: that of a home may lose it (see `mirror`).

        Raises:
            IncidentFileError: The file cannot be read.
        """
        return self._store.hash_at(entry.sequence) == entry.hash

    def changed(self) -> bool:
        """Tell whether others have written since it was opened, or since this was asked last. Costs next to nothing.

        Raises:
            IncidentFileError: The file cannot be read.
        """
        return self._store.changed()

    def salvage(self) -> list[Entry]:
        """Read every entry that can be read, also from a damaged file; `verify` tells whether some are missing."""
        entries = []
        try:
            for row in self._connection.execute(f"{SELECT} ORDER BY sequence"):
                try:
                    entries.append(entry_of(row))
                except IncidentFileError:
                    continue
        except sqlite3.DatabaseError:
            pass  # the pages from here on are damaged; what came before is good
        return entries

    def verify(self) -> int | None:
        """Give the sequence of the first entry that is missing, changed or unreadable; None when all are sound."""
        return self.audit()[1]

    def audit(self) -> tuple[list[Entry], int | None]:
        """Give what `salvage` and `verify` give, of the same moment: others may be writing."""
        with self.one_moment():
            entries = self.salvage()
            broken = first_broken(entries)
            if broken is None and self._given() != len(entries):
                broken = len(entries) + 1
            sound = entries if broken is None else entries[: broken - 1]
            broken = evidence_table.first_unsound(self._connection, sound, self._leaving()) or broken
        return entries, broken

    def one_moment(self) -> AbstractContextManager[None]:
        """Read several things as they are at one moment: others may be writing."""
        return self._store.one_moment()

    def close(self) -> None:
        """Close the file. What was appended is safe without it."""
        self._store.close()

    def _leaving(self) -> list[Entry]:
        """Read which removals of evidence wait for their places; nothing of a file that is too damaged."""
        try:
            return [each for each in outbox.waiting_entries(self._connection) if each.kind is EntryKind.REMOVED]
        except (sqlite3.DatabaseError, msgspec.MsgspecError):
            return []

    def _given(self) -> int | None:
        """Tell how many entries were ever added; None when the file is too damaged to say."""
        try:
            row = self._connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'entry'").fetchone()
        except sqlite3.DatabaseError:
            return None
        return row[0] or 0

    def _entry_of(self, key: str | None) -> Entry | None:
        """Find what was saved under an idempotency key."""
        if key is None:
            return None
        row = self._connection.execute(f"{SELECT} WHERE key = ?", (masked(key),)).fetchone()
        return None if row is None else entry_of(row)

    def _append(self, draft: Draft, opening: tuple[Sealed, ...], title: str) -> Entry:
        with self._store.writing():
            saved = self._entry_of(draft.key)
            if saved is None and outbox.is_replica(self._connection):
                return outbox.put(self._connection, draft, self._clock())
            return saved or self._add(draft, opening, title)

    def _add(self, draft: Draft, opening: tuple[Sealed, ...] = (), title: str = "") -> Entry:
        """Add an entry at the end, in the transaction that is open."""
        sequence, previous_hash = self._store.end()
        if sequence == 0 and draft.kind is EntryKind.DECLARED:
            draft = msgspec.structs.replace(draft, pieces=(*draft.pieces, *opening))
        elif sequence == 0:
            declaration = Draft(
                EntryKind.DECLARED,
                opened(title),
                draft.actor,
                source=EntrySource.COCKPIT,
                occurred_at=draft.occurred_at if draft.time_from is TimeSource.CLOCK else None,
                data={"title": title} if title else {},
                pieces=opening,
            )
            sequence, previous_hash = 1, self._insert(declaration, 1, GENESIS).hash
        return self._insert(draft, sequence + 1, previous_hash)

    def _insert(self, draft: Draft, sequence: int, previous_hash: str) -> Entry:
        now = self._clock()
        data = {storable(name): masked(value) for name, value in stored_data(draft).items()}
        if draft.pieces:
            data |= as_data([evidence_table.put(self._connection, piece) for piece in draft.pieces])
        unhashed = Entry(
            sequence=sequence,
            recorded_at=milliseconds(now),
            occurred_at=milliseconds(draft.occurred_at or now),
            kind=draft.kind,
            actor=storable(draft.actor),
            source=draft.source,
            text=masked(draft.text) or "",
            data={"incident": self.id, **data} if sequence == 1 else data,
            previous_hash=previous_hash,
            hash="",
        )
        entry = msgspec.structs.replace(unhashed, hash=hash_of(unhashed))
        self._connection.execute(INSERT, {**row_of(entry), "key": masked(draft.key)})
        return entry


def key_of_removal(sha256: str) -> str:
    """Give the idempotency key of the entry that says that a piece of evidence is removed."""
    return f"removed-{sha256}"
