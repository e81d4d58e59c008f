"""Which Postgres servers are looked at, as whom, and what may be seen and done there."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from cockpit.clock import Clock
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.postgres.connections import explained, severity_of
from cockpit.doctor.result import Result, broken, ok, warning
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.activity import ActivityReader
from cockpit.sources.postgres.model import Server
from cockpit.sources.postgres.names import Names
from cockpit.sources.postgres.session import PostgresSession
from cockpit.sources.postgres.statement_ledger import StatementLedger
from cockpit.sources.postgres.statement_texts import StatementTexts
from cockpit.sources.postgres.statements import StatementsReader
from cockpit.sources.postgres.target import Target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TIME_OUT = 3.0
"""Seconds that a server has to let us in; the session gives each question as many."""
_RESERVED_USE_FROM = 160000
"""The version from which on a role other than a superuser can be let into reserved connections."""
_MAY_USE_RESERVED = """
SELECT count(*) > 0 FROM pg_roles
WHERE rolname = current_user AND rolsuper
   OR rolname IN ('pg_use_reserved_connections', 'rds_superuser') AND pg_has_role(current_user, oid, 'USAGE')"""
_WHO_HOLDS_THEM = "SELECT usename, application_name, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3 DESC"


async def examine_server(target: Target, clock: Clock) -> list[Result]:
    """Go there as the cockpit would, and by the emergency connection as well, which matters when the first fails."""
    found, spare = await asyncio.gather(_examine(target, clock), _emergency(target))
    return [*found, _protection(target), spare]


async def _examine(target: Target, clock: Clock) -> list[Result]:
    subject = f"postgres {target.name}"
    try:
        async with _opened(target) as (session, server):
            role = "standby" if server.in_recovery else "primary"
            place = (
                f"{target.place()}, database {server.database}, as {server.role}, Postgres {_version(server)}, {role}"
            )
            names = Names(session)
            return [
                ok(subject, place),
                *_pooler(target, server),
                *_rights(subject, server),
                await _tried(f"{subject} statements", session, lambda: _statements(subject, session, names, clock)),
                await _tried(f"{subject} connections", session, lambda: _connections(target, session, names)),
            ]
    except SourceError as error:
        return [broken(subject, _placed(target, error), error.remedy)]


@asynccontextmanager
async def _opened(target: Target) -> "AsyncIterator[tuple[PostgresSession, Server]]":
    """Give a session that only looks.

    Raises:
        SourceError: It could not be opened, or not in time.
    """
    session = PostgresSession(target)
    try:
        async with asyncio.timeout(TIME_OUT):
            server = await session.open()
    except TimeoutError:
        message = f"{target.place()}: no answer within {TIME_OUT:g} s"
        raise SourceError(TroubleKind.TIMEOUT, message, target.probe()) from None
    try:
        yield session, server
    finally:
        session.close()


async def _tried(subject: str, session: PostgresSession, ask: Callable[[], Awaitable[Result]]) -> Result:
    """Ask for something that the cockpit can do without, as long as the server goes on to answer.

    Raises:
        SourceError: The session ended with it.
    """
    try:
        return await ask()
    except SourceError as error:
        if not session.alive:
            raise
        return warning(subject, error.message, error.remedy)


def _pooler(target: Target, server: Server) -> list[Result]:
    if not server.pooled:
        return []
    message = "a pooler stands in between: when it is full, the cockpit waits with everybody else"
    remedy = f"set host and port of the server itself under [postgres.{target.name}] in cockpit.toml"
    return [warning(f"postgres {target.name} pooler", message, remedy)]


def _rights(subject: str, server: Server) -> list[Result]:
    see, signal = f"{subject} sessions of others", f"{subject} signals"
    return [
        ok(see, "seen, with their statements")
        if server.sees_all
        else warning(see, f"their states and statements are hidden from {server.role}", _grant("pg_monitor", server)),
        ok(signal, "sessions of others may be cancelled and ended")
        if server.may_signal
        else warning(signal, f"{server.role} may end sessions of its own only", _grant("pg_signal_backend", server)),
    ]


async def _statements(subject: str, session: PostgresSession, names: Names, clock: Clock) -> Result:
    told = await StatementsReader(session, names, StatementLedger(), StatementTexts()).read(clock)
    return ok(f"{subject} statements", f"pg_stat_statements knows {told.known}")


async def _connections(target: Target, session: PostgresSession, names: Names) -> Result:
    activity, _ = await ActivityReader(session, names).read()
    subject, slots = f"postgres {target.name} connections", activity.slots
    if slots.usable > 0 and severity_of(slots, Policy()) is None:
        return ok(subject, explained(slots))
    return warning(subject, explained(slots), target.psql("-c", _WHO_HOLDS_THEM))


def _protection(target: Target) -> Result:
    subject = f"postgres {target.name} protection"
    if target.protected:
        return ok(subject, "protected: whoever changes something there types its name")
    return ok(subject, "not protected")


async def _emergency(target: Target) -> Result:
    """Try the connection that is to be there when all others are refused."""
    subject = f"postgres {target.name} emergency"
    spare = target.in_emergency()
    if spare is None:
        message = "none is set: when all connections are taken, the cockpit is refused as well"
        return warning(subject, message, f"set emergency under [postgres.{target.name}] in cockpit.toml")
    try:
        async with _opened(spare) as (session, server):
            place = f"{spare.place()}, as {server.role}"
            if (await session.query(_MAY_USE_RESERVED)).rows[0][0]:
                return ok(subject, f"{place}, who may use reserved connections")
            remedy = _grant("pg_use_reserved_connections", server) if server.version >= _RESERVED_USE_FROM else None
            return warning(subject, f"{place}, who may not use reserved connections", remedy)
    except SourceError as error:
        return broken(subject, _placed(spare, error), error.remedy)


def _placed(target: Target, error: SourceError) -> str:
    """Say what failed and where, and as whom if that was said."""
    place = target.place()
    words = error.message.removeprefix(f"{place}: ")
    user = target.parameters.get("user")
    return f"{place}{f', as {user}' if user else ''}: {words}"


def _grant(right: str, server: Server) -> str:
    """Give the SQL for a right; a standby takes it over from its primary."""
    return f"GRANT {right} TO {server.role}{'; -- on the primary' if server.in_recovery else ''}"


def _version(server: Server) -> str:
    return f"{server.version // 10000}.{server.version % 10000}"
