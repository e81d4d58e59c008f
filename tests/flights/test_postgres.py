"""Each trouble of the shop's database from the first sign to the report: found, understood, mended by keys, told."""

from pathlib import Path
from unittest.mock import patch

from msgspec.structs import replace
from support.flight import SHORTENED, fly
from support.practice import HASTY

from cockpit.gameday.api.kinds import JOBS
from cockpit.gameday.postgres.database import Database
from cockpit.gameday.scenarios import idle_in_transaction, lock_pile_up, pool_leak, slow_query
from cockpit.sources.postgres import readers

WELL_FOR = 160.0
"""Seconds of the practice world until the trouble begins: the cockpit has both its connections by then."""


async def test_a_pool_leak_is_rolled_back_after_its_connections_were_ended(tmp_path: Path) -> None:
    scenario = pool_leak(healthy_for=WELL_FOR, timings=HASTY)
    async with fly(scenario, tmp_path, database=Database()) as flight:
        await flight.finds("shop-db: 37 of 37 usable connections", "idle ← api", "after revision 4")
        plan = await flight.choose("makes room", answer="0.02")
        assert "api@shop · api · api 127." in plan
        assert "idle for " in plan
        await flight.confirm()
        await flight.finds("shop-db: 37 of 37 usable connections", "after revision 4")
        assert "rollout undo deployment/api" in await flight.choose("rollback")
        await flight.confirm()
        await flight.is_over()
    assert flight.recorded("rollback deployment/api to revision 3", "rollout undo deployment/api --to-revision=3")
    ended = flight.report()[flight.report().index("## Actions") :]
    assert "terminate all idle for more than 0.02 min on shop-db" in ended
    assert "pg_terminate_backend" in ended.replace("\\", "")
    assert flight.reports("shop-db: ", "of 37 usable connections")


async def test_transactions_that_are_left_open_are_found_with_who_left_them_and_end_with_the_release(
    tmp_path: Path,
) -> None:
    scenario = idle_in_transaction(healthy_for=WELL_FOR, timings=HASTY)
    async with fly(scenario, tmp_path, database=Database()) as flight:
        await flight.finds("shop-db: ", "in transaction", "api", "after revision 4")
        await flight.choose("rollback")
        await flight.confirm()
        await flight.is_over()
    assert flight.recorded("rollback deployment/api to revision 3", "rollout undo deployment/api --to-revision=3")
    assert flight.reports("shop-db: ", "in transaction")


async def test_a_lock_pile_up_ends_with_its_root(tmp_path: Path) -> None:
    async with fly(lock_pile_up(healthy_for=WELL_FOR, timings=HASTY), tmp_path, database=Database()) as flight:
        await flight.finds("shop-db: ", "blocked on orders by", "(report, idle in transaction)")
        plan = await flight.choose("root blockers")
        assert "report" in plan
        assert "blocks" in plan
        await flight.confirm()
        await flight.is_over()
        await flight.until(
            lambda: flight.world.store.get(JOBS, "shop", "migrate-orders").obj["status"].get("succeeded") == 1
        )
    assert flight.recorded("terminate the root blockers on shop-db", "pg_terminate_backend")
    assert flight.reports("shop-db: ", "blocked on orders by")


async def test_a_statement_that_lost_its_index_is_found_and_has_it_again_after_the_rollback(tmp_path: Path) -> None:
    scenario = slow_query(healthy_for=WELL_FOR, timings=HASTY)
    with patch.object(readers, "STATEMENTS_EVERY", 1.0):
        policy = replace(SHORTENED, statement_calls=2)  # a busy machine makes few calls a second
        async with fly(scenario, tmp_path, database=Database(), policy=policy) as flight:
            await flight.finds("shop-db: a call takes", "after revision 4 of api: SELECT c.name")
            await flight.choose("rollback")
            await flight.confirm()
            await flight.is_over()
    assert flight.recorded("rollback deployment/api to revision 3", "rollout undo deployment/api --to-revision=3")
    assert flight.reports("shop-db: a call takes", "SELECT c.name")
