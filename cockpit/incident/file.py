"""The incident file: one SQLite database that only grows, written by any number of cockpits at once.

Everything here blocks; `IncidentLog` is its face for the event loop.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, Self

import msgspec

from cockpit.clock import Clock, rfc3339
from cockpit.incident.chain import GENESIS, first_broken, hash_of
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.names import claim
from cockpit.incident.sqlite_errors import BUSY_SECONDS, explaining
from cockpit.redact import redact

SCHEMA_VERSION = 1
APPLICATION_ID = 0x494E4331
"""Marks a SQLite file as ours (`INC1`); schema.sql sets the same number."""

_COLUMNS = Entry.__struct_fields__
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM entry"  # noqa: S608  (column names of our own)
_INSERT = (
    f"INSERT INTO entry ({', '.join(_COLUMNS)}, key) "  # noqa: S608  (column names of our own)
    f"VALUES ({', '.join(f':{column}' for column in _COLUMNS)}, :key)"
)


class IncidentFile:
    """The record of one incident. Entries are added, never changed; each is durable when `append` returns.

    Belongs to the thread that made it.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock) -> None:
        """Use `create` or `open`."""
        self.path = path
        self.id = path.stem
        self._connection = connection
        self._clock = clock
        self._version = self._data_version()

    @classmethod
    def create(cls, directory: Path, *, clock: Clock) -> Self:
        """Start the next incident of the day in `directory`, readable by its owner only.

        Raises:
            IncidentFileError: The directory cannot be written, or the disk is full.
        """
        path = claim(directory, clock().date())
        try:
            with explaining(path), closing(_connect(path)) as connection:
                connection.executescript(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))
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
        return cls._opened(path, "mode=rw", clock)

    @classmethod
    def read(cls, path: Path, *, clock: Clock) -> Self:
        """Open an incident that is there, to read what it holds now: also where it may not be written.

        Raises:
            IncidentFileError: It is missing, not an incident file, damaged, or of a newer version.
        """
        if not path.is_file() or all(os.access(place, os.W_OK) for place in (path, path.parent)):
            return cls.open(path, clock=clock)
        # SQLite wants to write even to read, unless it is told that nobody writes: nobody does without a journal.
        journal = path.with_name(f"{path.name}-wal")
        return cls._opened(path, "mode=ro" if journal.exists() else "mode=ro&immutable=1", clock)

    @classmethod
    def _opened(cls, path: Path, mode: str, clock: Clock) -> Self:
        with explaining(path):
            connection = _connect(path, mode)
            try:
                _check_version(path, connection)
                if mode == "mode=rw":
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("PRAGMA synchronous = FULL")
                return cls(path, connection, clock)
            except BaseException:
                connection.close()
                raise

    def append(self, draft: Draft) -> Entry:
        """Add an entry, and return it once it is durable.

        The first entry of a file declares the incident; if `draft` does not, such an entry is put before it. Secrets
        are masked before anything is stored or hashed. A draft whose key is known already adds nothing.

        Raises:
            IncidentFileError: It could not be saved; nothing was added, and the same draft may be tried again.
        """
        with explaining(self.path), self._writing():
            known = self._entry_of(draft.key)
            if known is not None:
                return known
            sequence, previous_hash = self._end()
            if sequence == 0 and draft.kind is not EntryKind.DECLARED:
                opening = Draft(
                    EntryKind.DECLARED,
                    "Incident opened",
                    draft.actor,
                    source=EntrySource.COCKPIT,
                    occurred_at=draft.occurred_at,
                )
                sequence, previous_hash = 1, self._insert(opening, 1, GENESIS).hash
            return self._insert(draft, sequence + 1, previous_hash)

    def entries(self, after: int = 0) -> list[Entry]:
        """Read the entries that follow the sequence `after`, in order.

        Raises:
            IncidentFileError: One of them cannot be read.
        """
        with explaining(self.path):
            rows = self._connection.execute(f"{_SELECT} WHERE sequence > ? ORDER BY sequence", (after,))
            return [_entry(row) for row in rows]

    def last_sequence(self) -> int:
        """Give the sequence of the last entry; 0 when there is none.

        Raises:
            IncidentFileError: The file cannot be read.
        """
        with explaining(self.path):
            return self._end()[0]

    def changed(self) -> bool:
        """Tell whether others have written since it was opened, or since this was asked last. Costs next to nothing.

        Raises:
            IncidentFileError: The file cannot be read.
        """
        with explaining(self.path):
            before, self._version = self._version, self._data_version()
        return self._version != before

    def salvage(self) -> list[Entry]:
        """Read every entry that can be read, also from a damaged file; `verify` tells whether some are missing."""
        entries = []
        try:
            for row in self._connection.execute(f"{_SELECT} ORDER BY sequence"):
                try:
                    entries.append(_entry(row))
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
        self._connection.execute("BEGIN")
        try:
            entries = self.salvage()
            broken = first_broken(entries)
            if broken is None and self._given() != len(entries):
                broken = len(entries) + 1
        finally:
            if self._connection.in_transaction:  # damage may have ended it
                self._connection.execute("ROLLBACK")
        return entries, broken

    def close(self) -> None:
        """Close the file. What was appended is safe without it."""
        self._connection.close()

    def _data_version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

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
        row = self._connection.execute(f"{_SELECT} WHERE key = ?", (_storable(key),)).fetchone()
        return None if row is None else _entry(row)

    def _end(self) -> tuple[int, str]:
        """Give sequence and hash of the last entry. The rest of it is not read: damage there must stop nobody."""
        row = self._connection.execute("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1").fetchone()
        return (0, GENESIS) if row is None else (row["sequence"], row["hash"])

    def _insert(self, draft: Draft, sequence: int, previous_hash: str) -> Entry:
        now = self._clock()
        data = {_storable(name): _masked(value) for name, value in draft.data.items()}
        unhashed = Entry(
            sequence=sequence,
            recorded_at=_milliseconds(now),
            occurred_at=_milliseconds(draft.occurred_at or now),
            kind=draft.kind,
            actor=_storable(draft.actor),
            source=draft.source,
            text=redact(_storable(draft.text)),
            data={"incident": self.id, **data} if sequence == 1 else data,
            previous_hash=previous_hash,
            hash="",
        )
        entry = msgspec.structs.replace(unhashed, hash=hash_of(unhashed))
        key = None if draft.key is None else _storable(draft.key)
        self._connection.execute(_INSERT, {**_row(entry), "key": key})
        return entry

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction that keeps other writers out from its first read to its commit."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _connect(path: Path, mode: str = "mode=rw") -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    # Bytes that are not UTF-8 can only be damage; the hash tells, so that reading need not fail.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    connection.row_factory = sqlite3.Row
    return connection


