"""How evidence stands in the tables of an incident file."""

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path

from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.errors import IncidentFileError, InputError
from cockpit.incident.evidence import Reference, Sealed, digest, references
from cockpit.incident.schema import EVIDENCE_SINCE, version_of

_SELECT = "SELECT salt, content FROM evidence WHERE sha256 = ?"


def put(connection: sqlite3.Connection, piece: Sealed) -> Reference:
    """Store a piece, in the transaction that stores its entry; what is there already is not stored twice."""
    same = "SELECT sha256 FROM evidence WHERE content_sha256 = ?"
    known = connection.execute(same, (piece.content_sha256,)).fetchone()
    if known is None:
        insert = "INSERT INTO evidence (sha256, salt, content, content_sha256) VALUES (?, ?, ?, ?)"
        connection.execute(insert, (piece.sha256, piece.salt, piece.packed, piece.content_sha256))
    sha256 = piece.sha256 if known is None else known["sha256"]
    return Reference(sha256, piece.name, piece.media_type, piece.size)


def content(connection: sqlite3.Connection, sha256: str) -> bytes | None:
    """Read a piece; None when it was removed.

    Raises:
        IncidentFileError: There is no such piece, or it is damaged.
    """
    row = _row(connection, sha256)
    if row is None:
        raise _missing(sha256)
    try:
        return None if row["content"] is None else zlib.decompress(row["content"])
    except zlib.error as error:
        raise IncidentFileError(f"evidence {sha256} is damaged: {error}") from error


def erase(connection: sqlite3.Connection, sha256: str) -> None:
    """Overwrite all but the name of a piece; an entry of this transaction has to say that it is removed.

    Raises:
        InputError: There is no such piece.
    """
    empty = "UPDATE evidence SET salt = NULL, content = NULL, content_sha256 = NULL WHERE sha256 = ?"
    if connection.execute(empty, (sha256,)).rowcount != 1:
        raise _missing(sha256)


def clear_away(path: Path, connection: sqlite3.Connection) -> None:
    """Leave nothing of what was erased, neither in the database nor in its write-ahead log.

    What is deleted is overwritten with zeros; the database is also written anew, without the copies that its pages may
    have kept from earlier arrangements, and the log is emptied.

    Raises:
        IncidentFileError: Another program reads an earlier state at this moment.
        sqlite3.Error: It cannot be written.
    """
    _empty_log(path, connection)
    connection.execute("VACUUM")
    _empty_log(path, connection)


def first_unsound(
    connection: sqlite3.Connection, entries: Iterable[Entry], leaving: Iterable[Entry] = ()
) -> int | None:
    """Give the sequence of the first entry of which a piece is missing or was changed; None when all are sound.

    A piece may be gone if one of the `entries` says that it is removed, or one that is `leaving` for the chain.
    """
    entries = list(entries)
    removed = {each.data.get("sha256") for each in (*entries, *leaving) if each.kind is EntryKind.REMOVED}
    known: dict[str, bool] = {}
    for entry in entries:
        for each in references(entry.data):
            if each.sha256 not in known:
                known[each.sha256] = _is_sound(connection, each.sha256, removed=each.sha256 in removed)
            if not known[each.sha256]:
                return entry.sequence
    return None


def _is_sound(connection: sqlite3.Connection, sha256: str, *, removed: bool) -> bool:
    try:
        row = _row(connection, sha256)
        if row is None or row["content"] is None:
            return row is not None and removed
        return digest(row["salt"], zlib.decompress(row["content"])) == sha256
    except (sqlite3.DatabaseError, zlib.error, TypeError):
        return False


def _row(connection: sqlite3.Connection, sha256: str) -> sqlite3.Row | None:
    if version_of(connection) < EVIDENCE_SINCE:
        return None
    row: sqlite3.Row | None = connection.execute(_SELECT, (sha256,)).fetchone()
    return row


def _empty_log(path: Path, connection: sqlite3.Connection) -> None:
    """Bring what is in the write-ahead log to the database, and cut the log to nothing."""
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise IncidentFileError(
            f"it is removed, but {path}-wal still holds its bytes: another program is reading the file",
            "the same command once more",
        )


def _missing(sha256: str) -> InputError:
    """Say that a piece is not there."""
    return InputError(f"there is no evidence {sha256}", "cockpit log evidence FILE")
