"""Who is connected and what they do, on a real server."""

from contextlib import ExitStack
from datetime import timedelta

import psycopg
import pytest
from support.postgres_look import at_it, backend_of, client, look_until, readers_on
from support.postgres_session import run_sql

from cockpit.clock import utc_now
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.model import BackendState


async def test_it_tells_what_a_running_client_does(postgres: PostgresServer) -> None:
    with client(postgres.dsn()) as other, at_it(other, "SELECT pg_sleep(60)"):
        pid = other.pid
        async with readers_on(postgres.dsn()) as readers:
            activity = await look_until(readers, lambda it: backend_of(it, pid).wait_event == "PgSleep")
    backend = backend_of(activity, pid)
    assert (backend.state, backend.backend_type) == (BackendState.ACTIVE, "client backend")
    assert (backend.user, backend.database, backend.application) == ("postgres", "postgres", "client")
    assert (backend.client_address, backend.wait_event_type) == ("127.0.0.1", "Timeout")
    assert backend.query == "SELECT pg_sleep(60)"
    assert backend.xmin_age is not None
    assert backend.query_since is not None
    assert timedelta(seconds=-1) < utc_now() - backend.query_since < timedelta(minutes=1)


async def test_its_start_is_told_to_the_microsecond_because_it_guards_against_a_namesake(
    postgres: PostgresServer,
) -> None:
    with client(postgres.dsn()) as other:
        pid = other.pid
        row = other.connection.execute(
            "SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        ).fetchone()
        async with readers_on(postgres.dsn()) as readers:
            assert row is not None
            assert backend_of(readers.activity, pid).backend_start == row[0]


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ("SELECT 1", BackendState.IDLE_IN_TRANSACTION),
        ("SELECT 1/0", BackendState.IDLE_IN_TRANSACTION_ABORTED),
    ],
)
async def test_transactions_that_are_left_open_are_seen(
    postgres: PostgresServer, statement: str, state: BackendState
) -> None:
    with client(postgres.dsn(), autocommit=False) as other:
        other.connection.pgconn.exec_(b"BEGIN")
        other.connection.pgconn.exec_(statement.encode())
        async with readers_on(postgres.dsn()) as readers:
            backend = backend_of(readers.activity, other.pid)
    assert backend.state is state
    assert backend.in_transaction_idle
    assert backend.state_since is not None


async def test_used_and_usable_connections_are_told(postgres: PostgresServer) -> None:
    async with readers_on(postgres.dsn()) as readers:
        before = readers.activity.slots
        with client(postgres.dsn()), client(postgres.dsn()):
            await look_until(readers, lambda activity: activity.slots.used >= before.used + 2)
    assert (before.max_connections, before.superuser_reserved, before.usable) == (100, 3, 97)


async def test_connections_that_rds_keeps_for_itself_are_not_usable() -> None:
    kept = {"rds.rds_superuser_reserved_connections": "2", "max_connections": "20"}
    with PostgresServer(kept) as server:
        async with readers_on(server.dsn()) as readers:
            assert (readers.activity.slots.rds_reserved, readers.activity.slots.usable) == (2, 20 - 3 - 2)


async def test_connections_that_are_reserved_for_a_role_are_not_usable(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.dsn()) as connection:
        known = connection.execute("SELECT 1 FROM pg_settings WHERE name = 'reserved_connections'").fetchone()
    settings = {"max_connections": "20", **({"reserved_connections": "4"} if known else {})}
    with PostgresServer(settings) as server:
        async with readers_on(server.dsn()) as readers:
            assert readers.activity.slots.usable == 20 - 3 - (4 if known else 0)


async def test_processes_of_the_server_are_told_apart_from_clients(postgres: PostgresServer) -> None:
    async with readers_on(postgres.dsn()) as readers:
        activity = readers.activity
    checkpointer = next(backend for backend in activity.backends if backend.backend_type == "checkpointer")
    assert checkpointer.state is BackendState.NONE
    assert activity.slots.used == sum(backend.backend_type == "client backend" for backend in activity.backends)


