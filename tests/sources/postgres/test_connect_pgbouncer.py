"""A session through a pooler, which has no settings of its own."""

from pathlib import Path

import psycopg
import pytest
from support.pgbouncer import pgbouncer
from support.postgres_session import failure_of, failure_to_open, session_with

from cockpit.gameday.postgres.server import PostgresServer
from cockpit.reading import TroubleKind
from cockpit.sources.postgres.session import PostgresSession


def through(port: int, database: str = "postgres", user: str = "postgres") -> str:
    return f"host=127.0.0.1 port={port} user={user} dbname={database}"


async def settings_in_a_query(session: PostgresSession) -> tuple[str, ...]:
    names = ("statement_timeout", "lock_timeout", "transaction_read_only", "jit")
    answer = await session.query("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
    (row,) = answer.rows
    return row


@pytest.mark.parametrize("pool_mode", ["transaction", "session"])
@pytest.mark.parametrize("ignored", ["", "options"])
async def test_every_query_has_the_settings(
    postgres: PostgresServer, tmp_path: Path, pool_mode: str, ignored: str
) -> None:
    settings = {"pool_mode": pool_mode, "ignore_startup_parameters": ignored}
    with pgbouncer(tmp_path, postgres.port, settings) as port:
        async with session_with(through(port)) as session:
            assert session.server is not None
            assert (session.server.pooled, session.server.backend_pids) == (True, ())
            assert await settings_in_a_query(session) == ("3s", "500ms", "on", "off")
            assert (await failure_of(session, "CREATE TABLE harm ()")).sqlstate == "25006"
            assert (await failure_of(session, "COMMIT; CREATE TABLE harm ()")).sqlstate == "42601"
            assert (await failure_of(session, "SELECT pg_sleep(9)", 0.1)).sqlstate == "57014"
            assert (await session.query("SELECT 1")).rows == [(1,)]


async def test_options_of_the_environment_are_not_sent_to_a_pooler_either(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=3MB")
    with pgbouncer(tmp_path, postgres.port, {}) as port:
        async with session_with(through(port)) as session:
            assert session.alive


async def test_nothing_of_us_stays_in_the_pool(postgres: PostgresServer, tmp_path: Path) -> None:
    settings = {"pool_mode": "transaction", "default_pool_size": "1"}
    names = ("statement_timeout", "lock_timeout", "default_transaction_read_only", "jit")
    with (
        pgbouncer(tmp_path, postgres.port, settings) as port,
        psycopg.connect(through(port), autocommit=True, prepare_threshold=None) as application,
    ):
        before = [application.execute(f"SHOW {name}".encode()).fetchone() for name in names]
        async with session_with(through(port), "act") as session:
            await session.query("SELECT 1")
            await session.execute("SELECT 1", timeout=1.5)
        assert [application.execute(f"SHOW {name}".encode()).fetchone() for name in names] == before


async def test_actions_run_in_a_transaction_unless_they_may_take_for_ever(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with pgbouncer(tmp_path, postgres.port, {"pool_mode": "transaction"}) as port:
        async with session_with(through(port), "act") as session:
            assert (await session.execute("CREATE TABLE pooled ()")).status == "CREATE TABLE"
            assert (await session.execute("VACUUM pooled", timeout=None)).status == "VACUUM"
            assert (await session.execute("DROP TABLE pooled")).status == "DROP TABLE"


async def test_what_the_pooler_itself_says_is_understood(postgres: PostgresServer, tmp_path: Path) -> None:
    settings = {"max_client_conn": "3", "default_pool_size": "2", "query_wait_timeout": "1"}
    with pgbouncer(tmp_path, postgres.port, settings) as port:
        stranger = await failure_to_open(through(port, user="stranger"))
        pool = [psycopg.connect(through(port)) for _ in range(2)]
        for connection in pool:
            connection.execute("SELECT 1")
        waited = await failure_to_open(through(port))
        pool.append(psycopg.connect(through(port)))
        full = await failure_to_open(through(port))
        for connection in pool:
            connection.close()
    assert stranger.kind is TroubleKind.EXPIRED
    assert (waited.kind, waited.message) == (TroubleKind.REFUSED, "query_wait_timeout")
    assert (full.kind, "no more connections allowed" in full.message) == (TroubleKind.REFUSED, True)
    console = f"psql 'host=127.0.0.1 port={port} user=postgres dbname=pgbouncer' -c 'SHOW POOLS'"
    assert full.remedy == waited.remedy == console


async def test_a_pooler_without_a_server_says_so(postgres: PostgresServer, tmp_path: Path) -> None:
    settings = {"server_login_retry": "1", "query_wait_timeout": "1"}
    with pgbouncer(tmp_path, 1, settings) as port:
        failure = await failure_to_open(through(port))
    assert failure.kind in (TroubleKind.REFUSED, TroubleKind.UNREACHABLE)
