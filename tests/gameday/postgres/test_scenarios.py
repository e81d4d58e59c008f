"""Each trouble of the shop's database is seen in its server, and mended by what the cockpit can do."""

import psycopg
import pytest
from support.practice import HASTY, is_well
from support.shop_database import BLOCKED, CLIENTS, practise_shop

from cockpit.gameday.api.kinds import JOBS
from cockpit.gameday.postgres.shop_database import EMERGENCY
from cockpit.gameday.postgres.wire import Row
from cockpit.gameday.scenarios import idle_in_transaction, lock_pile_up, pool_leak, slow_query

GOOD = "registry.shop.local/api:1.4.0"
USABLE = 37
"""Of forty connections one is the superuser's, and two are reserved for the emergency role."""
REFUSAL = "remaining connection slots are reserved"
ALL_CLIENTS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename <> 'postgres'"
LEAKED = "SELECT pid FROM pg_stat_activity WHERE state = 'idle' AND query LIKE 'SELECT price%'"
IN_TRANSACTION = "SELECT pid FROM pg_stat_activity WHERE usename = 'api' AND state = 'idle in transaction'"
DAWDLING = IN_TRANSACTION + " AND query LIKE '%FOR SHARE'"
ROOT = (
    "SELECT root.usename, root.state FROM pg_stat_activity migration JOIN pg_stat_activity root"
    " ON root.pid = ANY (pg_blocking_pids(migration.pid)) WHERE migration.usename = 'migrate'"
)
END_REPORT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'report'"
INDEX = "SELECT indexname FROM pg_indexes WHERE indexname = 'orders_customer_id'"
FORGET = "SELECT pg_stat_statements_reset()"
BLOCKS_OF_A_CALL = (
    "SELECT (shared_blks_hit + shared_blks_read) / calls FROM pg_stat_statements WHERE query LIKE 'SELECT c.name%'"
)


def none(rows: list[Row]) -> bool:
    return not rows


async def test_a_pool_leaks_until_the_server_refuses_and_undo_gives_the_connections_back() -> None:
    async with practise_shop(pool_leak(healthy_for=0.0, timings=HASTY)) as shop:
        await shop.until(ALL_CLIENTS, lambda rows: len(rows) >= USABLE)
        with pytest.raises(psycopg.OperationalError, match=REFUSAL):
            await shop.connect()
        await shop.world.until(lambda: f"FATAL:  {REFUSAL}" in shop.said("api"))
        holders = {address for (address,) in await shop.ask(CLIENTS.format("api"))}
        assert holders <= shop.addresses("api")
        async with await shop.connect(shop.database.dsn(EMERGENCY)) as spare:
            leaked = [pid for (pid,) in await (await spare.execute(LEAKED)).fetchall()]
            assert len(leaked) > USABLE / 2
            await spare.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", (leaked,))
        await shop.practice.undo("api", GOOD)
        await shop.until_connected("api", 6)
        async with await shop.connect() as again:
            assert again.info.user == "cockpit"


async def test_transactions_are_left_open_until_the_release_is_undone() -> None:
    async with practise_shop(idle_in_transaction(healthy_for=0.0, timings=HASTY)) as shop:
        await shop.until(DAWDLING, lambda rows: len(rows) == 6)
        await shop.until(BLOCKED, lambda rows: ("worker",) in rows)
        await shop.practice.undo("api", GOOD)
        await shop.until_connected("api", 6)
        await shop.until(BLOCKED, none)
        assert await shop.ask(DAWDLING) == []


async def test_everybody_waits_for_a_migration_until_the_root_blocker_is_terminated() -> None:
    async with practise_shop(lock_pile_up(healthy_for=0.0, timings=HASTY)) as shop:
        blocked = await shop.until(BLOCKED, lambda rows: len(rows) >= 8)
        assert set(blocked) == {("api",), ("migrate",), ("worker",)}
        assert await shop.ask(ROOT) == [("report", "idle in transaction")]
        async with await shop.connect() as cockpit:
            await cockpit.execute(END_REPORT)
        await shop.until(BLOCKED, none)
        await shop.world.until(lambda: "terminating connection due to administrator command" in shop.said("report"))
        job = shop.world.store.get
        await shop.world.until(lambda: job(JOBS, "shop", "migrate-orders").obj["status"].get("succeeded") == 1)
        assert await shop.ask(CLIENTS.format("report")) == []


async def test_a_dropped_index_makes_a_statement_slow_and_undo_makes_it_again() -> None:
    async with practise_shop(slow_query(healthy_for=0.0, timings=HASTY)) as shop:
        await shop.until(INDEX, none)
        await shop.world.until(lambda: is_well(shop.world))
        await shop.ask(FORGET)
        ((slow,),) = await shop.until(BLOCKS_OF_A_CALL)
        await shop.practice.undo("api", GOOD)
        await shop.until_connected("api", 6)
        await shop.until(INDEX)
        await shop.ask(FORGET)
        ((fast,),) = await shop.until(BLOCKS_OF_A_CALL)
        assert int(slow or 0) > 10 * int(fast or 0)
