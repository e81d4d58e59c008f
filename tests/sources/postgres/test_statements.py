"""The dearest statements, on real servers with and without pg_stat_statements."""

from collections.abc import Iterator

import psycopg
import pytest
from support.postgres_look import NOON, SetClock, at_it, backend_of, client, look_until, readers_on
from support.postgres_session import run_sql

from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.model import BackendState, Statement, Statements
from cockpit.sources.postgres.readers import Memory, Readers


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """Give a connection string of a new database, `fresh`, without the extension."""
    run_sql(postgres.dsn(), "CREATE DATABASE fresh")
    yield postgres.dsn(database="fresh")
    run_sql(postgres.dsn(), "DROP DATABASE fresh WITH (FORCE)")


async def statements_of(readers: Readers) -> Statements:
    await readers.read_parts()
    assert readers.memory.statements is not None
    return readers.memory.statements


def one(statements: Statements, words: str, database: str = "postgres") -> Statement:
    (found,) = (one for one in statements.statements if words in one.text and one.database == database)
    return found


def counts_evictions(server: PostgresServer) -> bool:
    """Tell whether the extension has pg_stat_statements_info, as from 1.9 on (PostgreSQL 14)."""
    with psycopg.connect(server.dsn()) as connection:
        return connection.execute("SELECT to_regclass('pg_stat_statements_info') IS NOT NULL").fetchone() == (True,)


async def test_statements_are_told_as_total_since_the_session_began_and_of_the_interval(
    postgres: PostgresServer,
) -> None:
    clock = SetClock()
    sql = "SELECT 'of three spans' FROM generate_series(1, 3)"
    with client(postgres.dsn(), sql) as other:
        async with readers_on(postgres.dsn(), clock) as readers:
            first = await statements_of(readers)
            for calls in (2, 1):
                for _ in range(calls):
                    other.connection.execute(sql.encode())
                clock.forward(10)
                later = await statements_of(readers)
    found = one(later, "FROM generate_series($2, $3)")
    assert (found.total.calls, found.session.calls, found.interval.calls) == (4, 3, 1)
    assert (found.total.rows, found.interval.rows) == (12, 3)
    assert found.session.total_ms > found.interval.total_ms > 0
    assert found.interval.mean_ms == found.interval.total_ms
    assert (found.user, found.database) == ("postgres", "postgres")
    assert (later.session_since, later.interval_seconds, later.taken_at) == (NOON, 10, clock())
    assert first.known > 0
    assert not later.sampled
    if counts_evictions(postgres):
        assert later.reset_at is not None
        assert later.evicted == 0
    else:
        assert (later.reset_at, later.evicted) == (None, None)


async def test_they_are_read_every_ten_seconds_only(postgres: PostgresServer) -> None:
    clock = SetClock()
    async with readers_on(postgres.dsn(), clock) as readers:
        first = await statements_of(readers)
        clock.forward(9)
        assert await statements_of(readers) is first
        clock.forward(1)
        assert await statements_of(readers) is not first


async def test_a_reset_while_we_look_on_is_noticed(postgres: PostgresServer) -> None:
    clock = SetClock()
    async with readers_on(postgres.dsn(), clock) as readers:
        await statements_of(readers)
        run_sql(postgres.dsn(), "SELECT pg_stat_statements_reset()", "SELECT 'after the reset'")
        clock.forward(10)
        later = await statements_of(readers)
    assert later.reset_seen_at == clock()
    assert all(statement.total == statement.session for statement in later.statements)


async def test_the_baseline_outlives_a_connection(postgres: PostgresServer) -> None:
    clock, memory = SetClock(), Memory()
    async with readers_on(postgres.dsn(), clock, memory) as readers:
        await statements_of(readers)
    run_sql(postgres.dsn(), "SELECT 'between two connections', 1")
    clock.forward(60)
    async with readers_on(postgres.dsn(), clock, memory) as readers:
        later = await statements_of(readers)
    assert (later.session_since, later.interval_seconds) == (NOON, 60)
    assert any(statement.session.calls for statement in later.statements)


async def test_the_extension_is_found_in_whichever_schema(database: str) -> None:
    run_sql(database, 'CREATE SCHEMA "Odd ""one"""', 'CREATE EXTENSION pg_stat_statements SCHEMA "Odd ""one"""')
    async with readers_on(database) as readers:
        assert (await statements_of(readers)).known > 0
        assert "statements" not in readers.gaps


