"""How a server is, part by part: each is asked for at its own pace, and one that fails costs no other."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, NamedTuple

import msgspec

from cockpit.clock import Clock
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres import replication, vacuums
from cockpit.sources.postgres.asking import Asks
from cockpit.sources.postgres.database_rates import DatabaseCounters, DatabaseLedger
from cockpit.sources.postgres.introspect import columns_of
from cockpit.sources.postgres.model import Activity, Health
from cockpit.sources.postgres.pooler import PoolerConsole
from cockpit.sources.postgres.temporary_files import temporary_files
from cockpit.sources.postgres.xmin_holders import PreparedAge, prepared_transactions, xmin_holders

OFTEN, SELDOM, RARELY = 15.0, 60.0, 300.0
"""Seconds between two reads of a part: what changes; what reads every table's counters; what reads the disk."""

_DATABASES = """
SELECT d.datname, s.xact_commit, s.xact_rollback, s.blks_hit, s.blks_read, s.deadlocks, s.temp_files, s.temp_bytes,
    s.stats_reset, age(d.datfrozenxid), mxid_age(d.datminmxid)
FROM pg_database AS d JOIN pg_stat_database AS s ON s.datid = d.oid
WHERE d.datallowconn OR s.xact_commit > 0
ORDER BY d.datname"""
_SIZES = """
SELECT datname, CASE WHEN has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'MEMBER')
    THEN pg_database_size(oid) END
FROM pg_database"""
_LIMITS = """
SELECT current_setting('autovacuum_freeze_max_age')::int, current_setting('autovacuum_multixact_freeze_max_age')::int"""


class Part(NamedTuple):
    """A part of the health."""

    name: str
    """Of its gap, without `health.`."""
    every: float
    """Seconds from one read to the next."""
    fields: tuple[str, ...]
    """Of `Health`: unknown when it could not be read."""
    read: Callable[[], Awaitable[Mapping[str, Any]]]
    """Gives the fields; raises SourceError."""


