"""Who copies this server, and how far it is behind when it is a copy itself."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from cockpit.sources.postgres.asking import Asks
from cockpit.sources.postgres.introspect import columns_of, first_of
from cockpit.sources.postgres.model import Activity, Backend, Slot, Standby

_NEWEST = """
CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
    ELSE pg_current_wal_lsn() END"""
"""The newest WAL that this server has: what it wrote, or on a standby what it was sent."""
_STANDBYS = f"""
SELECT pid, coalesce(state, ''), coalesce(sync_state, ''), pg_wal_lsn_diff(({_NEWEST}), replay_lsn)::bigint,
    extract(epoch FROM replay_lag)::float8
FROM pg_stat_get_wal_senders()"""  # noqa: S608  (all of it is ours)
"""What pg_stat_replication is made of, without the activity, which was read already."""
_RECOVERY = """
SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 END,
    EXISTS (SELECT FROM pg_stat_wal_receiver WHERE pid IS NOT NULL AND coalesce(status, 'streaming') = 'streaming')
WHERE pg_is_in_recovery()"""
"""While no transaction is replayed, the time of the last one says nothing; a role without pg_monitor sees no status."""
_SLOTS = "pg_get_replication_slots()"
"""What pg_replication_slots is made of, without the catalogue of databases."""


class Recovery(NamedTuple):
    """How a standby follows its primary."""

    replay_lag_seconds: float | None
    receiving: bool | None


async def standbys(session: Asks, activity: Activity) -> tuple[Standby, ...]:
    """Read who is sent WAL; the activity tells what they are called.

    Raises:
        SourceError: The server cannot be asked.
    """
    backends = activity.by_pid()
    rows = (await session.query(_STANDBYS)).rows
    return tuple(_standby(row, backends.get(row[0])) for row in rows)


def _standby(row: Sequence[Any], backend: Backend | None) -> Standby:
    pid, state, sync_state, behind, replay_lag = row
    application, address = (backend.application, backend.client_address) if backend else ("", "")
    return Standby(pid, application, address, state, sync_state, behind, replay_lag)


async def recovery(session: Asks) -> Recovery:
    """Read how far this standby is behind; nothing of a primary.

    Raises:
        SourceError: The server cannot be asked.
    """
    rows = (await session.query(_RECOVERY)).rows
    return Recovery(*rows[0]) if rows else Recovery(None, None)


class SlotsReader:
    """Reads the replication slots over one connection."""

    def __init__(self, session: Asks) -> None:
        """Prepare to ask `session`."""
        self._session = session
        self._sql = ""

    async def read(self) -> tuple[Slot, ...]:
        """Look once.

        Raises:
            SourceError: The server cannot be asked.
        """
        if not self._sql:
            columns = await columns_of(self._session, _SLOTS)
            self._sql = f"""
SELECT slot_name, slot_type, active, pg_wal_lsn_diff(({_NEWEST}), restart_lsn)::bigint,
    coalesce({first_of(columns, "wal_status", otherwise="''")}, ''), {first_of(columns, "safe_wal_size")},
    greatest(age(xmin), age(catalog_xmin))
FROM {_SLOTS}"""  # noqa: S608  (all of it is ours)
        return tuple(Slot(*row) for row in (await self._session.query(self._sql)).rows)
