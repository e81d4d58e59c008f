"""What one look at a Postgres server tells, as plain data. Times are UTC; durations in milliseconds say so."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

POSTGRES = "postgres/"
"""Prefix of the names of the readings: `postgres/shop-db` is the server that is called `shop-db`."""


class Gap(msgspec.Struct, frozen=True):
    """Why a part of the look is missing. Unknown is not zero."""

    message: str
    """`permission denied for view pg_stat_statements`."""
    remedy: str | None = None
    """The SQL or the command that would fill it: `GRANT pg_monitor TO cockpit`."""


class Server(msgspec.Struct, frozen=True):
    """Which server answers, and as whom we look at it."""

    name: str
    """What the person calls it."""
    version: int
    """`server_version_num`: 180006."""
    role: str
    database: str
    address: str = ""
    """`inet_server_addr()`; empty over a socket."""
    host: str = ""
    """As the person or the service file gives it to libpq: of RDS, the name of the endpoint."""
    port: int | None = None
    started_at: datetime | None = None
    """A later one than before: the server was restarted."""
    in_recovery: bool = False
    """It is a standby; when that changes, it was promoted."""
    pooled: bool = False
    """A pooler stands in between, so that one session is not one backend."""
    sees_all: bool = True
    """False: states and statements of other roles are hidden from this role (`GRANT pg_monitor`)."""
    may_signal: bool = False
    """This role may cancel and terminate backends of others."""
    backend_pids: tuple[int, ...] = ()
    """Our own backends: never a target."""


class Slots(msgspec.Struct, frozen=True):
    """How many connections there may be, and for whom (PostgreSQL documentation, 20.3.1)."""

    max_connections: int
    superuser_reserved: int
    reserved: int = 0
    """`reserved_connections`, from 16 on."""
    rds_reserved: int = 0
    used: int = 0
    """Client backends."""

    @property
    def usable(self) -> int:
        """How many there are for roles without privilege."""
        return self.max_connections - self.superuser_reserved - self.reserved - self.rds_reserved


class BackendState(StrEnum):
    """States as `pg_stat_activity` spells them."""

    ACTIVE = "active"
    IDLE = "idle"
    IDLE_IN_TRANSACTION = "idle in transaction"
    IDLE_IN_TRANSACTION_ABORTED = "idle in transaction (aborted)"
    FASTPATH = "fastpath function call"
    DISABLED = "disabled"
    STARTING = "starting"
    NONE = ""
    """A process of the server's own (checkpointer, walwriter), which has no state."""
    HIDDEN = "hidden"
    """Not told to this role: neither idle nor active, but unknown."""


class Backend(msgspec.Struct, frozen=True):
    """One row of `pg_stat_activity`."""

    pid: int
    backend_start: datetime | None
    """Guards against a namesake: a pid is used again."""
    backend_type: str = "client backend"
    state: BackendState = BackendState.IDLE
    database: str = ""
    user: str = ""
    application: str = ""
    client_address: str = ""
    """Empty: over a socket on the server itself."""
    wait_event_type: str = ""
    wait_event: str = ""
    transaction_since: datetime | None = None
    """None outside of a transaction, and in one that has failed: only `state_since` tells how long that is open."""
    query_since: datetime | None = None
    state_since: datetime | None = None
    xmin_age: int | None = None
    """How many transactions ago the oldest row version is that it keeps from being vacuumed."""
    query: str = ""
    """The newest statement as the server tells it (`track_activity_query_size` cuts it), hostile text."""
    query_id: int | None = None
    leader_pid: int | None = None
    """Set for a parallel worker: whose worker it is."""

    @property
    def in_transaction_idle(self) -> bool:
        """It holds a transaction open and does nothing."""
        return self.state in (BackendState.IDLE_IN_TRANSACTION, BackendState.IDLE_IN_TRANSACTION_ABORTED)