def _check_version(path: Path, connection: sqlite3.Connection) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise IncidentFileError(f"{path} is not an incident file", f"file {path}")
    if version > SCHEMA_VERSION:
        raise IncidentFileError(
            f"{path} was written by a newer cockpit (schema {version}; this one knows {SCHEMA_VERSION})",
            "pip install --upgrade incident-cockpit",
        )


def _row(entry: Entry) -> dict[str, Any]:
    """Give the values of the columns of an entry."""
    return {
        **msgspec.structs.asdict(entry),
        "recorded_at": rfc3339(entry.recorded_at),
        "occurred_at": rfc3339(entry.occurred_at),
        "data": msgspec.json.encode(entry.data, order="sorted").decode(),
    }


def _entry(row: sqlite3.Row) -> Entry:
    """Read an entry from its columns.

    Raises:
        IncidentFileError: A column does not hold what this program writes.
    """
    fields = dict(row)
    try:
        entry = msgspec.convert({**fields, "data": msgspec.json.decode(fields["data"])}, Entry)
    except (msgspec.DecodeError, TypeError) as error:
        raise _unreadable(row, str(error)) from error
    if (rfc3339(entry.recorded_at), rfc3339(entry.occurred_at)) != (fields["recorded_at"], fields["occurred_at"]):
        raise _unreadable(row, "its times are not RFC 3339 in UTC")
    return entry


def _unreadable(row: sqlite3.Row, why: str) -> IncidentFileError:
    return IncidentFileError(
        f"entry {row['sequence']} cannot be read: {why}", "cockpit report FILE  (shows the others)"
    )


def _milliseconds(moment: datetime) -> datetime:
    """Cut a moment to what is stored of it."""
    return datetime.fromisoformat(rfc3339(moment))


def _storable(text: str) -> str:
    r"""Write lone surrogates, which stand for bytes that were not UTF-8, as `\udc..`: they have no UTF-8 form."""
    return text.encode("utf-8", "backslashreplace").decode()


def _masked(value: str | None) -> str | None:
    return None if value is None else redact(_storable(value))
