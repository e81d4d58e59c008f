"""Backends are cancelled and ended: those that were shown, and nobody else."""

import asyncio
import os
import signal
from datetime import timedelta

import msgspec
import psycopg
import pytest
from support.postgres_clients import CONTEXT, Admin, Connect, is_there, ref_of, seen
from support.recorder import Memory

from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan, Risk
from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.live import exactly
from cockpit.actions.postgres.planner import PostgresPlanner
from cockpit.actions.receipt import Outcome
from cockpit.actions.resource import Ref
from cockpit.actions.runner import Runner
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.model import BackendState


async def test_a_backend_is_shown_then_ended_and_seen_to_be_gone(
    admin: Admin, connect: Connect, session: LastingSession, runner: Runner, permit: Permit, memory: Memory
) -> None:
    client = await connect()
    await client.execute("SELECT 'a  statement\nof two lines'")
    ref = ref_of(admin, client)
    named = {"127.0.0.1": "deployment/api"}
    plan = await PostgresPlanner(session, "shop-db", lambda address: named.get(address, "")).terminate([ref])
    assert plan.title == f"terminate backend/{ref.name} on shop-db"
    assert plan.risk is Risk.DESTROY
    assert plan.command == (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'"  # noqa: S608
        f" AND pid = {ref.name} AND backend_start = '{ref.uid}'"
    )
    (line,) = plan.changes
    assert line == (
        f"{ref.name} · postgres@postgres · shop-api · deployment/api 127.0.0.1 · idle for 0 s"
        " · SELECT 'a statement of two lines'"
    )
    assert str(plan.targets[0].guard) == f"backend_start {ref.uid}"
    receipt = await runner.run(plan, permit)
    assert receipt.summary.endswith("signalled; it is gone")
    assert receipt.outcome is Outcome.DONE
    assert memory.told == [plan, receipt]
    assert not is_there(admin, ref)


async def test_the_command_does_by_hand_what_the_plan_does(
    admin: Admin, connect: Connect, planner: PostgresPlanner
) -> None:
    clients = [await connect() for _ in range(3)]
    plan = await planner.terminate([ref_of(admin, client) for client in clients[:2]])
    assert admin.execute(plan.command.encode()).rowcount == 2
    for client in clients[:2]:
        with pytest.raises(psycopg.OperationalError):
            await client.execute("SELECT 1")
    assert is_there(admin, ref_of(admin, clients[2]))


