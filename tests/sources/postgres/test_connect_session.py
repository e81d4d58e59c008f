"""A session with a server that is well: what it finds out, what it may do, and what it gives."""

import asyncio
import subprocess
import sys
from datetime import UTC, timedelta

import pytest
from support.postgres_session import failure_of, run_sql, session_with

from cockpit.clock import utc_now
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.reading import SourceError, TroubleKind


@pytest.fixture(scope="module")
def dsn(postgres: PostgresServer) -> str:
    """Connect as somebody with no rights at all."""
    run_sql(postgres.dsn(), "CREATE ROLE nobody_special LOGIN")
    return postgres.dsn("nobody_special")


async def test_it_finds_out_which_server_it_is(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn()) as session:
        server = session.server
    assert server is not None
    assert (server.name, server.role, server.database) == ("shop-db", "postgres", "postgres")
    assert (server.host, server.address, server.port) == ("127.0.0.1", "127.0.0.1", postgres.port)
    assert server.version >= 130000
    assert server.started_at is not None
    assert timedelta() <= utc_now() - server.started_at < timedelta(hours=1)
    assert (server.in_recovery, server.pooled) == (False, False)
    assert len(server.backend_pids) == 1


def test_psycopg_and_boto3_are_not_loaded_before_they_are_used() -> None:
    program = "import sys, cockpit.targets, cockpit.sources.postgres.session as _; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=20)
    assert not {"psycopg", "boto3"} & {*answer.stdout.split()}


async def test_over_a_socket_the_server_has_no_address(postgres: PostgresServer) -> None:
    folder = postgres.socket.parent
    async with session_with(f"host={folder} port={postgres.port} user=postgres dbname=postgres") as session:
        assert session.server is not None
        assert (session.server.address, session.server.port) == ("", None)
        assert session.target.place() == f"{folder}:{postgres.port}/postgres"


@pytest.mark.parametrize(
    ("grant", "sees_all", "may_signal"),
    [
        ("", False, False),
        ("GRANT pg_monitor TO {}", True, False),
        ("GRANT pg_read_all_stats TO {}", True, False),
        ("GRANT pg_signal_backend TO {}", False, True),
        ("ALTER ROLE {} SUPERUSER", True, True),
        ("ALTER ROLE {} NOINHERIT; GRANT pg_monitor TO {}", False, False),
        ("CREATE ROLE rds_superuser; GRANT rds_superuser TO {}", False, True),
    ],
)
async def test_it_finds_out_what_this_role_may(
    postgres: PostgresServer, grant: str, sees_all: bool, may_signal: bool
) -> None:
    run_sql(postgres.dsn(), "CREATE ROLE somebody LOGIN", *filter(None, grant.replace("{}", "somebody").split(";")))
    try:
        async with session_with(postgres.dsn("somebody")) as session:
            assert session.server is not None
            assert (session.server.sees_all, session.server.may_signal) == (sees_all, may_signal)
    finally:
        run_sql(postgres.dsn(), "DROP ROLE somebody", "DROP ROLE IF EXISTS rds_superuser")


