"""An incident file as the mirror uses it: on a connection of its own, in the thread that made it."""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from cockpit.incident import evidence_table
from cockpit.incident.chain import hash_of
from cockpit.incident.connection import check_locks, connect
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import MOST_BYTES, digest, references
from cockpit.incident.mirror import outbox
from cockpit.incident.rows import INSERT, SELECT, entry_of, row_of
from cockpit.incident.schema import migrate, statements_in
from cockpit.incident.sqlite_errors import explaining
from cockpit.incident.store import Store

_MOST_ENTRIES = 200
_MOST_PIECES = 1 << 20
"""Bytes of evidence after which a batch ends."""


class Copied(msgspec.Struct, frozen=True):
    """An entry on its way between two places."""

    entry: Entry
    key: str | None


class CopiedPiece(msgspec.Struct, frozen=True):
    """A piece of evidence on its way between two places; of a removed one the name alone is left."""

    sha256: str
    salt: bytes | None
    content: bytes | None
    """Compressed by zlib."""
    content_sha256: str | None


class MirrorError(IncidentFileError):
    """What the shared log holds does not fit, and nothing of it is taken over."""


class Origin(NamedTuple):
    """Whose replica a file is."""

    incident: str
    """The hash of its first entry."""
    host: str
    """Its home."""


class LocalFile:
    """Reads entries with what belongs to them; a replica also takes over those that come from its home."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            IncidentFileError: It is missing, or cannot be used.
        """
        self.path = path
        self.store = Store.open(path, write=True)
        self._connection = self.store.connection

    def close(self) -> None:
        """Close it."""
        self.store.close()

    def origin(self) -> Origin | None:
        """Tell whose replica it is; None: this is the home. That may change while it is open."""
        with explaining(self.path), self.store.one_moment():
            if not outbox.is_replica(self._connection):
                return None
            return Origin(*self._connection.execute("SELECT incident, host FROM replica").fetchone())

    def end(self) -> int:
        """Give the sequence of the last entry; 0 when there is none."""
        return self.store.end()[0]

    def batch(self, after: int) -> list[Copied]:
        """Read some of the entries that follow the sequence `after`, in order; not too many for one go."""
        with explaining(self.path):
            select = f"{SELECT.replace(' FROM', ', key FROM')} WHERE sequence > ? ORDER BY sequence LIMIT ?"
            rows = [dict(row) for row in self._connection.execute(select, (after, _MOST_ENTRIES))]
        copied: list[Copied] = []
        size = 0
        for row in rows:
            key = row.pop("key")
            copied.append(Copied(entry_of(row), key))
            size += sum(reference.size for reference in references(copied[-1].entry.data))
            if size > _MOST_PIECES:
                break
        return copied

    def pieces(self, entries: Iterable[Copied]) -> Iterator[CopiedPiece]:
        """Read the evidence that entries refer to."""
        for name in piece_names(entries):
            with explaining(self.path):
                select = "SELECT sha256, salt, content, content_sha256 FROM evidence WHERE sha256 = ?"
                row = self._connection.execute(select, (name,)).fetchone()
            if row is not None:
                yield CopiedPiece(**row)

    def waiting(self) -> list[outbox.Waiting]:
        """Read the outbox of a replica; empty once another program on this host has made the file the home."""
        with explaining(self.path), self.store.one_moment():
            return outbox.waiting(self._connection)

    def waiting_since(self) -> datetime | None:
        """Tell since when something is in the outbox of a replica; None: nothing is."""
        with explaining(self.path), self.store.one_moment():
            return outbox.oldest(self._connection)

    def take(self, copied: Sequence[Copied], pieces: Sequence[CopiedPiece]) -> None:
        """Take over what follows in the chain, all of it or nothing; what came back leaves the outbox.

        Raises:
            MirrorError: It does not follow, or was changed on the way.
            IncidentFileError: It could not be saved.
        """
        with self.store.writing():
            if not outbox.is_replica(self._connection):
                return  # another program on this host has made it the home
            for piece in pieces:
                self._put(piece)
            taken = [entry for entry in (self._take(each) for each in copied) if entry is not None]
            self._connection.execute("DELETE FROM outbox WHERE key IN (SELECT key FROM entry)")
        if any(entry.kind is EntryKind.REMOVED for entry in taken):
            with explaining(self.path):
                evidence_table.clear_away(self.path, self._connection)

    def _take(self, copied: Copied) -> Entry | None:
        entry = copied.entry
        sequence, previous_hash = self.store.end()
        if entry.sequence <= sequence:
            return None  # another cockpit on this host has taken it over
        if (entry.sequence, entry.previous_hash, entry.hash) != (sequence + 1, previous_hash, hash_of(entry)):
            raise MirrorError(f"entry {sequence + 1} of the shared log is missing or was changed: it is not taken over")
        self._connection.execute("UPDATE replica SET arriving = ?", (entry.hash,))
        self._connection.execute(INSERT, {**row_of(entry), "key": copied.key})
        if entry.kind is EntryKind.REMOVED and (name := entry.data.get("sha256")):
            with suppress(IncidentFileError):  # it was never here
                evidence_table.erase(self._connection, name)
        if entry.kind is EntryKind.ADOPTED and (home := entry.data.get("home")):
            self._connection.execute("UPDATE replica SET host = ?", (home,))
        return entry

    def _put(self, piece: CopiedPiece) -> None:
        if not _is_sound(piece):
            raise MirrorError(f"evidence {piece.sha256[:12]} of the shared log was changed: it is not taken over")
        self._connection.execute(
            "INSERT INTO evidence (sha256, salt, content, content_sha256) SELECT ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE sha256 = ?)",
            (piece.sha256, piece.salt, piece.content, piece.content_sha256, piece.sha256),
        )


def create_replica(path: Path, origin: Origin) -> None:
    """Make an empty file a replica.

    Raises:
        IncidentFileError: It cannot be written.
    """
    check_locks(path)
    with explaining(path), closing(connect(path)) as connection:
        migrate(connection)
    with closing(Store.open(path, write=True)) as store, store.writing():
        become_replica(store.connection, origin)


def become_replica(connection: sqlite3.Connection, origin: Origin) -> None:
    """Make a file a replica, in the transaction that is open."""
    for statement in statements_in(__package__, "replica.sql"):
        connection.execute(statement)
    connection.execute("INSERT INTO replica (incident, host) VALUES (?, ?)", origin)


def piece_names(copied: Iterable[Copied]) -> list[str]:
    """Name the evidence that entries refer to, each piece once."""
    return list(dict.fromkeys(reference.sha256 for each in copied for reference in references(each.entry.data)))


def is_content(salt: bytes, packed: bytes, sha256: str) -> bool:
    """Tell whether compressed content from elsewhere is what its name says, without believing its size."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, MOST_BYTES + 1)
    except zlib.error:
        return False
    return unpacking.eof and len(content) <= MOST_BYTES and digest(salt, content) == sha256


def _is_sound(piece: CopiedPiece) -> bool:
    if piece.content is None or piece.salt is None:
        return (piece.content, piece.salt, piece.content_sha256) == (None, None, None)
    return is_content(piece.salt, piece.content, piece.sha256)