class LockWait(msgspec.Struct, frozen=True):
    """A backend that waits for a lock."""

    pid: int
    blocked_by: tuple[int, ...]
    """As `pg_blocking_pids` tells; 0 is a prepared transaction. Of a long queue it is asked for the first ten: those
    behind them are told to wait for whom the tenth waits for."""
    since: datetime | None = None
    """`pg_locks.waitstart`, from 14 on; else when its statement began."""
    lock_type: str = ""
    mode: str = ""
    relation: str = ""
    prepared: tuple[str, ...] = ()
    """Names (gid) of the prepared transactions among those that block it."""


class Activity(msgspec.Struct, frozen=True):
    """Who is connected and what they do."""

    slots: Slots
    backends: tuple[Backend, ...] = ()
    """Every row, also those that are not clients' (walsender, autovacuum worker, parallel worker)."""
    lock_waits: tuple[LockWait, ...] = ()

    def by_pid(self) -> dict[int, Backend]:
        """Give the backends by their process ids."""
        return {backend.pid: backend for backend in self.backends}


class Counters(msgspec.Struct, frozen=True):
    """What a statement has cost over some time."""

    calls: int = 0
    total_ms: float = 0.0
    rows: int = 0
    blocks_hit: int = 0
    blocks_read: int = 0
    temp_blocks_written: int = 0
    io_ms: float = 0.0
    """Reading and writing of blocks, where `track_io_timing` is on."""

    @property
    def mean_ms(self) -> float | None:
        """Time of one call; None when there was none."""
        return self.total_ms / self.calls if self.calls else None


class Statement(msgspec.Struct, frozen=True):
    """One entry of pg_stat_statements."""

    key: str
    """userid, dbid, queryid and toplevel, joined with `/`."""
    user: str
    database: str
    text: str
    """Normalised, hostile text; empty while it was not fetched (only those that matter are)."""
    total: Counters = Counters()
    session: Counters = Counters()
    """Since the cockpit looked first, or since the entry or the statistics were reset after that."""
    interval: Counters = Counters()
    """Since the look before."""


class Statements(msgspec.Struct, frozen=True):
    """What pg_stat_statements tells."""

    statements: tuple[Statement, ...] = ()
    """The dearest by any of the three spans and orders that the screen offers; see `known` for how many there are."""
    known: int = 0
    taken_at: datetime | None = None
    session_since: datetime | None = None
    interval_seconds: float | None = None
    reset_at: datetime | None = None
    """`pg_stat_statements_info.stats_reset`."""
    reset_seen_at: datetime | None = None
    """A reset happened while we looked on."""
    evicted: int | None = None
    """`dealloc` since the session began: how often entries were thrown out; `pg_stat_statements.max` is too small."""
    sampled: bool = False
    """There is no extension: made up of what was seen running at each look. Calls are then sightings."""


class DatabaseRates(msgspec.Struct, frozen=True):
    """`pg_stat_database` of one database: totals since the session began, and rates over the newest interval."""

    name: str
    size_bytes: int | None = None
    grown_bytes: int | None = None
    """By how much it has grown since the session began; less than none: it has shrunk."""
    commits_per_s: float | None = None
    rollbacks_per_s: float | None = None
    hit_ratio: float | None = None
    """Of the blocks asked for in the interval, how many were in shared buffers (0 to 1)."""
    deadlocks: int = 0
    """Since the session began."""
    deadlocks_seen: tuple[tuple[datetime, int], ...] = ()
    """Of the last hour: when a look found new ones, and how many, oldest first."""
    temp_files: int = 0
    temp_bytes: int = 0
    frozen_xid_age: int | None = None
    """`age(datfrozenxid)`."""
    frozen_mxid_age: int | None = None
    stats_reset: datetime | None = None


class Standby(msgspec.Struct, frozen=True):
    """A row of `pg_stat_replication`."""

    pid: int
    application: str
    client_address: str
    state: str
    sync_state: str
    lag_bytes: int | None = None
    replay_lag_seconds: float | None = None
    """None while nothing is written."""


class Slot(msgspec.Struct, frozen=True):
    """A replication slot."""

    name: str
    slot_type: str
    active: bool
    retained_bytes: int | None = None
    wal_status: str = ""
    safe_wal_bytes: int | None = None
    xmin_age: int | None = None


