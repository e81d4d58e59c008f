"""How a server is, part by part, on real servers."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from support.postgres_look import SetClock, at_it, client, readers_on
from support.postgres_session import run_counted, run_sql, until

from cockpit.clock import utc_now
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.database_rates import DatabaseCounters, DatabaseLedger
from cockpit.sources.postgres.model import Gap, Health
from cockpit.sources.postgres.readers import Memory, Readers

ROLLBACKS = "(SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database())"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Give a server that takes prepared transactions and keeps autovacuum from tidying up."""
    settings = {"max_prepared_transactions": "5", "autovacuum": "off", "wal_level": "logical", "max_connections": "20"}
    with PostgresServer(settings) as server:
        yield server


async def health_of(readers: Readers) -> Health:
    for _ in range(3):  # a slow machine does not come to all of it at one go
        await readers.read_parts()
    return readers.memory.health.health


async def health_at(server: PostgresServer) -> Health:
    async with readers_on(server.dsn()) as readers:
        return await health_of(readers)


async def test_a_server_that_is_well_has_nothing_missing(server: PostgresServer) -> None:
    async with readers_on(server.dsn()) as readers:
        health = await health_of(readers)
        assert not [part for part in readers.gaps if part.startswith("health")]
    assert (health.freeze_max_age, health.multixact_freeze_max_age) == (200_000_000, 400_000_000)
    assert (health.standbys, health.slots, health.prepared, health.vacuums) == ((), (), (), ())
    assert (health.replay_lag_seconds, health.receiving) == (None, None)
    assert (health.checkpoints_timed, health.checkpoints_requested) == (0, 0)


async def test_databases_are_told_with_their_rates(server: PostgresServer) -> None:
    run_sql(server.dsn(), "CREATE TABLE paid AS SELECT 1 AS id")
    clock = SetClock()
    async with readers_on(server.dsn(), clock) as readers:
        first = await health_of(readers)
        with psycopg.connect(server.dsn(), autocommit=True) as admin:
            (rolled_back,) = admin.execute(f"SELECT {ROLLBACKS}".encode()).fetchall()[0]
        with client(server.dsn()) as other:
            for _ in range(40):
                other.connection.execute("SELECT * FROM paid")
            for _ in range(20):
                other.connection.pgconn.exec_(b"BEGIN; SELECT 1; ROLLBACK")
        until(server.dsn(), f"{ROLLBACKS} >= {rolled_back + 20}")
        clock.forward(15)
        later = await health_of(readers)
    before, after = (next(one for one in health.databases if one.name == "postgres") for health in (first, later))
    assert (before.commits_per_s, before.hit_ratio) == (None, None)
    assert after.commits_per_s is not None
    assert after.commits_per_s >= 40 / 15
    assert after.rollbacks_per_s is not None
    assert 20 / 15 <= after.rollbacks_per_s < 40 / 15
    assert after.hit_ratio is not None
    assert after.hit_ratio > 0.5
    assert after.size_bytes is not None
    assert after.size_bytes > 1_000_000
    assert after.grown_bytes == 0
    assert after.frozen_xid_age is not None
    run_sql(server.dsn(), "DROP TABLE paid")


def test_the_growth_of_a_database_is_counted_from_its_first_known_size() -> None:
    ledger = DatabaseLedger()
    row = DatabaseCounters("shop", 0, 0, 0, 0, 0, 0, 0, None, None, None)
    grown = [ledger.take([row], utc_now(), {"shop": size})[0].grown_bytes for size in (None, 100, 350, 80)]
    assert grown == [None, 0, 250, -20]


async def test_deadlocks_and_temporary_files_are_counted_since_the_session_began(server: PostgresServer) -> None:
    sort = "SELECT count(*) FROM (SELECT * FROM generate_series(1, 200000) AS n ORDER BY n DESC OFFSET 1) AS sorted"
    busy = ("SET work_mem = '64kB'", sort)
    files = "(SELECT temp_files FROM pg_stat_database WHERE datname = current_database())"
    run_counted(server.dsn(), *busy, seen=f"{files} = 2")
    clock = SetClock()
    async with readers_on(server.dsn(), clock) as readers:
        await health_of(readers)
        run_counted(server.dsn(), *busy, seen=f"{files} = 4")
        clock.forward(15)
        databases = (await health_of(readers)).databases
    (found,) = (one for one in databases if one.name == "postgres")
    assert found.temp_files == 2  # of one run: the rows of the function, and the sort
    assert found.temp_bytes > 100_000
    assert found.deadlocks == 0


