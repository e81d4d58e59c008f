"""Looks at Postgres servers, at a time that stands still; what is not said is as on a server that is well."""

from datetime import datetime, timedelta
from typing import Any

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, PostgresFacts
from cockpit.diagnosis.finding import Finding
from cockpit.diagnosis.policy import Policy
from cockpit.reading import Trouble, TroubleKind
from cockpit.sources.postgres.model import (
    Activity,
    Backend,
    BackendState,
    Health,
    LockWait,
    PostgresLook,
    Server,
    Slots,
    Statements,
)
from support.ward import NOW

ACTIVE = BackendState.ACTIVE
IDLE = BackendState.IDLE
IN_TRANSACTION = BackendState.IDLE_IN_TRANSACTION
ABORTED = BackendState.IDLE_IN_TRANSACTION_ABORTED
HIDDEN = BackendState.HIDDEN


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def backend(pid: int, state: BackendState = IDLE, *, since: datetime | None = None, **facts: Any) -> Backend:
    """Make a connection that has been in its state, its transaction and its statement since then."""
    since = since or ago(seconds=1)
    defaults: dict[str, Any] = {
        "backend_start": ago(hours=2),
        "database": "shop",
        "user": "shop",
        "application": "api",
        "client_address": "10.0.0.1",
        "state_since": since,
        "query_since": since,
        "query": "SELECT 1",
    }
    if state in (ACTIVE, IN_TRANSACTION, ABORTED):
        defaults["transaction_since"] = since
    return Backend(pid=pid, state=state, **{**defaults, **facts})


def backends(count: int, state: BackendState = IDLE, *, first: int = 100, **facts: Any) -> tuple[Backend, ...]:
    return tuple(backend(first + number, state, **facts) for number in range(count))


def activity(*backends: Backend, waits: tuple[LockWait, ...] = (), **slots: Any) -> Activity:
    """Make an activity on a server with 100 connections, of which 97 are usable."""
    clients = sum(each.backend_type == "client backend" for each in backends)
    return Activity(
        Slots(**{"max_connections": 100, "superuser_reserved": 3, "used": clients, **slots}), backends, waits
    )


def look(
    *backends: Backend,
    waits: tuple[LockWait, ...] = (),
    health: Health | None = None,
    statements: Statements | None = None,
    slots: dict[str, int] | None = None,
    server: dict[str, Any] | None = None,
    **more: Any,
) -> PostgresLook:
    facts: dict[str, Any] = {"version": 180006, "role": "cockpit", "database": "shop", "started_at": ago(days=9)}
    return PostgresLook(
        server=Server("shop-db", **{**facts, "backend_pids": (1,), **(server or {})}),
        activity=activity(*backends, waits=waits, **(slots or {})),
        statements=statements,
        health=health,
        **more,
    )


def trouble(kind: TroubleKind, message: str, **facts: Any) -> Trouble:
    return Trouble(kind, message, **{"since": ago(minutes=2), **facts})


def found(look: PostgresLook, policy: Policy = Policy(), **facts: Any) -> list[Finding]:  # noqa: B008  (immutable)
    """Diagnose one server, called shop-db."""
    return diagnose(Facts(postgres={"shop-db": PostgresFacts(look)}, **facts), NOW, policy)


def found_in_trouble(trouble: Trouble, before: PostgresLook | None = None, **facts: Any) -> list[Finding]:
    """Diagnose one server that cannot be read now."""
    return diagnose(Facts(postgres={"shop-db": PostgresFacts(None, trouble, before)}, **facts), NOW, Policy())