@pytest.mark.parametrize("version", ["1.4", "1.8", "1.10"])
async def test_an_extension_older_than_its_server_is_read_by_its_own_columns(database: str, version: str) -> None:
    try:
        run_sql(database, f"CREATE EXTENSION pg_stat_statements VERSION '{version}'")
    except psycopg.errors.InvalidParameterValue:
        pytest.skip(f"this server does not bring version {version} of the extension")
    run_sql(database, "SELECT 'by an old extension' FROM pg_class")
    async with readers_on(database) as readers:
        found = one(await statements_of(readers), "$1 FROM pg_class", "fresh")
    assert found.total.calls == 1
    assert found.total.total_ms > 0
    assert found.total.rows > 100


async def test_a_role_without_rights_sees_its_own_only_and_is_told_so(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE ROLE own_only LOGIN", "SELECT 'of the superuser'")
    async with readers_on(postgres.dsn("own_only")) as readers:
        statements = await statements_of(readers)
        gap = readers.gaps["statements"]
    assert {statement.user for statement in statements.statements} == {"own_only"}
    assert "hidden" in gap.message
    assert gap.remedy == 'GRANT pg_monitor TO "own_only"'
    run_sql(postgres.dsn(), "DROP ROLE own_only")


async def test_a_statement_of_a_megabyte_is_cut(postgres: PostgresServer) -> None:
    long = "SELECT 'long' /* \x1b[2Jx */ FROM generate_series(1, 100000)".replace("x", "x" * 1_000_000)
    run_sql(postgres.dsn(), "SELECT pg_stat_statements_reset()")  # beside those of other tests it may not matter
    run_sql(postgres.dsn(), long)
    async with readers_on(postgres.dsn()) as readers:
        found = one(await statements_of(readers), "/* \x1b[2Jxxx")
    assert len(found.text) == 100_000


async def test_without_the_extension_statements_are_sampled_and_how_to_get_it_is_told(database: str) -> None:
    clock = SetClock()
    async with readers_on(database, clock) as readers:
        await statements_of(readers)
        gap = readers.gaps["statements"]
        with client(database) as other, at_it(other, "SELECT pg_sleep(60), 'a secret'"):
            await look_until(readers, lambda it: backend_of(it, other.pid).state is BackendState.ACTIVE)
            clock.forward(10)
            await readers.read_activity()
            sampled = await statements_of(readers)
    assert gap.remedy == "CREATE EXTENSION pg_stat_statements"
    assert sampled.sampled
    (found,) = (each for each in sampled.statements if each.text == "SELECT pg_sleep(?), ?")
    assert found.database == "fresh"
    assert found.session.calls >= 1
    assert found.interval.total_ms == 10_000


async def test_the_extension_is_used_as_soon_as_it_is_there(database: str) -> None:
    clock = SetClock()
    async with readers_on(database, clock) as readers:
        assert (await statements_of(readers)).sampled
        run_sql(database, "CREATE EXTENSION pg_stat_statements")
        clock.forward(10)
        assert not (await statements_of(readers)).sampled
        assert "statements" not in readers.gaps


async def test_a_server_that_has_not_loaded_the_library_is_told_apart() -> None:
    with PostgresServer({"shared_preload_libraries": "", "max_connections": "10"}) as server:
        run_sql(server.dsn(), "CREATE EXTENSION pg_stat_statements")
        async with readers_on(server.dsn()) as readers:
            assert (await statements_of(readers)).sampled
            gap = readers.gaps["statements"]
        assert "ERROR" not in server.log.read_text()
    assert "shared_preload_libraries" in (gap.remedy or "")


async def test_evictions_are_counted() -> None:
    settings = {"pg_stat_statements.max": "100", "max_connections": "10"}
    clock = SetClock()
    with PostgresServer(settings) as server:
        run_sql(server.dsn(), "CREATE EXTENSION pg_stat_statements")
        async with readers_on(server.dsn(), clock) as readers:
            await statements_of(readers)
            run_sql(server.dsn(), *(f"SELECT {', '.join('1' * n)}" for n in range(1, 150)))
            clock.forward(10)
            evicted = (await statements_of(readers)).evicted
        assert evicted if counts_evictions(server) else evicted is None