async def test_a_deadlock_is_told_with_when_it_was_seen(server: PostgresServer) -> None:
    run_sql(server.dsn(), "CREATE TABLE first ()", "CREATE TABLE second ()")
    deadlocks = "(SELECT deadlocks FROM pg_stat_database WHERE datname = current_database())"
    clock = SetClock()
    quickly = "SET LOCAL deadlock_timeout = '10ms'"
    async with readers_on(server.dsn(), clock) as readers:
        await health_of(readers)
        with (
            client(server.dsn(), "LOCK first", autocommit=False) as one,
            client(server.dsn(), quickly, "LOCK second", autocommit=False) as other,
            at_it(one, "LOCK second"),
        ):
            until(server.dsn(), f"EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = {one.pid})")
            with pytest.raises(psycopg.errors.DeadlockDetected):
                other.connection.execute("LOCK first")
        until(server.dsn(), f"{deadlocks} = 1")
        clock.forward(15)
        seen_at = clock()
        told = [await health_of(readers)]
        clock.forward(60 * 60)
        told.append(await health_of(readers))
        clock.forward(15)
        told.append(await health_of(readers))
    found = [one for health in told for one in health.databases if one.name == "postgres"]
    assert [one.deadlocks for one in found] == [1, 1, 1]
    assert [one.deadlocks_seen for one in found] == [((seen_at, 1),), ((seen_at, 1),), ()]
    run_sql(server.dsn(), "DROP TABLE first, second")


async def test_checkpoints_are_counted_since_the_session_began(server: PostgresServer) -> None:
    clock = SetClock()
    async with readers_on(server.dsn(), clock) as readers:
        await health_of(readers)
        run_sql(server.dsn(), "CREATE TABLE written AS SELECT 1", "CHECKPOINT", "DROP TABLE written")
        for _ in range(200):  # the checkpointer counts it when it is done
            clock.forward(15)
            if (counted := (await health_of(readers)).checkpoints_requested) != 0:
                break
        assert counted == 1


async def test_slots_are_told_with_what_they_retain(server: PostgresServer) -> None:
    run_sql(
        server.dsn(),
        "SELECT pg_create_physical_replication_slot('left_behind', true)",
        "CREATE TABLE much AS SELECT repeat('x', 1000) FROM generate_series(1, 1000)",
        "DROP TABLE much",
    )
    try:
        (slot,) = (await health_at(server)).slots or ()
    finally:
        run_sql(server.dsn(), "SELECT pg_drop_replication_slot('left_behind')")
    assert (slot.name, slot.slot_type, slot.active, slot.wal_status) == ("left_behind", "physical", False, "reserved")
    assert slot.retained_bytes is not None
    assert slot.retained_bytes > 1_000_000


async def test_standbys_are_told_with_how_far_they_are_behind(server: PostgresServer) -> None:
    dsn = server.dsn() + " replication=true application_name=replica-1"
    with closing(psycopg.connect(dsn, autocommit=True)) as standby:
        standby.pgconn.send_query(b"START_REPLICATION 0/1000000")
        assert standby.pgconn.get_result()
        (found,) = (await health_at(server)).standbys or ()
        assert found.pid == standby.info.backend_pid
    assert (found.application, found.client_address, found.sync_state) == ("replica-1", "127.0.0.1", "async")
    assert found.state in {"startup", "catchup", "streaming"}
    assert found.replay_lag_seconds is None


async def test_prepared_transactions_are_told_and_hold_old_rows(server: PostgresServer) -> None:
    run_sql(server.dsn(), "BEGIN; CREATE TABLE half (id int); PREPARE TRANSACTION 'order-7'")
    try:
        health = await health_at(server)
    finally:
        run_sql(server.dsn(), "ROLLBACK PREPARED 'order-7'")
    (prepared,) = health.prepared or ()
    assert (prepared.gid, prepared.owner, prepared.database) == ("order-7", "postgres", "postgres")
    assert prepared.prepared_at is not None
    assert abs(utc_now() - prepared.prepared_at) < timedelta(minutes=1)
    assert ("prepared transaction", "order-7") in [(one.kind, one.name) for one in health.xmin_holders or ()]


async def test_holders_of_old_rows_are_told_oldest_first_and_we_are_none_of_them(server: PostgresServer) -> None:
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"
    with client(server.dsn(), begin) as oldest:
        run_sql(server.dsn(), "CREATE TABLE newer (id int)", "DROP TABLE newer")
        with client(server.dsn(), begin) as second:
            holders = (await health_at(server)).xmin_holders or ()
    assert [(one.kind, one.name) for one in holders] == [("backend", str(one.pid)) for one in (oldest, second)]
    assert holders[0].age == holders[1].age + 2
    assert holders[0].since is not None


async def test_a_table_that_autovacuum_should_have_tidied_up_is_told(server: PostgresServer) -> None:
    run_counted(
        server.dsn(),
        "CREATE TABLE untidy AS SELECT n FROM generate_series(1, 5000) AS n",
        "CREATE TABLE by_its_own_rule (n int) WITH (autovacuum_vacuum_threshold = 1000000)",
        "INSERT INTO by_its_own_rule SELECT n FROM generate_series(1, 5000) AS n",
        seen="pg_stat_get_live_tuples('untidy'::regclass) = 5000",
    )
    run_counted(
        server.dsn(),
        "ANALYZE untidy",
        "DELETE FROM untidy; DELETE FROM by_its_own_rule",
        seen="pg_stat_get_dead_tuples('untidy'::regclass) = 5000"
        " AND pg_stat_get_dead_tuples('by_its_own_rule'::regclass) = 5000",
    )
    (table,) = (await health_at(server)).overdue or ()
    assert (table.relation, table.dead_rows, table.live_rows, table.last_vacuum) == ("untidy", 5000, 0, None)
    assert table.threshold == 50 + 0.2 * 5000
    run_sql(server.dsn(), "DROP TABLE untidy, by_its_own_rule")


