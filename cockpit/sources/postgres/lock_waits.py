"""Who waits for a lock, and for whom."""

from cockpit.sources.postgres.asking import Asks, utc
from cockpit.sources.postgres.introspect import columns_of, first_of
from cockpit.sources.postgres.model import Backend, BackendState, LockWait

_ASKED = 10
"""Of each queue, for how many waiters the server is asked who blocks them. It looks at all locks for each of them, and
keeps everybody from locking meanwhile; those behind them wait for the same holders."""

_COLUMNS = (
    *("locktype", "database", "relation", "page", "tuple", "virtualxid", "transactionid::text", "classid", "objid"),
    "objsubid",
)
_PLACE = ", ".join(_COLUMNS)
"""What a lock is on."""


class LockWaits:
    """Reads the lock waits over one connection, and asks nothing while nobody waits."""

    def __init__(self, session: Asks) -> None:
        """Prepare to ask `session`."""
        self._session = session
        self._sql = ""

    async def read(self, backends: tuple[Backend, ...]) -> tuple[LockWait, ...]:
        """Look at those of the backends that wait for a lock, and at those that hide whether they do.

        Raises:
            SourceError: The server cannot be asked.
        """
        began = {backend.pid: backend.query_since for backend in backends if _may_wait(backend)}
        if not began:
            return ()
        if not self._sql:
            self._sql = _waits_sql(await columns_of(self._session, "pg_locks"))
        waits = []
        in_queue: dict[int, tuple[tuple[int, ...], tuple[str, ...]]] = {}
        for pid, queue, blockers, since, lock_type, mode, relation, gids in (
            await self._session.query(self._sql, (list(began),))
        ).rows:
            if blockers is not None:
                # each is told once for each of its parallel workers
                in_queue[queue] = tuple(dict.fromkeys(blockers)), tuple(gids or ())
            blocked_by, prepared = in_queue.get(queue, ((), ()))
            waits.append(LockWait(pid, blocked_by, utc(since) or began[pid], lock_type, mode, relation or "", prepared))
        return tuple(waits)


def _may_wait(backend: Backend) -> bool:
    return backend.wait_event_type == "Lock" or backend.state is BackendState.HIDDEN


def _of(lock: str) -> str:
    return ", ".join(f"{lock}.{column}" for column in _COLUMNS)


def _waits_sql(columns: frozenset[str]) -> str:
    """Compose the statement, which gives each queue from its head to its end.

    Who waits for a row waits for the transaction that changed it, and the first in that queue holds a lock on the
    row, which names the table. Tables of other databases have no name here, so that they are called by their oid.
    A prepared transaction has no process: one of its locks, that on itself, tells its number.
    """
    since = first_of(columns, "waitstart", otherwise="NULL::timestamptz")
    return f"""
WITH locks AS MATERIALIZED (SELECT * FROM pg_locks),
waits AS (
    SELECT *, {since} AS since,
        row_number() OVER queue AS place, first_value(pid) OVER queue AS queue
    FROM locks WHERE NOT granted AND pid = ANY(%s)
    WINDOW queue AS (
        PARTITION BY {_PLACE}, mode
        ORDER BY {since}, pid
    )
),
rows AS (
    SELECT DISTINCT ON (pid) pid, database, relation FROM locks WHERE locktype = 'tuple' AND granted
)
SELECT w.pid, w.queue, b.blockers, w.since, w.locktype, w.mode,
    CASE WHEN coalesce(w.database, r.database) IN (0, here.datid) THEN coalesce(w.relation, r.relation)::regclass::text
        ELSE coalesce(w.relation, r.relation)::text END,
    CASE WHEN 0 = ANY(b.blockers) THEN ARRAY(
        SELECT DISTINCT x.gid FROM locks AS h
        JOIN locks AS own ON own.virtualtransaction = h.virtualtransaction AND own.pid IS NULL AND own.granted
        JOIN pg_prepared_xact() AS x ON x.transaction = own.transactionid
        WHERE h.granted AND h.pid IS NULL AND ({_of("h")}) IS NOT DISTINCT FROM ({_of("w")})
        ORDER BY x.gid
    ) END
FROM waits AS w
CROSS JOIN LATERAL (SELECT CASE WHEN w.place <= {_ASKED} THEN pg_blocking_pids(w.pid) END AS blockers) AS b
CROSS JOIN pg_stat_get_activity(pg_backend_pid()) AS here
LEFT JOIN rows AS r ON r.pid = w.pid AND w.relation IS NULL
ORDER BY w.queue, w.place"""  # noqa: S608  (all of it is ours)
