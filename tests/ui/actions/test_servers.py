"""Every change that the cockpit can make to a Postgres server, and what it can ask one, from the key to the receipt."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from support.flight import Flight, fly

from cockpit.gameday.postgres.database import Database
from cockpit.gameday.scenarios import idle_in_transaction, lock_pile_up, steady
from cockpit.gameday.scenarios.scenario import Scenario


@asynccontextmanager
async def at_the_server(
    directory: Path, *, scenario: Scenario | None = None, write: bool = True
) -> AsyncIterator[Flight]:
    """Open the view of the server of a practice world once it is read."""
    async with fly(scenario or steady(), directory, write=write, database=Database(), speed=1) as flight:
        await flight.press("4")
        await flight.shows("Postgres shop-db", "live")
        await flight.until(lambda: "idle (I lists them)" in flight.screen())
        yield flight


async def test_a_connection_is_ended_and_the_receipt_says_so(tmp_path: Path) -> None:
    async with at_the_server(tmp_path) as flight:
        await flight.press("I", "/", *"worker", "enter")
        await flight.until(lambda: "/worker" in flight.screen())
        plan = await flight.choose_here("terminate backend")
        assert "worker@shop" in plan
        assert "pg_terminate_backend" in plan
        assert "backend_start = " in plan
        await flight.confirm()
        await flight.tells("terminate backend/", "on shop-db: done")


async def test_nothing_is_done_while_the_cockpit_is_read_only(tmp_path: Path) -> None:
    async with at_the_server(tmp_path, write=False) as flight:
        await flight.press("I")
        assert "the cockpit is read-only in context postgres/shop-db" in await flight.choose_here("terminate backend")


async def test_a_table_is_analyzed(tmp_path: Path) -> None:
    async with at_the_server(tmp_path) as flight:
        plan = await flight.choose_here("analyze a table", answer="orders")
        assert 'ANALYZE "public"."orders"' in plan
        await flight.confirm()
        await flight.tells("analyze", "done")


async def test_a_table_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    async with at_the_server(tmp_path) as flight:
        await flight.press("a")
        await flight.shows("Do to shop-db")
        await flight.press(*"vacuum", "enter", *"nowhere", "enter")
        await flight.tells("cannot be planned", "nowhere")


async def test_those_that_are_idle_in_a_transaction_are_ended_together(tmp_path: Path) -> None:
    scenario = idle_in_transaction(healthy_for=0.0)
    async with at_the_server(tmp_path, scenario=scenario) as flight:
        await flight.until(lambda: "idle in tr" in flight.screen())
        plan = await flight.choose_here("idle in transaction", answer="0")
        assert "api@shop" in plan
        await flight.confirm()
        await flight.tells("terminate all idle in transaction for more than 0 min on shop-db: done")


async def test_sql_that_only_reads_is_run_and_its_answer_pinned(tmp_path: Path) -> None:
    async with at_the_server(tmp_path) as flight:
        await flight.press("x", *"SELECT 6 * 7 AS answer, current_user", "enter")
        await flight.shows("answer  current_user", "42", "cockpit", "1 row")
        await flight.press("P")
        await flight.until(lambda: any("SELECT 6 * 7 AS answer" in text for text in flight.entries))


async def test_sql_that_writes_is_refused(tmp_path: Path) -> None:
    async with at_the_server(tmp_path) as flight:
        await flight.press("x", *"DELETE FROM orders", "enter")
        await flight.tells("SQL: ", "DELETE is not run here")


async def test_the_plan_of_the_statement_under_the_cursor_is_shown(tmp_path: Path) -> None:
    async with at_the_server(tmp_path) as flight:
        await flight.press("I", "/", *"c.name", "enter")
        await flight.until(lambda: "SELECT c.name" in flight.screen() and flight.app.focused is not None)
        await flight.press("E")
        await flight.shows("EXPLAIN", "cost=")


async def test_a_statement_whose_values_have_no_type_says_how_it_can_be_explained(tmp_path: Path) -> None:
    async with at_the_server(tmp_path) as flight:
        await flight.press("right", "right")
        await flight.until(lambda: "[Statements]" in flight.screen())
        await flight.press("/", *"customers c", "enter")
        await flight.until(lambda: "1 of " in flight.screen() and flight.app.focused is not None)
        await flight.press("E")
        await flight.tells("EXPLAIN: ", "not unique", "x takes EXPLAIN and the statement with values in it")


async def test_what_is_wrong_comes_before_what_has_the_cursor_and_is_well(tmp_path: Path) -> None:
    async with at_the_server(tmp_path, scenario=lock_pile_up(healthy_for=0.0)) as flight:
        await flight.until(lambda: any("blocked on orders by" in title for title in flight.titles))
        await flight.press("1", "/", *"db-0", "enter", "a")
        await flight.shows("Do to shop-db, or to pod/db-0", "wrong now", "under the cursor", "delete pod/db-0")
        shown = flight.screen()
        assert shown.index("wrong now") < shown.index("terminate backend/") < shown.index("under the cursor")


async def test_the_root_of_a_pile_up_is_named_and_can_be_ended_first(tmp_path: Path) -> None:
    async with at_the_server(tmp_path, scenario=lock_pile_up(healthy_for=0.0)) as flight:
        await flight.press("right")
        await flight.until(lambda: "holds it" in flight.screen())
        root = flight.app.desks.postgres.selected_backend()
        assert root is not None
        plan = await flight.choose_here("")
        assert f"terminate backend/{root.pid} on shop-db" in plan
        await flight.press("escape", "a")
        await flight.shows(f"Do to backend {root.pid} of shop-db")