async def test_a_statement_is_cancelled_and_its_backend_stays(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    client = await connect()
    running = asyncio.create_task(client.execute("SELECT pg_sleep(30)"))
    await seen(admin, client, "wait_event = 'PgSleep'")
    receipt = await runner.run(await planner.cancel([ref_of(admin, client)]), permit)
    assert receipt.summary.endswith("signalled; its statement has ended")
    with pytest.raises(psycopg.errors.QueryCanceled):
        await running
    assert is_there(admin, ref_of(admin, client))


async def test_a_statement_that_came_after_the_plan_is_not_cancelled(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    client = await connect()
    first = asyncio.create_task(client.execute("SELECT pg_sleep(30)"))
    await seen(admin, client, "wait_event = 'PgSleep'")
    plan = await planner.cancel([ref_of(admin, client)])
    admin.execute("SELECT pg_cancel_backend(%s)", (client.info.backend_pid,))
    with pytest.raises(psycopg.errors.QueryCanceled):
        await first
    second = asyncio.create_task(client.execute("SELECT pg_sleep(30), 'another'"))
    await seen(admin, client, "wait_event = 'PgSleep'")
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.REFUSED
    assert "it has changed since the plan was made: it is active in another statement" in receipt.summary
    assert not second.done()
    admin.execute("SELECT pg_cancel_backend(%s)", (client.info.backend_pid,))
    await asyncio.gather(second, return_exceptions=True)


async def test_whoever_runs_nothing_cannot_be_cancelled(
    admin: Admin, connect: Connect, planner: PostgresPlanner
) -> None:
    plan = await planner.cancel([ref_of(admin, client := await connect())])
    assert plan.refused == (
        f"backend/{client.info.backend_pid}: it is idle: there is no statement to cancel, terminate it instead"
    )
    assert plan.targets == ()


async def test_who_is_gone_already_is_receipted_as_such(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    client = await connect()
    ref = ref_of(admin, client)
    plan = await planner.terminate([ref])
    await client.close()
    async with asyncio.timeout(5):
        while is_there(admin, ref):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    receipt = await runner.run(plan, permit)
    assert (receipt.outcome, receipt.targets[0].said) == (Outcome.DONE, "it was gone already")
    with pytest.raises(SourceError, match="is gone") as gone:
        await planner.terminate([ref])
    assert gone.value.kind is TroubleKind.MISSING


async def test_a_namesake_is_left_alone(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    client = await connect()
    plan = await planner.terminate([ref_of(admin, client)])
    receipt = await runner.run(of_an_earlier_backend(plan), permit)
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.targets[0].said == "it is gone, and another backend has this pid now, which was left alone"
    assert is_there(admin, ref_of(admin, client))
    shown = msgspec.structs.replace(plan.targets[0].ref, uid="2026-01-01T00:00:00.000000Z")
    with pytest.raises(SourceError, match="another backend has its pid now"):
        await planner.terminate([shown])


def of_an_earlier_backend(plan: Plan) -> Plan:
    """Have the plan mean a backend that had the pid before."""
    (target,) = plan.targets
    guard = msgspec.structs.replace(target.guard, uid="2026-01-01T00:00:00.000000Z")
    return msgspec.structs.replace(plan, targets=(msgspec.structs.replace(target, guard=guard),))


async def test_only_those_who_have_been_idle_for_long_are_ended(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    idle, in_transaction, aborted, busy = [await connect() for _ in range(4)]
    await in_transaction.execute("BEGIN")
    await aborted.execute("BEGIN")
    with pytest.raises(psycopg.errors.DivisionByZero):
        await aborted.execute("SELECT 1 / 0")
    running = asyncio.create_task(busy.execute("SELECT pg_sleep(30)"))
    await seen(admin, busy, "wait_event = 'PgSleep'")
    assert (await planner.terminate_idle(10)).refused == "no client has been idle for more than 10 min"
    in_transactions = (BackendState.IDLE_IN_TRANSACTION, BackendState.IDLE_IN_TRANSACTION_ABORTED)
    plan = await planner.terminate_idle(0, in_transactions)
    assert plan.title == "terminate all idle in transaction for more than 0 min on shop-db"
    assert {target.ref for target in plan.targets} == {ref_of(admin, in_transaction), ref_of(admin, aborted)}
    plan = await planner.terminate_idle(0)
    assert {target.ref.name for target in plan.targets} == {
        str(client.info.backend_pid) for client in (idle, in_transaction, aborted)
    }
    receipt = await runner.run(plan, permit)
    assert receipt.summary.endswith("3 of 3 done")
    assert is_there(admin, ref_of(admin, busy))
    admin.execute("SELECT pg_cancel_backend(%s)", (busy.info.backend_pid,))
    await asyncio.gather(running, return_exceptions=True)


async def test_who_works_again_meanwhile_is_left_alone(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    sleeper, woken = await connect(), await connect()
    plan = await planner.terminate_idle(0)
    await woken.execute("SELECT 1")
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.PARTLY
    told = {each.ref.name: each.outcome for each in receipt.targets}
    assert told == {
        str(sleeper.info.backend_pid): Outcome.DONE,
        str(woken.info.backend_pid): Outcome.REFUSED,
    }
    assert is_there(admin, ref_of(admin, woken))


async def test_the_root_of_a_pile_of_locks_is_ended_and_the_pile_dissolves(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    admin.execute("CREATE TABLE pile (id int)")
    holder, alters, reads = [await connect() for _ in range(3)]
    await holder.execute("BEGIN")
    await holder.execute("SELECT * FROM pile")
    altering = asyncio.create_task(alters.execute("ALTER TABLE pile ADD note text"))
    await seen(admin, alters, "wait_event_type = 'Lock'")
    reading = asyncio.create_task(reads.execute("SELECT * FROM pile"))
    await seen(admin, reads, "wait_event_type = 'Lock'")
    plan = await planner.terminate_blockers()
    assert [target.ref for target in plan.targets] == [ref_of(admin, holder)]
    assert plan.warnings == (f"backend/{holder.info.backend_pid} blocks 2",)
    assert "idle in transaction" in plan.changes[0]
    assert (await runner.run(plan, permit)).outcome is Outcome.DONE
    async with asyncio.timeout(5):
        await asyncio.gather(altering, reading)
    assert (await planner.terminate_blockers()).refused == "no backend blocks another"
    admin.execute("DROP TABLE pile")


async def test_cockpits_replication_and_the_servers_own_are_never_signalled(
    admin: Admin, connect: Connect, planner: PostgresPlanner, session: LastingSession
) -> None:
    await session.open()
    cockpits = admin.execute("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'cockpit/%%'", ()).fetchall()
    sender = await connect("standby", replication="database")
    (launcher,) = admin.execute(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'autovacuum launcher'"
    ).fetchall()
    client = await connect()
    others = [*(pid for (pid,) in cockpits), sender.info.backend_pid, *launcher]
    assert len(cockpits) >= 2  # one of a test before may be closing still
    plan = await planner.terminate([Ref("Backend", str(pid)) for pid in (*others, client.info.backend_pid)])
    assert [target.ref for target in plan.targets] == [ref_of(admin, client)]
    assert f"backend/{sender.info.backend_pid} is left out: it is no client (walsender)" in plan.warnings
    assert f"backend/{launcher[0]} is left out: it is no client (autovacuum launcher)" in plan.warnings
    assert f"backend/{cockpits[0][0]} is left out: it is a session of a cockpit" in plan.warnings
    idle = await planner.terminate_idle(0)
    assert [target.ref for target in idle.targets] == [ref_of(admin, client)]


async def test_in_a_protected_place_the_name_of_the_server_is_typed(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.terminate([ref_of(admin, client := await connect())])
    careful = Permit(frozenset({CONTEXT}), frozenset({CONTEXT}))
    assert (await runner.run(plan, Permit())).said.startswith("the cockpit is read-only in context postgres/shop-db")
    assert "type shop-db to confirm" in (await runner.run(plan, careful, "shop")).said
    elsewhere = msgspec.structs.replace(plan, context="postgres/other")
    assert (await runner.run(elsewhere, Permit(frozenset({"postgres/other"})))).said == (
        "it was planned in context postgres/other"
    )
    assert is_there(admin, ref_of(admin, client))
    assert (await runner.run(plan, careful, "shop-db")).outcome is Outcome.DONE


async def test_what_does_not_heed_the_signal_is_told_to_be_there_still(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    client = await connect()
    plan = await planner.terminate([ref_of(admin, client)])
    os.kill(client.info.backend_pid, signal.SIGSTOP)
    try:
        receipt = await runner.run(plan, permit)
    finally:
        os.kill(client.info.backend_pid, signal.SIGCONT)
    assert receipt.outcome is Outcome.UNKNOWN
    assert "signalled, but after 0.5 s it is still idle" in receipt.summary


async def test_ages_are_told_by_the_clock_of_the_server(
    admin: Admin, connect: Connect, planner: PostgresPlanner
) -> None:
    client = await connect()
    await client.execute("BEGIN")
    await client.execute("CREATE TEMP TABLE big AS SELECT generate_series(1, 10)")
    (ago,) = admin.execute(
        "SELECT clock_timestamp() - state_change FROM pg_stat_activity WHERE pid = %s", (client.info.backend_pid,)
    ).fetchall()[0]
    assert ago < timedelta(seconds=5)
    (line,) = (await planner.terminate([ref_of(admin, client)])).changes
    assert " · idle in transaction for " in line


def test_a_moment_is_written_as_exactly_as_the_server_keeps_it(admin: Admin) -> None:
    (moment,) = admin.execute("SELECT '2026-11-21 15:08:51.120334+01'::timestamptz").fetchall()[0]
    assert exactly(moment) == "2026-11-21T14:08:51.120334Z"