async def test_its_settings_keep_it_from_harm(dsn: str) -> None:
    names = (
        *("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "default_transaction_read_only"),
        *("jit", "max_parallel_workers_per_gather"),
    )
    async with session_with(dsn) as session:
        answer = await session.query("SELECT name, current_setting(name) FROM unnest(%s::text[]) name", [list(names)])
    assert dict(answer.rows) == dict(zip(names, ("3s", "500ms", "10s", "on", "off", "0"), strict=True))


async def test_the_settings_of_the_person_stay(dsn: str) -> None:
    async with session_with(f"{dsn} options='-c work_mem=3MB -c statement_timeout=0'") as session:
        answer = await session.query("SELECT current_setting('work_mem'), current_setting('statement_timeout')")
    assert answer.rows == [("3MB", "3s")]


async def test_the_server_sees_who_looks(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    async with session_with(dsn) as session:
        assert (await session.query("SELECT current_setting('application_name')")).rows == [("cockpit/ada",)]


async def test_an_account_without_a_name_does_not_matter(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nobody)
    async with session_with(dsn) as session:
        assert session.alive


async def test_rows_have_columns_also_when_there_are_none(dsn: str) -> None:
    async with session_with(dsn) as session:
        some = await session.query("SELECT %s::int AS n, now() AS at, '100%%' AS share", [7])
        none = await session.query("SELECT 1 AS n WHERE false")
    ((number, at, share),) = some.rows
    assert (some.columns, number, share) == (("n", "at", "share"), 7, "100%")
    assert at.utcoffset() == UTC.utcoffset(None)
    assert (none.columns, none.rows) == (("n",), [])


async def test_a_percent_sign_means_itself_without_parameters(dsn: str) -> None:
    async with session_with(dsn) as session:
        assert (await session.query("SELECT 'a' LIKE 'a%'")).rows == [(True,)]


async def test_only_so_many_rows_are_fetched(dsn: str) -> None:
    async with session_with(dsn) as session:
        cut = await session.query("SELECT n FROM generate_series(1, 200000) n", limit=2)
        whole = await session.query("SELECT n FROM generate_series(1, 2) n", limit=2)
    assert (cut.columns, cut.rows, cut.more) == (("n",), [(1,), (2,)], True)
    assert (whole.rows, whole.more) == ([(1,), (2,)], False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("'infinity'::timestamptz", "infinity"),
        ("'4000-01-01 BC'::date", "4000-01-01 BC"),
        ("ARRAY[1, 2]", "{1,2}"),
        ("""'{"a": 1}'::jsonb""", '{"a": 1}'),
        ("NULL::int", None),
        ("true", "t"),
        ("'1 day'::interval", "1 day"),
        ("pg_lsn '0/10'", "0/10"),
    ],
)
async def test_values_can_be_had_as_the_server_writes_them(dsn: str, value: str, text: str | None) -> None:
    async with session_with(dsn) as session:
        assert (await session.query(f"SELECT {value}", as_text=True)).rows == [(text,)]
        assert (await session.query(f"SELECT {value}", as_text=True, limit=5)).rows == [(text,)]


async def test_text_that_is_not_utf_8_is_read_nevertheless(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE DATABASE raw ENCODING 'SQL_ASCII' TEMPLATE template0")
    async with session_with(postgres.dsn(database="raw")) as session:
        answer = await session.query(r"SELECT convert_from('\x41ff42', 'SQL_ASCII') AS text")
    assert answer.rows == [("A\N{REPLACEMENT CHARACTER}B",)]


@pytest.mark.parametrize("seconds", [3.0, 2.0])
@pytest.mark.parametrize(
    ("statement", "sqlstate"),
    [
        ("CREATE TABLE harm ()", "25006"),
        ("COMMIT; CREATE TABLE harm ()", "42601"),
        ("SELECT 1; SELECT 2", "42601"),
    ],
)
async def test_a_query_cannot_write(dsn: str, statement: str, sqlstate: str, seconds: float) -> None:
    async with session_with(dsn) as session:
        assert (await failure_of(session, statement, seconds)).sqlstate == sqlstate
        assert (await session.query("SELECT 1")).rows == [(1,)]


async def test_a_session_for_acting_writes_by_execute_only(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn(), "act") as session:
        assert (await session.execute("CREATE TABLE written (n int)")).status == "CREATE TABLE"
        assert (await session.execute("INSERT INTO written VALUES (%s) RETURNING n", [5])).rows == [(5,)]
        assert (await session.execute("VACUUM written", timeout=None)).status == "VACUUM"
        assert (await session.query("SELECT n FROM written")).rows == [(5,)]
        assert (await failure_of(session, "INSERT INTO written VALUES (1)")).sqlstate == "25006"
        assert (await session.execute("DROP TABLE written")).status == "DROP TABLE"


@pytest.mark.parametrize("statement", ["SET statement_timeout = 0", "SET transaction_read_only = off", "COMMIT"])
async def test_what_a_person_types_changes_nothing_for_later(postgres: PostgresServer, statement: str) -> None:
    async with session_with(postgres.dsn(), "act") as session:
        assert (await session.query(statement, limit=10)).rows == []
        assert (await session.execute("SHOW statement_timeout")).rows == [("3s",)]
        assert (await failure_of(session, "CREATE TABLE harm ()")).sqlstate == "25006"


async def test_a_session_for_looking_executes_nothing(dsn: str) -> None:
    async with session_with(dsn) as session:
        with pytest.raises(RuntimeError, match="for looking"):
            await session.execute("SELECT 1")


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(dsn: str) -> None:
    async with session_with(dsn) as session:
        failure = await failure_of(session, "SELECT pg_sleep(60)", 0.1)
        assert (failure.kind, failure.sqlstate) == (TroubleKind.TIMEOUT, "57014")
        assert (await session.query("SELECT 1")).rows == [(1,)]


async def test_each_action_has_a_time_of_its_own(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn(), "act") as session:
        shown = [
            (await session.execute("SHOW statement_timeout", timeout=timeout)).rows[0][0]
            for timeout in (3.0, 0.25, None, 3.0)
        ]
    assert shown == ["3s", "250ms", "0", "3s"]


async def test_a_lock_is_not_waited_for(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn(), "act") as holder, session_with(postgres.dsn()) as session:
        await holder.execute("CREATE TABLE locked ()")
        await holder.execute("BEGIN")
        await holder.execute("LOCK locked")
        failure = await failure_of(session, "SELECT FROM locked")
        await holder.execute("ROLLBACK")
        await holder.execute("DROP TABLE locked")
    assert (failure.kind, failure.sqlstate) == (TroubleKind.TIMEOUT, "55P03")


async def test_statements_are_done_one_after_the_other(dsn: str) -> None:
    async with session_with(dsn) as session:
        slow = session.query("SELECT pg_sleep(0.3), 1", timeout=0.5)
        quick = session.query("SELECT 2", timeout=0.1)
        (first, second) = await asyncio.gather(slow, quick)
    assert (first.rows[0][1], second.rows[0][0]) == (1, 2)


async def test_whoever_stops_waiting_ends_the_session(dsn: str) -> None:
    async with session_with(dsn) as session:
        waiting = asyncio.create_task(session.query("SELECT pg_sleep(2)"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not session.alive


async def test_a_session_that_has_ended_says_so(dsn: str) -> None:
    async with session_with(dsn) as session:
        session.close()
        session.close()
        with pytest.raises(SourceError, match="the session has ended") as caught:
            await session.query("SELECT 1")
    assert caught.value.kind is TroubleKind.UNREACHABLE