class Pool(msgspec.Struct, frozen=True):
    """A row of pgbouncer's `SHOW POOLS`: what it does for one role in one database."""

    database: str
    user: str
    mode: str
    """`session`, `transaction` or `statement`."""
    clients_active: int = 0
    """Clients that have a server connection, or ask for none now."""
    clients_waiting: int = 0
    """Clients that have asked for something, and wait for a server connection."""
    servers_active: int = 0
    servers_idle: int = 0
    longest_wait_seconds: float = 0.0
    """How long the first of those that wait has waited."""


class XminHolder(msgspec.Struct, frozen=True):
    """What keeps old row versions from being vacuumed."""

    kind: str
    """`backend`, `prepared transaction`, `slot` or `standby`."""
    name: str
    """The pid, the gid, or the name."""
    age: int
    """In transactions."""
    since: datetime | None = None


class Prepared(msgspec.Struct, frozen=True):
    """A prepared transaction that nobody has ended."""

    gid: str
    owner: str
    database: str
    prepared_at: datetime | None = None


class Vacuum(msgspec.Struct, frozen=True):
    """A running vacuum."""

    pid: int
    database: str
    relation: str
    phase: str
    done: float | None = None
    """Of its heap, 0 to 1."""
    automatic: bool = True
    since: datetime | None = None


class TemporaryFiles(msgspec.Struct, frozen=True):
    """What a process has on the disk of sorts and hashes that are larger than work_mem, in the default tablespace."""

    pid: int
    bytes: int
    files: int = 1


class OverdueTable(msgspec.Struct, frozen=True):
    """A table of the current database with more dead rows than autovacuum should have left."""

    relation: str
    dead_rows: int
    live_rows: int
    threshold: float
    last_vacuum: datetime | None = None


class Health(msgspec.Struct, frozen=True):
    """How the server is. What is None was not told; `PostgresLook.gaps` says why."""

    taken_at: datetime | None = None
    databases: tuple[DatabaseRates, ...] = ()
    freeze_max_age: int | None = None
    multixact_freeze_max_age: int | None = None
    checkpoints_timed: int | None = None
    """Since the session began."""
    checkpoints_requested: int | None = None
    standbys: tuple[Standby, ...] | None = None
    slots: tuple[Slot, ...] | None = None
    replay_lag_seconds: float | None = None
    """On a standby: how far it is behind what it was sent, 0 when all is replayed."""
    receiving: bool | None = None
    """On a standby: it is connected to its primary."""
    prepared: tuple[Prepared, ...] | None = None
    pools: tuple[Pool, ...] | None = None
    """Of the pooler in between, those first in which clients wait; None also where there is no pooler."""
    xmin_holders: tuple[XminHolder, ...] | None = None
    """Oldest first."""
    vacuums: tuple[Vacuum, ...] | None = None
    overdue: tuple[OverdueTable, ...] | None = None
    """Most dead rows first, of the database that we are connected to."""
    temporary: tuple[TemporaryFiles, ...] | None = None
    """Those that there are now, whoever has most first; None also where this role may not see them."""


class PostgresLook(msgspec.Struct, frozen=True):
    """All that is known of one server: the data of the reading `postgres/NAME`."""

    server: Server
    activity: Activity
    statements: Statements | None = None
    health: Health | None = None
    gaps: Mapping[str, Gap] = {}
    """What is missing, by part: `activity`, `statements`, `health.slots`, …"""
    used_before: tuple[int, ...] = ()
    """Used connections at earlier looks since the session began, thinned to at most 120, oldest first."""
    used_at: tuple[datetime, ...] = ()
    """From when on each of these counts (UTC)."""
    restarts: tuple[datetime, ...] = ()
    """When the server was seen to have been restarted, while we looked on."""
    promoted_at: datetime | None = None
    """When it was seen to have changed its role (standby to primary, or back), or to be another server."""
    emergency: bool = False
    """It was seen through the connection for emergencies, because the server refuses the ordinary one."""
