"""A table that was named is vacuumed or analyzed: that one, and not for longer than it may wait."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from support.postgres_clients import Admin, Connect, ref_of
from support.recorder import Memory

from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Risk
from cockpit.actions.postgres.executor import PostgresExecutor
from cockpit.actions.postgres.lasting_session import Acts, LastingSession
from cockpit.actions.postgres.planner import PostgresPlanner
from cockpit.actions.receipt import Outcome
from cockpit.actions.runner import Runner
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.rows import Rows
from cockpit.sources.postgres.session import PostgresSession

WEIRD = 'or"ders; DROP'


@pytest.fixture(autouse=True)
def tables(admin: Admin) -> Iterator[None]:
    admin.execute("CREATE SCHEMA shop")
    admin.execute("CREATE TABLE shop.orders AS SELECT generate_series(1, 100) AS id")
    admin.execute("CREATE TABLE public.orders (id int)")
    admin.execute('CREATE TABLE shop."or""ders; DROP" (id int)')
    yield
    admin.execute("DROP SCHEMA shop CASCADE")
    admin.execute("DROP TABLE IF EXISTS public.orders")


def done(admin: Admin, schema: str, table: str) -> tuple[bool, bool]:
    """Tell whether a table was vacuumed, and analyzed."""
    sql = (
        "SELECT last_vacuum IS NOT NULL, last_analyze IS NOT NULL FROM pg_stat_all_tables"
        " WHERE schemaname = %s AND relname = %s"
    )
    vacuumed, analyzed = admin.execute(sql, (schema, table)).fetchall()[0]
    return vacuumed, analyzed


async def is_done(admin: Admin, schema: str, table: str, expected: tuple[bool, bool]) -> None:
    """Wait until the server's statistics tell it: before 15, they lag behind."""
    async with asyncio.timeout(5):
        while done(admin, schema, table) != expected:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_table_is_vacuumed_and_analyzed(
    admin: Admin, planner: PostgresPlanner, runner: Runner, permit: Permit, memory: Memory
) -> None:
    plan = await planner.vacuum("shop.orders", analyze=True)
    assert (plan.title, plan.command, plan.risk) == (
        "vacuum shop.orders",
        'VACUUM (ANALYZE) "shop"."orders"',
        Risk.WRITE,
    )
    assert plan.changes == ("the room of dead rows can be used again; the planner's statistics are gathered anew",)
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.DONE
    assert memory.told == [plan, receipt]
    await is_done(admin, "shop", "orders", (True, True))
    assert done(admin, "public", "orders") == (False, False)


async def test_a_name_is_quoted_whatever_is_in_it(
    admin: Admin, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.analyze(f"shop.{WEIRD}")
    assert plan.command == 'ANALYZE "shop"."or""ders; DROP"'
    assert await planner.analyze('shop."or""ders; DROP"') == plan
    assert (await runner.run(plan, permit)).outcome is Outcome.DONE
    await is_done(admin, "shop", WEIRD, (False, True))


async def test_without_a_schema_the_one_that_a_statement_would_find_is_meant(planner: PostgresPlanner) -> None:
    assert (await planner.vacuum("orders")).command == 'VACUUM "public"."orders"'
    with pytest.raises(SourceError, match="there is no table") as missing:
        await planner.vacuum("customers")
    assert missing.value.kind is TroubleKind.MISSING


async def test_who_may_not_maintain_a_table_is_told_the_grant(admin: Admin, as_role: LastingSession) -> None:
    planner = PostgresPlanner(as_role, "shop-db")
    admin.execute("GRANT USAGE ON SCHEMA shop TO viewer")
    version = admin.info.server_version
    refused = (await planner.vacuum("shop.orders")).refused
    if version >= 170_000:
        assert refused == ('role viewer may not maintain shop.orders; try: GRANT MAINTAIN ON "shop"."orders" TO viewer')
        admin.execute("GRANT MAINTAIN ON shop.orders TO viewer")
    else:
        assert refused == "role viewer may not maintain shop.orders: its owner, the database's, or a superuser may"
        admin.execute("ALTER TABLE shop.orders OWNER TO viewer")
    assert (await planner.vacuum("shop.orders")).refused == ""


async def test_a_lock_is_not_waited_for_long(
    connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    holder = await connect()
    await holder.execute("BEGIN")
    await holder.execute("LOCK TABLE shop.orders IN ACCESS EXCLUSIVE MODE")
    receipt = await runner.run(await planner.vacuum("shop.orders"), permit)
    assert receipt.outcome is Outcome.REFUSED
    assert "canceling statement due to lock timeout" in receipt.summary


async def test_who_is_in_the_way_can_be_ended_while_a_vacuum_waits(
    admin: Admin, connect: Connect, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    holder = await connect()
    await holder.execute("BEGIN")
    await holder.execute("LOCK TABLE shop.orders IN ACCESS EXCLUSIVE MODE")
    end, vacuum = await planner.terminate([ref_of(admin, holder)]), await planner.vacuum("shop.orders")
    vacuuming = asyncio.create_task(runner.run(vacuum, permit))
    waits = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'VACUUM%%' AND wait_event_type = 'Lock'"
    async with asyncio.timeout(5):
        while not admin.execute(waits, ()).fetchall():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await runner.run(end, permit)).outcome is Outcome.DONE
    assert (await vacuuming).outcome is Outcome.DONE


async def test_a_table_that_took_the_name_meanwhile_is_left_alone(
    admin: Admin, planner: PostgresPlanner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.vacuum("shop.orders")
    admin.execute("ALTER TABLE shop.orders RENAME TO old_orders")
    admin.execute("CREATE TABLE shop.orders (id int)")
    receipt = await runner.run(plan, permit)
    assert receipt.summary.startswith("refused: it has changed since the plan was made")
    assert done(admin, "shop", "orders") == (False, False)


@pytest.mark.parametrize(("delivers", "outcome"), [(True, Outcome.DONE), (False, Outcome.FAILED)])
async def test_a_lost_answer_is_found_out_by_looking_again(
    admin: Admin,
    session: LastingSession,
    make: Callable[[], PostgresSession],
    planner: PostgresPlanner,
    permit: Permit,
    *,
    delivers: bool,
    outcome: Outcome,
) -> None:
    class Lossy(PostgresSession):
        async def execute(self, statement: str, parameters: Sequence[Any] = (), **options: Any) -> Rows:
            if delivers:
                await super().execute(statement, parameters, **options)
            raise SourceError(TroubleKind.UNREACHABLE, "the connection is lost")

    def lossy() -> Acts:
        return Lossy(make().target, purpose="act")

    pace = Pace(answer=2.0, find_out=5.0 if delivers else 0.1, look_again=0.05)
    runner = Runner(PostgresExecutor(session, lossy, "shop-db"), Memory(), pace=pace)
    receipt = await runner.run(await planner.vacuum("shop.orders"), permit)
    assert receipt.outcome is outcome
    assert "looking again" in receipt.summary
    await is_done(admin, "shop", "orders", (delivers, False))
