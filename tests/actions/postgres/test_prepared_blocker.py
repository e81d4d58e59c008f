"""A prepared transaction that holds a lock: there is no backend to end, and what ends it is told."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from support.postgres_look import at_it, client, look_until, readers_on
from support.postgres_screen import seen
from support.postgres_session import run_sql, target_of

from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.planner import PostgresPlanner
from cockpit.clock import utc_now
from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, PostgresFacts
from cockpit.diagnosis.policy import Policy
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.model import PostgresLook
from cockpit.sources.postgres.session import PostgresSession
from cockpit.ui.paged.page import Choices
from cockpit.ui.postgres import blocking_page

GID = "it's order-17"
ROLLBACK = "ROLLBACK PREPARED 'it''s order-17'"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer({"max_prepared_transactions": "5", "max_connections": "20"}) as server:
        run_sql(server.dsn(), "CREATE TABLE orders AS SELECT 1 AS id", "CREATE TABLE payments AS SELECT 1 AS id")
        yield server


@pytest.fixture(params=["UPDATE orders SET id = 2", "SELECT * FROM orders"], ids=["row", "table"])
async def look(request: pytest.FixtureRequest, server: PostgresServer) -> AsyncIterator[PostgresLook]:
    """A connection waits for a row or a table that one of two prepared transactions has locked."""
    locks = "LOCK orders" if request.param.startswith("SELECT") else "UPDATE orders SET id = 3"
    run_sql(server.dsn(), "BEGIN", locks, "PREPARE TRANSACTION 'it''s order-17'")
    run_sql(server.dsn(), "BEGIN; LOCK payments; PREPARE TRANSACTION 'payment-4'")
    with ExitStack() as stack:
        stack.callback(run_sql, server.dsn(), ROLLBACK, "ROLLBACK PREPARED 'payment-4'")
        stack.enter_context(at_it(stack.enter_context(client(server.dsn())), request.param))
        async with readers_on(server.dsn()) as readers:
            activity = await look_until(readers, lambda activity: len(activity.lock_waits) == 1)
            for _ in range(3):
                await readers.read_parts()
            yield PostgresLook(readers.server, activity, health=readers.memory.health.health)


async def test_the_one_of_several_that_blocks_is_named(look: PostgresLook) -> None:
    (wait,) = look.activity.lock_waits
    assert (wait.blocked_by, wait.prepared) == ((0,), (GID,))
    assert look.health is not None
    assert {each.gid for each in look.health.prepared or ()} == {GID, "payment-4"}


async def test_it_is_the_root_of_the_tree_with_what_ends_it(look: PostgresLook) -> None:
    page = blocking_page.draw(seen(look), Choices())
    root, waiter = page.rows
    assert root.cells[1].text == "prepared"
    assert f"prepared transaction {GID}: {ROLLBACK} or COMMIT PREPARED" in root.cells[-1].text
    assert root.key not in page.about
    assert waiter.key in page.about


async def test_the_diagnosis_names_it_and_suggests_to_end_nobody(look: PostgresLook) -> None:
    facts = Facts(postgres={"shop-db": PostgresFacts(look)})
    (finding,) = diagnose(facts, utc_now() + timedelta(minutes=1), Policy())
    assert f"by the prepared transaction {GID}" in finding.title
    assert any(ROLLBACK in proof.fact for proof in finding.evidence)
    assert finding.actions == ()


async def test_there_is_nobody_to_terminate_and_the_command_is_told(server: PostgresServer, look: PostgresLook) -> None:
    assert look.activity.lock_waits
    session = LastingSession(lambda: PostgresSession(target_of(server.dsn()), purpose="act"))
    plan = await PostgresPlanner(session, "shop-db").terminate_blockers()
    session.close()
    assert (plan.targets, plan.command, plan.refused) == ((), "", "no backend blocks another")
    assert plan.warnings == (f"1 wait for prepared transactions, which are no backends; {ROLLBACK} ends them",)