async def test_a_running_vacuum_is_told(server: PostgresServer) -> None:
    run_sql(server.dsn(), "CREATE TABLE dusty AS SELECT n FROM generate_series(1, 20000) AS n", "DELETE FROM dusty")
    slowly = ("SET vacuum_cost_delay = 100", "SET vacuum_cost_limit = 1")
    with client(server.dsn(), *slowly) as other:
        other.connection.pgconn.send_query(b"VACUUM dusty")
        other.connection.pgconn.flush()
        health = Health()
        for _ in range(100):
            health = await health_at(server)
            if health.vacuums:
                break
        other.connection.cancel()
    (vacuum,) = health.vacuums or ()
    assert (vacuum.pid, vacuum.database, vacuum.relation) == (other.pid, "postgres", "dusty")
    assert not vacuum.automatic
    assert vacuum.since is not None
    assert vacuum.done is not None
    assert 0 <= vacuum.done <= 1
    run_sql(server.dsn(), "DROP TABLE dusty")


async def test_a_table_that_is_locked_keeps_nobody_waiting(server: PostgresServer) -> None:
    run_sql(server.dsn(), "CREATE TABLE locked AS SELECT n FROM generate_series(1, 5000) AS n")
    run_counted(server.dsn(), "DELETE FROM locked", seen="pg_stat_get_dead_tuples('locked'::regclass) = 5000")
    with client(server.dsn(), "LOCK locked IN ACCESS EXCLUSIVE MODE", autocommit=False):
        async with readers_on(server.dsn()) as readers:
            health = await health_of(readers)
            assert not [part for part in readers.gaps if part.startswith("health")]
    assert [table.relation for table in health.overdue or ()] == ["locked"]
    run_sql(server.dsn(), "DROP TABLE locked")


async def test_temporary_files_are_told_with_whose_they_are_while_they_are_there(server: PostgresServer) -> None:
    spills = "DECLARE sorted CURSOR FOR SELECT g FROM generate_series(1, 200000) AS g ORDER BY g::text; FETCH sorted"
    assert (await health_at(server)).temporary == ()
    with client(server.dsn(), f"SET work_mem = '64kB'; {spills}", autocommit=False) as reports:
        (files,) = (await health_at(server)).temporary or ()
    assert files.pid == reports.pid
    assert files.bytes > 1_000_000


async def test_temporary_files_that_this_role_may_not_see_are_unknown_and_no_gap(server: PostgresServer) -> None:
    run_sql(server.dsn(), "CREATE ROLE unprivileged LOGIN")
    async with readers_on(server.dsn("unprivileged")) as readers:
        assert (await health_of(readers)).temporary is None
        assert "health.temporary" not in readers.gaps


async def test_a_locked_catalogue_costs_the_parts_that_need_it_and_for_once_only(server: PostgresServer) -> None:
    clock = SetClock()
    async with readers_on(server.dsn(), clock) as readers:
        await health_of(readers)
        clock.forward(15)
        with client(server.dsn(), "LOCK pg_database IN ACCESS EXCLUSIVE MODE", autocommit=False):
            locked = await health_of(readers)
            assert "lock timeout" in readers.gaps["health.databases"].message
        assert locked.databases == ()
        assert locked.slots == ()
        clock.forward(15)
        assert (await health_of(readers)).databases
        assert "health.databases" not in readers.gaps


async def test_what_this_role_may_not_read_is_a_gap_that_names_the_grant_and_is_not_asked_for_again() -> None:
    denied: dict[str, Gap] = {}
    clock = SetClock()
    with PostgresServer({"max_connections": "10"}) as server:
        run_sql(
            server.dsn(),
            "CREATE ROLE barred LOGIN",
            "REVOKE EXECUTE ON FUNCTION pg_stat_get_wal_senders FROM PUBLIC",
        )
        async with readers_on(server.dsn("barred"), clock, Memory(), denied) as readers:
            for _ in range(3):
                await readers.read_parts()
                clock.forward(15)
            health = readers.memory.health.health
            assert readers.gaps["health.standbys"].remedy == 'GRANT pg_monitor TO "barred"'
            assert "permission denied" in readers.gaps["health.standbys"].message
            assert (health.standbys, health.slots) == (None, ())
            assert server.log.read_text().count("permission denied") == 1
            run_sql(server.dsn(), "GRANT EXECUTE ON FUNCTION pg_stat_get_wal_senders TO barred")
            denied.clear()
            assert (await health_of(readers)).standbys == ()
            assert "health.standbys" not in readers.gaps
