"""The pods of the practice world use its database from their own addresses, and leave it when they end."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio
from support.practice import DEPLOYMENTS_URL, pods_of
from support.shop_database import CLIENTS, ShopPractice, practise_shop

from cockpit.gameday.postgres.shop_database import EMERGENCY
from cockpit.gameday.scenarios import steady

pytestmark = pytest.mark.asyncio(loop_scope="module")

API_BACKENDS = "SELECT pid, backend_start FROM pg_stat_activity WHERE usename = 'api'"
UPDATES = "SELECT calls FROM pg_stat_statements WHERE query LIKE 'UPDATE orders%' AND calls > 3"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shop() -> AsyncIterator[ShopPractice]:
    """The shop on a quiet day, with all its pods connected."""
    async with practise_shop(steady()) as shop:
        yield shop


async def test_every_pod_connects_from_its_own_address(shop: ShopPractice) -> None:
    await shop.until_connected("api", 6)
    await shop.until_connected("worker", 4)
    await shop.until(UPDATES)


async def test_the_connections_of_a_pod_end_with_it(shop: ShopPractice) -> None:
    await shop.until_connected("api", 6)
    pod = pods_of(shop.world, "api")[0]
    assert await shop.practice.send("DELETE", f"/api/v1/namespaces/shop/pods/{pod.name}") == 200
    await shop.world.until(lambda: pod.name not in {each.name for each in pods_of(shop.world, "api")})
    await shop.practice.gets_well()
    assert pod.obj["status"]["podIP"] not in shop.addresses("api")
    await shop.until_connected("api", 6)


async def test_scaling_to_nothing_ends_all_connections_of_a_workload(shop: ShopPractice) -> None:
    await shop.until_connected("worker", 4)
    await shop.practice.patch(f"{DEPLOYMENTS_URL}/worker", {"spec": {"replicas": 0}})
    await shop.until_connected("worker", 0)
    await shop.practice.patch(f"{DEPLOYMENTS_URL}/worker", {"spec": {"replicas": 2}})
    await shop.until_connected("worker", 4)


async def test_a_terminated_connection_is_opened_again(shop: ShopPractice) -> None:
    await shop.until_connected("api", 6)
    before = set(await shop.ask(API_BACKENDS))
    await shop.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'api'")
    await shop.until(API_BACKENDS, lambda rows: len(rows) == 6 and not before & set(rows))
    assert "terminating connection due to administrator command" in shop.said("api")


async def test_the_role_of_the_cockpit_mends_without_being_superuser(shop: ShopPractice) -> None:
    await shop.until_connected("worker", 4)
    async with await shop.connect() as cockpit:
        role = await cockpit.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert await role.fetchone() == (False,)
        states = await cockpit.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND state IS NULL"
        )
        assert await states.fetchone() == (0,)
        signalled = await cockpit.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'worker' LIMIT 1"
        )
        assert await signalled.fetchone() == (True,)
        await cockpit.execute("VACUUM (ANALYZE) orders")
        await cockpit.execute("EXPLAIN SELECT * FROM orders WHERE customer_id = 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await cockpit.execute("DELETE FROM orders")


async def test_nobody_comes_in_as_superuser_over_tcp(shop: ShopPractice) -> None:
    await shop.until_connected("api", 6)
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        await shop.connect(shop.database.dsn("postgres"))
    async with await shop.connect(shop.database.dsn(EMERGENCY)) as spare:
        assert spare.info.user == EMERGENCY


async def test_where_addresses_cannot_be_chosen_the_pods_connect_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.gameday.cluster.pods_may_use_loopback", lambda: False)
    async with practise_shop(steady()) as shop:
        rows = await shop.until(CLIENTS.format("api"), lambda rows: len(rows) == 6)
        assert set(rows) == {("127.0.0.1",)}
        assert all(address.startswith("10.88.") for address in shop.addresses("api"))


async def test_a_world_can_end_while_its_database_starts() -> None:
    async with asyncio.timeout(10), practise_shop(steady()) as shop:
        dsn = shop.database.dsn()
    with pytest.raises(psycopg.OperationalError):
        await shop.connect(f"{dsn} connect_timeout=2")
