"""What is written into a replica: durable at once, and on its way to the home of the incident.

These functions work in the transaction that is open on the connection to the replica.
"""

import sqlite3
from datetime import datetime
from uuid import uuid4

import msgspec

from cockpit.clock import rfc3339
from cockpit.incident.entry import DRAFT_DECODER, Draft, Entry, stored_data
from cockpit.incident.evidence import as_data
from cockpit.incident.rows import masked, milliseconds, storable

NOT_YET = 0
"""The sequence of what has no place in the chain yet."""


class Waiting(msgspec.Struct, frozen=True):
    """A draft in the outbox."""

    number: int
    key: str
    draft: str
    """JSON."""


def is_replica(connection: sqlite3.Connection) -> bool:
    """Tell whether an incident file is the replica of one on another host."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone() is not None


def put(connection: sqlite3.Connection, draft: Draft, now: datetime) -> Entry:
    """Keep a draft, its secrets masked, and give what it will be but for its place; once only under the same key."""
    kept = msgspec.structs.replace(
        draft,
        actor=storable(draft.actor),
        text=masked(draft.text) or "",
        data={storable(name): masked(value) for name, value in draft.data.items()},
        occurred_at=milliseconds(draft.occurred_at or now),
        key=masked(draft.key or uuid4().hex),
    )
    insert = "INSERT INTO outbox (key, saved_at, draft) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING"
    connection.execute(insert, (kept.key, rfc3339(now), msgspec.json.encode(kept).decode()))
    return _entry_of(kept, milliseconds(now))


def waiting(connection: sqlite3.Connection, after: int = 0) -> list[Waiting]:
    """Read the drafts of a replica in the order in which they were written, from behind the number `after`."""
    if not is_replica(connection):
        return []
    rows = connection.execute("SELECT number, key, draft FROM outbox WHERE number > ? ORDER BY number", (after,))
    return [Waiting(**row) for row in rows]


def oldest(connection: sqlite3.Connection) -> datetime | None:
    """Tell since when something waits; None: nothing does."""
    if not is_replica(connection):
        return None
    row = connection.execute("SELECT min(saved_at) FROM outbox").fetchone()
    return None if row[0] is None else datetime.fromisoformat(row[0])


def waiting_entries(connection: sqlite3.Connection) -> list[Entry]:
    """Read the drafts as the entries that they will be, but for their places."""
    if not is_replica(connection):
        return []
    rows = connection.execute("SELECT saved_at, draft FROM outbox ORDER BY number")
    return [_entry_of(DRAFT_DECODER.decode(row["draft"]), datetime.fromisoformat(row["saved_at"])) for row in rows]


def _entry_of(draft: Draft, saved_at: datetime) -> Entry:
    return Entry(
        sequence=NOT_YET,
        recorded_at=saved_at,
        occurred_at=draft.occurred_at or saved_at,
        kind=draft.kind,
        actor=draft.actor,
        source=draft.source,
        text=draft.text,
        data=stored_data(draft) | (as_data(draft.pieces) if draft.pieces else {}),  # type: ignore[arg-type]
        previous_hash="",
        hash="",
    )
