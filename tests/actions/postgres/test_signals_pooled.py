"""Acting through a real pgbouncer, whose server connections are lent to whoever asks: the right backend alone."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest
from support.pgbouncer import pgbouncer
from support.postgres_clients import Admin, Connect, is_there, ref_of, seen
from support.postgres_session import target_of
from support.recorder import Memory

from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.postgres.executor import PostgresExecutor
from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.live import backend_ref
from cockpit.actions.postgres.planner import PostgresPlanner
from cockpit.actions.receipt import Outcome
from cockpit.actions.runner import Runner
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.reading import SourceError
from cockpit.sources.postgres.session import PostgresSession

EARLIER = "2026-01-01T00:00:00.000000Z"
QUICK = Pace(answer=2.0, find_out=0.5, look_again=0.05)


@pytest.fixture(params=["transaction", "session"])
def pooler(request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path) -> Iterator[str]:
    """Give a connection string that leads through a pooler."""
    with pgbouncer(tmp_path, postgres.port, {"pool_mode": request.param, "default_pool_size": "3"}) as port:
        yield f"host=127.0.0.1 port={port} user=postgres dbname=postgres"


@pytest.fixture
def session(pooler: str) -> Iterator[LastingSession]:
    session = LastingSession(lambda: PostgresSession(target_of(pooler), purpose="act"))
    yield session
    session.close()


@pytest.fixture
def runner(pooler: str, session: LastingSession) -> Runner:
    executor = PostgresExecutor(session, lambda: PostgresSession(target_of(pooler), purpose="act"), "shop-db")
    return Runner(executor, Memory(), pace=QUICK)


async def test_the_backend_that_was_shown_is_ended_and_nobody_else(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, session: LastingSession, permit: Permit
) -> None:
    clients = [await connect() for _ in range(3)]
    refs = [ref_of(admin, client) for client in clients]
    receipt = await runner.run(await planner.terminate([refs[1]]), permit)
    assert session.server is not None
    assert session.server.pooled
    assert (receipt.outcome, receipt.targets[0].said) == (Outcome.DONE, "signalled; it is gone")
    assert [is_there(admin, ref) for ref in refs] == [True, False, True]


async def test_a_statement_is_cancelled_and_another_one_goes_on(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    first, second = await connect(), await connect()
    running = [asyncio.create_task(client.execute("SELECT pg_sleep(30)")) for client in (first, second)]
    for client in (first, second):
        await seen(admin, client, "wait_event = 'PgSleep'")
    receipt = await runner.run(await planner.cancel([ref_of(admin, first)]), permit)
    assert receipt.outcome is Outcome.DONE
    with pytest.raises(psycopg.errors.QueryCanceled):
        await running[0]
    assert not running[1].done()
    admin.execute("SELECT pg_cancel_backend(%s)", (second.info.backend_pid,))
    await asyncio.gather(*running, return_exceptions=True)


async def test_a_namesake_is_left_alone(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    client = await connect()
    ref = ref_of(admin, client)
    shown = msgspec.structs.replace(ref, uid=EARLIER)
    with pytest.raises(SourceError, match="another backend has its pid now"):
        await planner.terminate([shown])
    plan = await planner.terminate([ref])
    (target,) = plan.targets
    other = msgspec.structs.replace(target, guard=msgspec.structs.replace(target.guard, uid=EARLIER))
    receipt = await runner.run(msgspec.structs.replace(plan, targets=(other,)), permit)
    assert receipt.targets[0].said == "it is gone, and another backend has this pid now, which was left alone"
    assert is_there(admin, ref)


async def test_a_server_connection_that_a_client_of_the_pooler_uses_is_ended_by_its_own_start(
    admin: Admin, pooler: str, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    async with await psycopg.AsyncConnection.connect(pooler, application_name="shop-api") as client:
        await client.execute("CREATE TEMP TABLE held (id int)")
        (pid,) = (await (await client.execute("SELECT pg_backend_pid()")).fetchall())[0]
        (start,) = admin.execute("SELECT backend_start FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchall()[0]
        plan = await planner.terminate([backend_ref(pid, start)])
        assert "shop-api" in plan.changes[0]
        assert (await runner.run(plan, permit)).outcome is Outcome.DONE
        with pytest.raises(psycopg.OperationalError):
            await client.execute("SELECT 1")


async def test_the_server_connections_that_we_use_ourselves_are_never_ended(
    admin: Admin, planner: PostgresPlanner, session: LastingSession
) -> None:
    await session.query("SELECT 1")
    assert (await planner.terminate_idle(0)).targets == ()
    ours = admin.execute(
        "SELECT pid, backend_start FROM pg_stat_activity WHERE application_name LIKE 'cockpit/%%' AND pid <> %s",
        (admin.info.backend_pid,),
    ).fetchall()
    assert ours
    plan = await planner.terminate([backend_ref(pid, start) for pid, start in ours])
    assert plan.targets == ()
    assert "it is a session of a cockpit" in plan.refused
