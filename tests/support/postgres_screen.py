"""A Postgres server in trouble, as a look that a screen can be drawn from."""

from datetime import UTC, timedelta
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from cockpit.diagnosis.holders import Clients
from cockpit.reading import Reading, Trouble, TroubleKind
from cockpit.sources.kubernetes.model import Pods
from cockpit.sources.postgres.model import (
    POSTGRES,
    Backend,
    BackendState,
    Counters,
    DatabaseRates,
    Gap,
    Health,
    LockWait,
    OverdueTable,
    PostgresLook,
    Prepared,
    Slot,
    Standby,
    Statement,
    Statements,
    Vacuum,
    XminHolder,
)
from cockpit.ui.postgres.postgres_view import View
from support.postgres_looks import ACTIVE, HIDDEN, IDLE, IN_TRANSACTION, ago, backend, look
from support.ward import NOW

ALTER = "ALTER TABLE orders ADD COLUMN note text"
SELECT = "SELECT o.id,\n       o.total\n  FROM orders o\n WHERE o.customer_id = 4711"
LONG = "SELECT count(*)\n\tFROM big \x1b[31mJOIN huge\x1b[0m USING (id) -- nightly"


def waiting(pid: int, query: str, *blocked_by: int, **since: float) -> tuple[Backend, LockWait]:
    """Make a backend that waits for a lock on orders."""
    began = ago(**since)
    waits = backend(pid, ACTIVE, since=began, query=query, wait_event_type="Lock", wait_event="relation")
    mode = "AccessExclusiveLock" if query == ALTER else "AccessShareLock"
    return waits, LockWait(pid, blocked_by, began, "relation", mode, "public.orders")


def troubled_backends() -> tuple[tuple[Backend, ...], tuple[LockWait, ...]]:
    """Make connections of which some wait behind an ALTER TABLE behind a forgotten transaction."""
    root = backend(4711, IN_TRANSACTION, since=ago(minutes=7, seconds=12), query="UPDATE orders SET total = 0")
    queue = [
        waiting(
            4720,
            ALTER,
            4711,
            seconds=95,
        ),
        *(waiting(4730 + nth, SELECT, 4720, seconds=90 - 9 * nth) for nth in range(4)),
    ]
    leader = backend(4801, ACTIVE, since=ago(minutes=2), query=LONG, application="reports", user="reports")
    workers = [
        backend(4802 + nth, ACTIVE, leader_pid=4801, backend_type="parallel worker", query=LONG) for nth in range(2)
    ]
    leak = [backend(5000 + nth, IN_TRANSACTION, since=ago(seconds=30 + nth), query="SELECT 1") for nth in range(20)]
    idle = [backend(6000 + nth, IDLE, application="worker", client_address="10.0.0.9") for nth in range(60)]
    vacuum = backend(
        7000, ACTIVE, since=ago(minutes=20), backend_type="autovacuum worker", user="", application="",
        client_address="", query="autovacuum: VACUUM public.events",
    )  # fmt: skip
    processes = backend(7001, BackendState.NONE, backend_type="checkpointer", user="", database="", query="")
    backends = (root, *(each for each, _ in queue), leader, *workers, *leak, *idle, vacuum, processes)
    return backends, tuple(wait for _, wait in queue)


def statements(**more: Any) -> Statements:
    """Make statements of which one has become slow."""
    slow = Statement(
        "10/5/77/t", "shop", "shop", SELECT,
        total=Counters(calls=102_000, total_ms=700_000, rows=102_000, blocks_read=900_000, io_ms=250_000),
        session=Counters(calls=2_000, total_ms=500_000, rows=2_000, blocks_read=800_000, io_ms=240_000),
        interval=Counters(calls=20, total_ms=5_200, rows=20, blocks_read=8_000, io_ms=2_400),
    )  # fmt: skip
    quick = Statement(
        "10/5/78/t", "shop", "shop", "INSERT INTO events VALUES ($1, $2)",
        total=Counters(calls=5_000_000, total_ms=400_000, rows=5_000_000),
        session=Counters(calls=90_000, total_ms=7_200, rows=90_000),
    )  # fmt: skip
    facts: dict[str, Any] = {"known": 412, "session_since": ago(minutes=21), "interval_seconds": 10.0, "evicted": 3}
    return Statements(**{"statements": (slow, quick), "taken_at": NOW, "reset_at": ago(days=20), **facts, **more})