class HealthMemory:
    """What of the health outlives a connection."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.health = Health()
        self.databases = DatabaseLedger()
        self.sizes: dict[str, int | None] = {}
        self.checkpoints: tuple[int, int] | None = None
        """Counted when the session began, or 0 when the counters began anew since."""
        self.checkpoints_before: tuple[int, int] | None = None


class HealthReader:
    """Reads the health over one connection."""

    def __init__(
        self,
        session: Asks,
        clock: Clock,
        memory: HealthMemory,
        own: Collection[int] = (),
        console: PoolerConsole | None = None,
    ) -> None:
        """Prepare to ask `session`.

        Args:
            session: whom to ask.
            clock: tells when something was read.
            memory: what earlier connections have learnt; it grows.
            own: our own backends, which hold nothing.
            console: tells the pools, where a pooler stands in between.
        """
        self._session = session
        self._clock = clock
        self._memory = memory
        self._own = own
        self._console = console
        self._no_console: SourceError | None = None
        """Why there is no console; it is not asked for again over this connection."""
        self._slots_reader = replication.SlotsReader(session)
        self._checkpoints_sql = ""
        self._prepared: tuple[PreparedAge, ...] = ()
        self.activity: Activity | None = None
        """The newest look at the processes, of which some parts are made."""
        pools = (Part("pools", OFTEN, ("pools",), self._pools),) if console is not None else ()
        self.parts = (
            *pools,
            Part("sizes", RARELY, (), self._sizes),
            Part("databases", OFTEN, ("databases",), self._databases),
            Part("limits", RARELY, ("freeze_max_age", "multixact_freeze_max_age"), self._limits),
            Part("checkpoints", OFTEN, ("checkpoints_timed", "checkpoints_requested"), self._checkpoints),
            Part("standbys", OFTEN, ("standbys",), self._standbys),
            Part("recovery", OFTEN, ("replay_lag_seconds", "receiving"), self._recovery),
            Part("slots", OFTEN, ("slots",), self._slots),
            Part("prepared", OFTEN, ("prepared",), self._prepared_transactions),
            Part("temporary", OFTEN, ("temporary",), self._temporary),
            Part("vacuums", OFTEN, ("vacuums",), self._vacuums),
            Part("overdue", SELDOM, ("overdue",), self._overdue),
            Part("xmin_holders", OFTEN, ("xmin_holders",), self._xmin_holders),
        )

    async def read(self, part: Part) -> None:
        """Read one part into the memory.

        Raises:
            SourceError: It could not be read, and is unknown now.
        """
        fields: Mapping[str, Any] = dict.fromkeys(part.fields, () if part.name == "databases" else None)
        try:
            fields = await part.read()
        finally:
            self._memory.health = msgspec.structs.replace(self._memory.health, taken_at=self._clock(), **fields)

    async def _pools(self) -> Mapping[str, Any]:
        if self._console is None or self._no_console is not None:
            raise self._no_console or RuntimeError("there is no pooler")
        try:
            return {"pools": await self._console.pools()}
        except SourceError as error:
            self._no_console = SourceError(TroubleKind.MISSING, error.message, error.remedy)
            raise self._no_console from None

    async def _databases(self) -> Mapping[str, Any]:
        rows = (await self._session.query(_DATABASES)).rows
        counters = [DatabaseCounters._make(row) for row in rows]
        return {"databases": self._memory.databases.take(counters, self._clock(), self._memory.sizes)}

    async def _sizes(self) -> Mapping[str, Any]:
        self._memory.sizes = dict((await self._session.query(_SIZES)).rows)
        return {}

    async def _limits(self) -> Mapping[str, Any]:
        transactions, multixacts = (await self._session.query(_LIMITS)).rows[0]
        return {"freeze_max_age": transactions, "multixact_freeze_max_age": multixacts}

    async def _checkpoints(self) -> Mapping[str, Any]:
        """Count checkpoints; their counters moved into a view of their own with 17."""
        if not self._checkpoints_sql:
            old = "checkpoints_timed" in await columns_of(self._session, "pg_stat_bgwriter")
            self._checkpoints_sql = (
                "SELECT checkpoints_timed, checkpoints_req FROM pg_stat_bgwriter"
                if old
                else "SELECT num_timed, num_requested FROM pg_stat_checkpointer"
            )
        timed, requested = (await self._session.query(self._checkpoints_sql)).rows[0]
        memory = self._memory
        before = memory.checkpoints_before
        if memory.checkpoints is None:
            memory.checkpoints = timed, requested
        elif before is not None and (timed < before[0] or requested < before[1]):
            memory.checkpoints = 0, 0
        memory.checkpoints_before = timed, requested
        return {
            "checkpoints_timed": timed - memory.checkpoints[0],
            "checkpoints_requested": requested - memory.checkpoints[1],
        }

    async def _standbys(self) -> Mapping[str, Any]:
        return {"standbys": await replication.standbys(self._session, self._look())}

    async def _recovery(self) -> Mapping[str, Any]:
        return (await replication.recovery(self._session))._asdict()

    async def _slots(self) -> Mapping[str, Any]:
        return {"slots": await self._slots_reader.read()}

    async def _prepared_transactions(self) -> Mapping[str, Any]:
        self._prepared = await prepared_transactions(self._session)
        return {"prepared": tuple(one.prepared for one in self._prepared)}

    async def _temporary(self) -> Mapping[str, Any]:
        return {"temporary": await temporary_files(self._session)}

    async def _vacuums(self) -> Mapping[str, Any]:
        return {"vacuums": await vacuums.running(self._session, self._look())}

    async def _overdue(self) -> Mapping[str, Any]:
        return {"overdue": await vacuums.overdue(self._session)}

    async def _xmin_holders(self) -> Mapping[str, Any]:
        """Find them in what was read already; it asks nothing."""
        slots = self._memory.health.slots or ()
        return {"xmin_holders": xmin_holders(self._look(), self._prepared, slots, self._own)}

    def _look(self) -> Activity:
        if self.activity is None:
            raise RuntimeError("the activity is read first")
        return self.activity
