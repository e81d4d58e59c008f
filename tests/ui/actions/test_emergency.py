"""A cockpit that is opened too late: the server takes nobody any more, but for the one connection for emergencies."""

import asyncio
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
from support.flight import fly
from support.practice import HASTY

from cockpit.gameday.postgres.database import Database
from cockpit.gameday.scenarios import pool_leak, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.ui.actions import server_desk
from cockpit.ui.widgets.picker import Picker

USABLE = 37
NOTE = "shop-db refuses us: looking and acting through the emergency connection (cockpit_emergency@127.0.0.1:"
CLIENTS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename <> 'postgres'"
TO_ACT = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE application_name LIKE 'cockpit/%' AND state = 'idle' AND query LIKE '%may_signal%'"
)
"""The connection for actions has done nothing yet but to find out where it is."""
OF_EMERGENCY = "SELECT pid FROM pg_stat_activity WHERE usename = 'cockpit_emergency'"


async def none_left(database: Database) -> None:
    async with asyncio.timeout(10):
        while await database.ask(OF_EMERGENCY):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for the next try."""
    monkeypatch.setattr(server_desk, "_KNOCK_SECONDS", 0.5)


async def test_a_full_server_is_seen_and_relieved_through_the_emergency_connection(tmp_path: Path) -> None:
    database = Database()

    async def full() -> None:
        async with asyncio.timeout(20):
            while len(await database.ask(CLIENTS)) < USABLE:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    scenario = pool_leak(healthy_for=0.0, timings=HASTY)
    async with fly(scenario, tmp_path, database=database, late=full) as flight:
        await flight.finds("shop-db: refuses connections")
        await flight.focus()
        await flight.press("a")
        await flight.shows("look through the emergency connection", "cockpit_emergency@127.0.0.1:")
        await flight.press(*"emergency", "enter")
        await flight.shows("Take a place that is kept for emergencies?")
        assert await database.ask(OF_EMERGENCY) == []
        await flight.press(*"yes", "enter")
        await flight.finds("shop-db: ", "of 37 usable connections", "api")
        await flight.shows("through the emergency connection")
        await flight.until(lambda: any(NOTE in text for text in flight.entries))
        await flight.press("4")
        await flight.shows("Postgres shop-db through the emergency connection", "live")
        plan = await flight.choose("makes room", answer="0.02")
        assert len(await database.ask(OF_EMERGENCY)) == 1
        assert "idle for " in plan
        await flight.confirm()
        release(flight.world.cluster, "api", "without the leak", image=shop_images.API_GOOD)
        await flight.is_over()
        await flight.until(lambda: "through the emergency connection" not in flight.screen())
        assert any("idle for more than 0.02 min on shop-db \N{EM DASH} done" in text for text in flight.entries)
        await none_left(database)


async def test_who_looks_but_finds_no_place_to_act_is_offered_it_too(tmp_path: Path) -> None:
    database = Database()
    async with fly(pool_leak(), tmp_path, database=database, speed=1) as flight:
        await flight.press("4")
        await flight.until(lambda: "idle (I lists them)" in flight.screen())
        async with asyncio.timeout(10):
            while not await database.ask(TO_ACT):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await database.ask(f"SELECT pg_terminate_backend(pid) FROM ({TO_ACT}) AS idle")  # noqa: S608  (of this test)
        with ExitStack() as pool:
            with suppress(psycopg.OperationalError):
                while True:
                    pool.enter_context(psycopg.connect(database.dsn()))
            for said in ("terminating connection", "connection slots are reserved"):
                await flight.press("x", *"SELECT 1", "enter")
                await flight.tells("SQL: ", said)
            await flight.press("a")
            await flight.shows("act through the emergency connection", "cockpit_emergency@127.0.0.1:")
            await flight.press(*"emergency", "enter")
            await flight.shows("Take a place that is kept for emergencies?")
            await flight.press(*"yes", "enter")
            await flight.until(
                lambda: any("acting through the emergency connection" in text for text in flight.entries)
            )
            assert "idle for " in await flight.choose_here("makes room", answer="0.02")
            assert len(await database.ask(OF_EMERGENCY)) == 1
            await flight.press("escape")
        await none_left(database)


async def test_a_server_that_lets_us_in_offers_no_emergency_connection(tmp_path: Path) -> None:
    async with fly(pool_leak(), tmp_path, database=Database(), speed=1) as flight:
        await flight.press("4")
        await flight.until(lambda: "idle (I lists them)" in flight.screen())
        await flight.press("a")
        await flight.until(lambda: isinstance(flight.app.screen, Picker))
        await flight.shows("analyze a table")
        assert "emergency" not in flight.screen()
