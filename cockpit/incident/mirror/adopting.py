"""How a replica becomes the home of its incident, as far as its file is concerned.

Which host is the home is decided in the shared log, by the entry that comes first in the chain. The key of that entry
is in the file before it is published: so whoever reads the chain into the file, and however often it was tried, knows
that it is this file that was chosen.
"""

import sqlite3
from uuid import uuid4

from cockpit.incident.entry import EntryKind
from cockpit.incident.errors import InputError
from cockpit.incident.mirror import outbox
from cockpit.incident.sqlite_errors import explaining
from cockpit.incident.store import Store


def candidate_key(store: Store) -> str:
    """Give the key under which this replica is to be chosen, always the same.

    Raises:
        InputError: The file is no replica.
        IncidentFileError: It cannot be written.
    """
    with store.writing():
        if not outbox.is_replica(store.connection):
            raise InputError(f"this host is the home of {store.path}")
        if not _knows_adopting(store.connection):  # it was made before there was such a thing
            store.connection.execute("ALTER TABLE replica ADD COLUMN adopting TEXT")
        store.connection.execute("UPDATE replica SET adopting = coalesce(adopting, ?)", (f"adopt-{uuid4().hex}",))
        return str(store.connection.execute("SELECT adopting FROM replica").fetchone()[0])


def is_chosen(store: Store) -> bool:
    """Tell whether the chain says that this replica is the home."""
    select = "SELECT key IS (SELECT adopting FROM replica) FROM entry WHERE kind = ? ORDER BY sequence DESC LIMIT 1"
    with explaining(store.path), store.one_moment():
        if not outbox.is_replica(store.connection) or not _knows_adopting(store.connection):
            return False
        row = store.connection.execute(select, (EntryKind.ADOPTED,)).fetchone()
    return bool(row and row[0])


def settle_in(store: Store, sent: int) -> None:
    """Make the replica the home, unless something was written behind the number `sent` that still has to be sent.

    What was sent comes back from the inbox of the shared log, as all drafts come to a home.

    Raises:
        IncidentFileError: It cannot be written.
    """
    with store.writing():
        if outbox.is_replica(store.connection) and not outbox.waiting(store.connection, sent):
            for statement in ("DROP TRIGGER entry_comes_from_home", "DROP TABLE outbox", "DROP TABLE replica"):
                store.connection.execute(statement)


def _knows_adopting(connection: sqlite3.Connection) -> bool:
    return any(row["name"] == "adopting" for row in connection.execute("PRAGMA table_info(replica)"))