def health() -> Health:
    """Make a server that needs care in several ways."""
    shop = DatabaseRates(
        "shop", 41 << 30, commits_per_s=312.0, rollbacks_per_s=4.0, hit_ratio=0.83, deadlocks=2, temp_files=12,
        temp_bytes=900 << 20, frozen_xid_age=1_190_000_000, frozen_mxid_age=1_000,
    )  # fmt: skip
    other = DatabaseRates(
        "postgres", 8 << 20, commits_per_s=0.1, rollbacks_per_s=0.0, hit_ratio=0.999, frozen_xid_age=400_000
    )
    return Health(
        taken_at=NOW,
        databases=(shop, other),
        freeze_max_age=200_000_000,
        multixact_freeze_max_age=400_000_000,
        checkpoints_timed=2,
        checkpoints_requested=9,
        standbys=(Standby(81, "replica-1", "10.0.0.20", "streaming", "async", 120 << 20, 42.0),),
        slots=(Slot("debezium", "logical", active=False, retained_bytes=31 << 30, wal_status="extended"),),
        prepared=(Prepared("order-17", "shop", "shop", ago(hours=3)),),
        xmin_holders=(XminHolder("backend", "4711", 2_400_000, ago(minutes=7)),),
        vacuums=(Vacuum(7000, "shop", "public.events", "scanning heap", 0.4, since=ago(minutes=20)),),
        overdue=(OverdueTable("public.orders", 3_100_000, 900_000, 180_050.0, ago(days=2)),),
    )


def troubled(**more: Any) -> PostgresLook:
    """Make a look at a server in trouble."""
    backends, waits = troubled_backends()
    used = (20, 22, 25, 24, 31, 40, 48, 60, 71, 80)
    facts: dict[str, Any] = {"waits": waits, "statements": statements(), "health": health(), "used_before": used}
    return look(*backends, **{**facts, **more})


def well() -> PostgresLook:
    """Make a look at a server that has little to do."""
    backends = (backend(100, ACTIVE), *(backend(101 + nth) for nth in range(8)))
    return look(*backends, statements=statements(evicted=0), used_before=(9, 9, 10, 9))


def restricted() -> PostgresLook:
    """Make a look through a role that may not see the others."""
    hidden = [backend(100 + nth, HIDDEN, query="", application="", client_address="") for nth in range(7)]
    gaps = {
        "statements": Gap("permission denied for view pg_stat_statements", "GRANT pg_read_all_stats TO cockpit"),
        "health.slots": Gap("permission denied for function pg_ls_waldir", "GRANT pg_monitor TO cockpit"),
    }
    seen = replace(health(), slots=None)
    return look(backend(1), *hidden, health=seen, server={"sees_all": False}, gaps=MappingProxyType(gaps))


def reading(look: PostgresLook | None, trouble: Trouble | None = None, *, name: str = "shop-db") -> Reading[Any]:
    """Make a reading of a server, as it stands on the board."""
    if look is not None:
        look = replace(look, server=replace(look.server, name=name))
    taken_at = None if look is None else NOW
    return Reading(f"{POSTGRES}{name}", look, taken_at, trouble, timedelta(seconds=15))


def refused() -> Trouble:
    """Say that no connection is left."""
    message = "FATAL: sorry, too many clients already"
    return Trouble(TroubleKind.REFUSED, message, ago(seconds=40), "psql service=shop-emergency")


def seen(look: PostgresLook, pods: Pods | None = None) -> View:
    """Look at a server as its pages do."""
    return View(look, Clients(look.activity, pods), NOW, UTC)
