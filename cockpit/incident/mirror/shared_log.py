"""The shared log as the program sees it: the tables of schema `cockpit` in a PostgreSQL. Loads psycopg, and blocks."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from cockpit.incident.chain import GENESIS, canonical
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.mirror.local import Copied, CopiedPiece, MirrorError
from cockpit.incident.mirror.outbox import Waiting
from cockpit.incident.mirror.patience import Patience
from cockpit.incident.mirror.schema import prepare
from cockpit.sources.postgres.connecting import Connection

_AT_ONCE = 100
"""Rows that are fetched in one go."""
HERE_SECONDS = 60
"""Whoever was not seen for so long is not here any more."""
_MOST_LISTED = 50
_STATEMENT_TIMEOUT = "60s"
_TELL = "SELECT pg_notify('cockpit', %s)"


class SharedIncident(NamedTuple):
    """An incident in the shared log."""

    incident: str
    """The hash of its first entry."""
    name: str
    host: str
    """Its first home."""
    first: str
    """Its first entry, as JSON."""
    adopted: str | None
    """The last entry by which another host became its home, as JSON; None: none did."""


class SharedLog:
    """Reads and writes the shared log over one connection. It may be wrong in every way: readers check what they get.

    All methods raise psycopg.Error when the server or the way to it fails.
    """

    def __init__(self, connection: Connection, patience: Patience) -> None:
        """Use `connection`, which commits by itself and whose schema is prepared, for as long as it answers."""
        self._connection = connection
        self._patience = patience

    def listen(self, hear: Callable[[], None]) -> None:
        """Have `hear` called for news while something is asked; in between, the connection can be read."""
        self._connection.add_notify_handler(lambda _: hear())
        with self._patience.during():
            self._connection.execute("LISTEN cockpit")

    def may_write(self) -> bool:
        """Tell whether this role may add to it."""
        with self._patience.during():
            row = self._connection.execute("SELECT has_table_privilege('cockpit.entry', 'INSERT')").fetchone()
        return bool(row and row[0])

    def open_incidents(self) -> list[SharedIncident]:
        """List the incidents that are not closed."""
        with self._patience.during():
            rows = self._connection.execute(
                "SELECT i.incident, i.name, i.host, e.content, (SELECT a.content FROM cockpit.entry a"
                " WHERE a.incident = i.incident AND a.kind = 'adopted' ORDER BY a.sequence DESC LIMIT 1)"
                " FROM cockpit.incident i"
                " JOIN cockpit.entry e ON e.incident = i.incident AND e.sequence = 1 WHERE NOT EXISTS"
                " (SELECT 1 FROM cockpit.entry c WHERE c.incident = i.incident AND c.kind = 'closed')"
                " ORDER BY i.name DESC LIMIT %s",
                (_MOST_LISTED,),
            ).fetchall()
        return [SharedIncident(*row) for row in rows]

    def begin(self, incident: str, name: str, host: str) -> None:
        """Make a place for an incident, if it has none."""
        insert = "INSERT INTO cockpit.incident (incident, name, host) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
        with self._patience.during():
            self._connection.execute(insert, (incident, name, host))

    def end(self, incident: str) -> tuple[int, str]:
        """Give sequence and hash of the last entry."""
        select = "SELECT sequence, hash FROM cockpit.entry WHERE incident = %s ORDER BY sequence DESC LIMIT 1"
        with self._patience.during():
            row = self._connection.execute(select, (incident,)).fetchone()
        return (0, GENESIS) if row is None else (row[0], row[1])

    def publish(
        self, incident: str, copied: Sequence[Copied], pieces: Iterable[CopiedPiece], *, in_turn: bool = False
    ) -> bool:
        """Add what follows, all of it or nothing; tell whether it did: another cockpit may be at it, or done.

        With `in_turn` it waits until another one is done, but not for long.
        """
        size = sum(len(each.entry.text) for each in copied)
        with self._patience.during(), self._connection.transaction():
            if not self._is_first(incident, in_turn=in_turn) or self.end(incident) != _before(copied):
                return False
            # Read only now that nobody else can publish: what is removed after this is removed here as well.
            for piece in pieces:
                self._put(incident, piece)
            insert = (
                "INSERT INTO cockpit.entry (incident, sequence, kind, previous_hash, content, hash, key)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)"
            )
            with self._patience.during(size), self._connection.cursor() as cursor:
                cursor.executemany(insert, [_row(incident, each) for each in copied])
            for each in copied:
                self._remove(incident, each.entry)
        return True

    def after(self, incident: str, sequence: int) -> list[Copied]:
        """Read some of the entries that follow, in order.

        Raises:
            MirrorError: One of them cannot be read.
        """
        select = (
            "SELECT sequence, content, hash, key FROM cockpit.entry WHERE incident = %s AND sequence > %s"
            " ORDER BY sequence LIMIT %s"
        )
        with self._patience.during(1 << 20):
            rows = self._connection.execute(select, (incident, sequence, _AT_ONCE)).fetchall()
        return [Copied(_entry(*row[:3]), row[3]) for row in rows]

    def pieces(self, incident: str, names: Sequence[str]) -> list[CopiedPiece]:
        """Read pieces of evidence; what is not there is left out."""
        select = (
            "SELECT sha256, salt, content, content_sha256 FROM cockpit.evidence WHERE incident = %s AND sha256 = %s"
        )
        found = []
        for name in names:
            with self._patience.during(1 << 20):
                row = self._connection.execute(select, (incident, name)).fetchone()
            if row is not None:
                found.append(CopiedPiece(*row))
        return found

    def adoptions(self, incident: str) -> list[Entry]:
        """Read the entries by which other hosts became the home, in order.

        Raises:
            MirrorError: One of them cannot be read.
        """
        select = (
            "SELECT sequence, content, hash FROM cockpit.entry WHERE incident = %s AND kind = 'adopted'"
            " ORDER BY sequence"
        )
        with self._patience.during():
            rows = self._connection.execute(select, (incident,)).fetchall()
        return [_entry(*row) for row in rows]

    def post(self, incident: str, waiting: Sequence[Waiting]) -> None:
        """Put drafts into the inbox, in order; those that are there already only once."""
        insert = "INSERT INTO cockpit.inbox (incident, key, draft) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
        for each in waiting:
            with self._patience.during(len(each.draft)):
                self._connection.execute(insert, (incident, each.key, each.draft))

    def inbox(self, incident: str, after: int) -> list[Waiting]:
        """Read some of the drafts behind the number `after` that are not in the chain yet."""
        select = (
            "SELECT number, key, draft FROM cockpit.inbox i WHERE incident = %s AND number > %s AND NOT EXISTS"
            " (SELECT 1 FROM cockpit.entry e WHERE e.incident = i.incident AND e.key = i.key)"
            " ORDER BY number LIMIT %s"
        )
        with self._patience.during(1 << 20):
            rows = self._connection.execute(select, (incident, after, _AT_ONCE)).fetchall()
        return [Waiting(*row) for row in rows]

    def tidy(self, incident: str) -> None:
        """Delete from the inbox what is in the chain: of evidence that is removed later, no copy may be left here."""
        delete = (
            "DELETE FROM cockpit.inbox i USING cockpit.entry e"
            " WHERE i.incident = %s AND e.incident = i.incident AND e.key = i.key"
        )
        with self._patience.during():
            self._connection.execute(delete, (incident,))

    def greet(self, incident: str, host: str, person: str) -> None:
        """Say that a person is here."""
        upsert = (
            "INSERT INTO cockpit.presence (incident, host, person, seen_at) VALUES (%s, %s, %s, now())"
            " ON CONFLICT (incident, host, person) DO UPDATE SET seen_at = excluded.seen_at"
        )
        with self._patience.during():
            self._connection.execute(upsert, (incident, host, person))
            self._connection.execute(_TELL, (incident,))

    def leave(self, incident: str, host: str, person: str) -> None:
        """Say that a person has left."""
        delete = "DELETE FROM cockpit.presence WHERE incident = %s AND host = %s AND person = %s"
        with self._patience.during():
            self._connection.execute(delete, (incident, host, person))
            self._connection.execute(_TELL, (incident,))

    def present(self, incident: str) -> tuple[str, ...]:
        """Name who is here: `ana on bastion-a`."""
        select = (
            "SELECT person, host FROM cockpit.presence"
            " WHERE incident = %s AND seen_at > now() - make_interval(secs => %s) ORDER BY 1, 2"
        )
        with self._patience.during():
            rows = self._connection.execute(select, (incident, HERE_SECONDS)).fetchall()
        return tuple(f"{person} on {host}" for person, host in rows)

    def last_seen(self, incident: str, host: str) -> float | None:
        """Tell how many seconds ago a cockpit on `host` had the incident open; None: it was closed, or never was."""
        select = (
            "SELECT extract(epoch FROM now() - max(seen_at))::float8 FROM cockpit.presence"
            " WHERE incident = %s AND host = %s"
        )
        with self._patience.during():
            row = self._connection.execute(select, (incident, host)).fetchone()
        return None if row is None else row[0]

    def _is_first(self, incident: str, *, in_turn: bool) -> bool:
        """Keep others from publishing until this transaction ends."""
        key = "hashtextextended(%s, 0)"
        if in_turn:
            self._connection.execute(f"SELECT pg_advisory_xact_lock({key})", (incident,))
            return True
        row = self._connection.execute(f"SELECT pg_try_advisory_xact_lock({key})", (incident,)).fetchone()
        return bool(row and row[0])

    def _put(self, incident: str, piece: CopiedPiece) -> None:
        insert = (
            "INSERT INTO cockpit.evidence (incident, sha256, salt, content, content_sha256)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
        )
        with self._patience.during(len(piece.content or b"")):
            self._connection.execute(insert, (incident, *msgspec.structs.astuple(piece)))

    def _remove(self, incident: str, entry: Entry) -> None:
        if entry.kind is EntryKind.REMOVED:
            update = (
                "UPDATE cockpit.evidence SET salt = NULL, content = NULL, content_sha256 = NULL"
                " WHERE incident = %s AND sha256 = %s"
            )
            self._connection.execute(update, (incident, entry.data.get("sha256")))


def shared_log_over(connection: Connection) -> SharedLog:
    """Give the shared log over a connection that may write; it is made if there is none.

    Raises:
        SourceError: It is of a newer version, or the database cannot keep every text.
        psycopg.Error: It may not be read, or not be made.
    """
    patience = Patience(connection)
    with patience.during():
        connection.execute(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'")
        prepare(connection)
    return SharedLog(connection, patience)


def _before(copied: Sequence[Copied]) -> tuple[int, str]:
    """Give sequence and hash of the entry that they follow."""
    return copied[0].entry.sequence - 1, copied[0].entry.previous_hash


def _row(incident: str, copied: Copied) -> tuple[str | int | None, ...]:
    entry = copied.entry
    content = canonical(entry).decode()
    return incident, entry.sequence, entry.kind.value, entry.previous_hash, content, entry.hash, copied.key


def _entry(sequence: int, content: str, hash_: str) -> Entry:
    try:
        entry = msgspec.convert({**msgspec.json.decode(content), "hash": hash_}, Entry)
    except (msgspec.MsgspecError, TypeError) as error:
        raise MirrorError(f"entry {sequence} of the shared log cannot be read: it is not taken over") from error
    if entry.sequence != sequence:
        raise MirrorError(f"entry {sequence} of the shared log is really entry {entry.sequence}: it is not taken over")
    return entry