async def test_a_role_without_rights_is_told_that_states_are_hidden(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE ROLE looks_only LOGIN")
    with client(postgres.dsn()) as other, at_it(other, "SELECT pg_sleep(60)"):
        async with readers_on(postgres.dsn("looks_only")) as readers:
            backend = backend_of(readers.activity, other.pid)
            gap = readers.gaps["activity"]
            assert readers.activity.slots.used >= 2
            assert not readers.server.sees_all
    assert (backend.state, backend.user, backend.query) == (BackendState.HIDDEN, "postgres", "")
    assert gap.remedy == 'GRANT pg_monitor TO "looks_only"'
    run_sql(postgres.dsn(), "DROP ROLE looks_only")


async def test_a_grant_shows_at_the_next_look(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE ROLE soon_monitor LOGIN")
    async with readers_on(postgres.dsn("soon_monitor")) as readers:
        assert "activity" in readers.gaps
        run_sql(postgres.dsn(), "GRANT pg_monitor TO soon_monitor")
        await readers.read_activity()
        assert "activity" not in readers.gaps
        assert readers.server.sees_all
    run_sql(postgres.dsn(), "DROP ROLE soon_monitor")


async def test_a_long_statement_is_cut_and_a_hostile_one_comes_as_it_is() -> None:
    hostile = "SELECT pg_sleep(60) /* \x1b[2J\x07[red]é */ -- " + "x" * 1_000_000
    settings = {"track_activity_query_size": "1MB", "max_connections": "10"}
    with PostgresServer(settings) as server, client(server.dsn()) as other:
        async with readers_on(server.dsn()) as readers:
            with at_it(other, hostile):
                activity = await look_until(readers, lambda it: backend_of(it, other.pid).state is BackendState.ACTIVE)
                assert backend_of(activity, other.pid).query == hostile[:100_000]
            activity = await look_until(readers, lambda it: backend_of(it, other.pid).state is BackendState.IDLE)
            assert backend_of(activity, other.pid).query == hostile[:1024]


async def test_nobody_waits_for_a_lock(postgres: PostgresServer) -> None:
    async with readers_on(postgres.dsn()) as readers:
        assert readers.activity.lock_waits == ()


async def test_a_queue_behind_an_exclusive_lock_is_told_with_its_table(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE TABLE busy (id int)")
    dsn = postgres.dsn()
    with (
        client(dsn, "SELECT count(*) FROM busy", autocommit=False) as reader,
        client(dsn) as alter,
        client(dsn) as late,
    ):
        async with readers_on(dsn) as readers:
            with at_it(alter, "ALTER TABLE busy ADD COLUMN more int"):
                await look_until(readers, lambda it: len(it.lock_waits) == 1)
                with at_it(late, "SELECT * FROM busy"):
                    activity = await look_until(readers, lambda it: len(it.lock_waits) == 2)
    waits = {wait.pid: wait for wait in activity.lock_waits}
    first, second = waits[alter.pid], waits[late.pid]
    assert (first.blocked_by, first.relation) == ((reader.pid,), "busy")
    assert (first.lock_type, first.mode) == ("relation", "AccessExclusiveLock")
    assert (second.blocked_by, second.relation) == ((alter.pid,), "busy")
    assert first.since is not None
    assert second.since is not None
    assert first.since <= second.since
    run_sql(postgres.dsn(), "DROP TABLE busy")


async def test_who_waits_for_a_row_is_told_with_the_table_of_the_row(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE TABLE stock AS SELECT 1 AS id, 5 AS left_over")
    update = "UPDATE stock SET left_over = left_over - 1"
    with client(postgres.dsn(), update, autocommit=False) as holder, client(postgres.dsn()) as waiter:
        async with readers_on(postgres.dsn()) as readers:
            with at_it(waiter, update):
                activity = await look_until(readers, lambda it: len(it.lock_waits) == 1)
    wait = activity.lock_waits[0]
    assert (wait.pid, wait.blocked_by) == (waiter.pid, (holder.pid,))
    assert (wait.lock_type, wait.relation) == ("transactionid", "stock")
    run_sql(postgres.dsn(), "DROP TABLE stock")


async def test_the_end_of_a_long_queue_is_told_to_wait_for_who_holds_the_lock(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE TABLE crowded (id int)")
    with client(postgres.dsn(), "LOCK crowded", autocommit=False) as holder, ExitStack() as crowd:
        for _ in range(15):
            crowd.enter_context(at_it(crowd.enter_context(client(postgres.dsn())), "SELECT * FROM crowded"))
        async with readers_on(postgres.dsn()) as readers:
            activity = await look_until(readers, lambda it: len(it.lock_waits) == 15)
    assert {wait.blocked_by for wait in activity.lock_waits} == {(holder.pid,)}
    run_sql(postgres.dsn(), "DROP TABLE crowded")


async def test_waits_are_told_to_a_role_from_which_they_are_hidden(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE ROLE sees_nothing LOGIN", "CREATE TABLE behind (id int)")
    with client(postgres.dsn(), "LOCK behind", autocommit=False) as holder, client(postgres.dsn()) as waiter:
        async with readers_on(postgres.dsn("sees_nothing")) as readers:
            with at_it(waiter, "SELECT * FROM behind"):
                activity = await look_until(readers, lambda it: len(it.lock_waits) == 1)
    assert activity.lock_waits[0].blocked_by == (holder.pid,)
    run_sql(postgres.dsn(), "DROP TABLE behind", "DROP ROLE sees_nothing")


@pytest.mark.parametrize("catalogue", ["pg_class", "pg_proc", "pg_authid", "pg_database", "pg_attribute", "pg_type"])
async def test_a_locked_catalogue_does_not_hide_who_is_connected(postgres: PostgresServer, catalogue: str) -> None:
    async with readers_on(postgres.dsn()) as readers:
        with client(postgres.dsn(), f"LOCK pg_catalog.{catalogue}", autocommit=False) as holder:
            await readers.read_activity()
            assert backend_of(readers.activity, holder.pid).in_transaction_idle
            assert readers.activity.lock_waits == ()
            assert readers.gaps == {}
