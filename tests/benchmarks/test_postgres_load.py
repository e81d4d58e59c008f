"""500 connections and 5,000 statements: what a refresh costs the server, measured in the server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from typing import NamedTuple

import psutil
import psycopg
import pytest
from support.benchmark import Report
from support.postgres_look import Client, SetClock, at_it, client, look_until, readers_on
from support.postgres_session import run_sql

from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.readers import Readers

CONNECTIONS = 500
STATEMENTS = 5000
REFRESHES = 300
"""Every two seconds for ten minutes, so that what is read seldom has its share."""
EVERY = 2.0
BUSY = 50
"""Different statements that run between two refreshes."""
WAITING = 300
LOOKER = "looker"
_SPENT = """
SELECT coalesce(sum(total_exec_time + total_plan_time), 0)
FROM pg_stat_statements(false) JOIN pg_roles ON pg_roles.oid = userid WHERE rolname = %s"""

pytestmark = pytest.mark.benchmark


class Crowd(NamedTuple):
    """A server, and who is connected to it."""

    server: PostgresServer
    clients: list[Client]


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    """Give a server with many clients that have done something, and with a full pg_stat_statements."""
    settings = {
        "max_connections": str(CONNECTIONS + 20),
        "pg_stat_statements.max": str(STATEMENTS + 500),
        "pg_stat_statements.track_planning": "on",
    }
    with PostgresServer(settings) as server, ExitStack() as stack:
        run_sql(
            server.dsn(),
            "CREATE EXTENSION pg_stat_statements",
            f"CREATE ROLE {LOOKER} LOGIN IN ROLE pg_monitor",
            f"CREATE TABLE wide ({', '.join(f'c{n} int' for n in range(100))})",
        )
        run_sql(server.dsn(), *(statement(nth) for nth in range(STATEMENTS)))
        clients = [stack.enter_context(client(server.dsn(), statement(nth))) for nth in range(CONNECTIONS)]
        yield Crowd(server, clients)


def statement(nth: int) -> str:
    """Give the nth of as many different statements as are wanted, as long as those of a shop are."""
    first, second = nth % 100, nth // 100
    more = ", ".join(f"c{n}" for n in range(60))
    return f"SELECT c{first}, c{second} AS other, {more} FROM wide WHERE c{second} = 1 AND c{first} = 2"  # noqa: S608


async def cpu_ms(readers: Readers, times: int, work: Callable[[], Awaitable[object]]) -> float:
    """Give the milliseconds of CPU that our backend spends on some work, on the average."""
    backend = psutil.Process(readers.server.backend_pids[0])
    before = backend.cpu_times()
    for _ in range(times):
        await work()
    after = backend.cpu_times()
    return 1000 * (after.user + after.system - before.user - before.system) / times


def spent(server: PostgresServer) -> float:
    """Give the milliseconds that the server has counted for the statements of our role."""
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute(_SPENT, (LOOKER,)).fetchone()
    return float(row[0]) if row else 0.0


def test_a_refresh(crowd: Crowd, report: Report) -> None:
    asyncio.run(measure(crowd.server, report))


async def measure(server: PostgresServer, report: Report) -> None:
    clock = SetClock()
    async with readers_on(server.dsn(LOOKER), clock) as readers:
        await readers.read_parts()
        count = 0

        async def refresh() -> None:
            nonlocal count
            clock.forward(EVERY)
            await readers.read_activity()
            await readers.read_parts()
            run_sql(server.dsn(), *(statement((count + nth) % STATEMENTS) for nth in range(BUSY)))
            count += BUSY

        await refresh()
        counted = spent(server)
        amortised = await cpu_ms(readers, REFRESHES, refresh)
        counted = (spent(server) - counted) / REFRESHES
        assert readers.activity.slots.used > CONNECTIONS
        assert readers.memory.statements is not None
        assert readers.memory.statements.known >= STATEMENTS
        assert readers.gaps == {}
        baseline = await cpu_ms(readers, 100, lambda: readers._session.query("SELECT * FROM pg_stat_activity"))
        activity = await cpu_ms(readers, 100, readers.read_activity)
        statements = await cpu_ms(readers, 30, readers._read_statements)
    report.add("500 connections, 5,000 statements: a refresh", amortised, "ms CPU", baseline=baseline, goal="≤ 5")
    report.add("  as the server counts it, sending included", counted, "ms")
    report.add("  the activity, each time", activity, "ms CPU", baseline=baseline)
    report.add("  the statements, every 20 s", statements, "ms CPU")


def test_a_pile_up(crowd: Crowd, report: Report) -> None:
    asyncio.run(measure_pile_up(crowd, report))


async def measure_pile_up(crowd: Crowd, report: Report) -> None:
    holder, *others = crowd.clients[: WAITING + 1]
    holder.connection.execute("BEGIN; LOCK wide")
    async with readers_on(crowd.server.dsn(LOOKER)) as readers:
        with ExitStack() as queue:
            for other in others:
                queue.enter_context(at_it(other, statement(0)))
            await look_until(readers, lambda activity: len(activity.lock_waits) == WAITING)
            waits = await cpu_ms(readers, 50, readers._read_lock_waits)
    holder.connection.execute("ROLLBACK")
    report.add("  who waits for whom, 300 in a queue", waits, "ms CPU")
