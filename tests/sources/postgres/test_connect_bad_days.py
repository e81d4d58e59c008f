"""A session with a server that is full, hangs, ends us or goes."""

import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from support.postgres_session import failure_of, failure_to_open, paused, run_sql, session_with, target_of

from cockpit.config import Config
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.session import PostgresSession
from cockpit.sources.postgres.target import Target
from cockpit.targets import targets

LEAVE = """
import asyncio, sys
from cockpit.sources.postgres.session import PostgresSession
from cockpit.sources.postgres.target import Target, parameters_of

async def main():
    session = PostgresSession(Target("shop-db", parameters_of(sys.argv[1])))
    await session.open()
    print("open", flush=True)
    sys.stdin.readline()
    waiting = asyncio.create_task(session.query("SELECT 1", timeout=60))
    await asyncio.sleep(0.1)
    session.close()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def own() -> Iterator[PostgresServer]:
    """Give a server that may be filled, paused and restarted."""
    settings = {"max_connections": "6", "superuser_reserved_connections": "1", "max_wal_senders": "0"}
    with PostgresServer(settings) as server:
        yield server


async def test_a_server_at_its_limit_says_which_limit(own: PostgresServer) -> None:
    run_sql(own.dsn(), "CREATE ROLE app LOGIN")
    pool = [psycopg.connect(own.dsn("app")) for _ in range(5)]
    reserved = await failure_to_open(own.dsn("app"))
    pool.append(psycopg.connect(own.dsn()))
    full = await failure_to_open(own.dsn())
    for connection in pool:
        connection.close()
    assert reserved.kind is full.kind is TroubleKind.REFUSED
    assert "remaining connection slots are reserved for" in reserved.message
    assert full.message == f"127.0.0.1:{own.port}/postgres: sorry, too many clients already"
    assert reserved.remedy is not None
    assert reserved.remedy.startswith(f"psql 'host=127.0.0.1 port={own.port} user=postgres dbname=postgres' -c ")


async def test_the_session_that_is_open_goes_on_at_the_limit(own: PostgresServer) -> None:
    async with session_with(own.dsn()) as session:
        pool = [psycopg.connect(own.dsn()) for _ in range(5)]
        assert (await session.query("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")).rows
        for connection in pool:
            connection.close()


async def test_a_role_at_its_own_limit_is_refused(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE ROLE narrow LOGIN CONNECTION LIMIT 0")
    failure = await failure_to_open(postgres.dsn("narrow"))
    assert (failure.kind, failure.message.partition("/postgres: ")[2]) == (
        TroubleKind.REFUSED,
        'too many connections for role "narrow"',
    )


async def test_a_server_that_hangs_costs_no_more_than_the_time_allowed(own: PostgresServer) -> None:
    async with session_with(own.dsn()) as session:
        with paused(own):
            began = time.monotonic()
            with pytest.raises(SourceError, match=r"no answer within 0\.7 s") as caught:
                await session.query("SELECT 1", timeout=0.2)
            waited = time.monotonic() - began
        assert not session.alive
    assert caught.value.kind is TroubleKind.TIMEOUT
    assert caught.value.remedy == f"pg_isready -d 'host=127.0.0.1 port={own.port}'"
    assert 0.7 <= waited < 1.5


async def test_a_session_is_closed_at_once_while_the_server_hangs(own: PostgresServer) -> None:
    async with session_with(own.dsn()) as idle, session_with(own.dsn()) as busy:
        with paused(own):
            with pytest.raises(SourceError):
                await busy.query("SELECT 1", timeout=0.01)
            began = time.monotonic()
            idle.close()
            busy.close()
            assert time.monotonic() - began < 0.05


async def test_a_server_that_hangs_is_not_waited_for_when_connecting(own: PostgresServer) -> None:
    with paused(own):
        failure = await failure_to_open(f"{own.dsn()} connect_timeout=2")
    assert (failure.kind, "timeout expired" in failure.message) == (TroubleKind.TIMEOUT, True)


def test_the_program_ends_while_the_server_hangs(own: PostgresServer) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LEAVE, own.dsn()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        with paused(own):
            _, complaints = program.communicate("\n", timeout=5)
    assert (program.returncode, complaints) == (0, "")


async def test_a_session_that_is_ended_in_the_middle_of_a_statement_says_by_whom(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn()) as session:
        failure = await failure_of(session, "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(1)")
        assert not session.alive
    assert (failure.kind, failure.sqlstate) == (TroubleKind.UNREACHABLE, "57P01")
    assert failure.message == "terminating connection due to administrator command"


async def test_a_statement_that_somebody_cancels_does_not_end_the_session(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn()) as session:
        failure = await failure_of(session, "SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(1)")
        assert session.alive
    assert failure.message == "canceling statement due to user request"


async def test_after_a_restart_the_old_session_is_dead_and_a_new_one_tells_of_it(own: PostgresServer) -> None:
    async with session_with(own.dsn()) as session:
        assert session.server is not None
        before = session.server.started_at
        own.restart()
        assert (await failure_of(session, "SELECT 1")).kind is TroubleKind.UNREACHABLE
        assert not session.alive
    async with session_with(own.dsn()) as session:
        assert session.server is not None
        assert before is not None
        assert session.server.started_at is not None
        assert session.server.started_at > before


class Mute:
    """Lets everybody in, and then never says anything."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.hung_up = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client:
            while int.from_bytes(client.recv(1024)[4:8]) in (SSL_REQUEST, GSS_REQUEST):
                client.sendall(b"N")
            client.sendall(AUTHENTICATION_OK + READY_FOR_QUERY)
            while client.recv(1024):
                pass
            self.hung_up.set()


SSL_REQUEST, GSS_REQUEST = 80877103, 80877104
AUTHENTICATION_OK = b"R" + (8).to_bytes(4) + (0).to_bytes(4)
READY_FOR_QUERY = b"Z" + (5).to_bytes(4) + b"I"


async def test_a_server_that_lets_us_in_and_then_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.sources.postgres.session.OPEN_SECONDS", 0.5)
    mute = Mute()
    with pytest.raises(SourceError, match=r"no answer within 0\.5 s") as caught:
        await PostgresSession(target_of(f"host=127.0.0.1 port={mute.port} user=app")).open()
    assert caught.value.kind is TroubleKind.TIMEOUT
    assert mute.hung_up.wait(5)
    mute.close()


async def test_the_thread_of_a_session_ends_with_it(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn()) as session:
        await session.query("SELECT 1")
    with pytest.raises(SourceError):
        await session.open()
    await failure_to_open(postgres.dsn(database="shpo"))
    for thread in threading.enumerate():
        if thread.name.startswith("cockpit-postgres-"):
            thread.join(5)
            assert not thread.is_alive()


async def test_a_server_that_is_down_cannot_be_reached(own: PostgresServer) -> None:
    own.stop()
    failure = await failure_to_open(own.dsn())
    own.start()
    assert failure.kind is TroubleKind.UNREACHABLE
    assert "Connection refused" in failure.message
    assert failure.remedy == f"pg_isready -d 'host=127.0.0.1 port={own.port}'"


async def test_a_database_that_is_not_there_is_missing(postgres: PostgresServer) -> None:
    failure = await failure_to_open(postgres.dsn(database="shpo"))
    assert (failure.kind, 'database "shpo" does not exist' in failure.message) == (TroubleKind.MISSING, True)
    assert failure.remedy == f"psql 'host=127.0.0.1 port={postgres.port} user=postgres dbname=postgres' -l"


async def test_what_this_role_may_not_read_is_denied(postgres: PostgresServer) -> None:
    run_sql(postgres.dsn(), "CREATE ROLE outsider LOGIN")
    async with session_with(postgres.dsn("outsider")) as session:
        failure = await failure_of(session, "SELECT * FROM pg_authid")
        assert session.alive
    assert (failure.kind, failure.sqlstate) == (TroubleKind.DENIED, "42501")
    assert failure.message == "permission denied for table pg_authid"


@pytest.fixture(scope="module")
def guarded() -> Iterator[PostgresServer]:
    """Give a server that asks everybody but one for a password."""
    access = ("local all all trust", "host all barred 127.0.0.1/32 reject", "host all all 127.0.0.1/32 scram-sha-256")
    with PostgresServer({"password_encryption": "scram-sha-256"}, access=access) as server:
        run_sql(
            f"host={server.socket.parent} port={server.port} user=postgres",
            "CREATE ROLE app LOGIN PASSWORD 'hunter2'",
            "CREATE ROLE barred LOGIN",
        )
        yield server


@pytest.fixture(autouse=True)
def _no_password_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    monkeypatch.delenv("PGPASSWORD", raising=False)


def by_url(guarded: PostgresServer, monkeypatch: pytest.MonkeyPatch, password: str) -> Target:
    url = f"postgres://app:{password}@127.0.0.1:{guarded.port}/postgres"
    monkeypatch.setenv("DATABASE_URL", url)
    (target,) = targets(Config(), {"DATABASE_URL": url})
    return target


async def test_the_password_of_database_url_is_used(guarded: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async with session_with(by_url(guarded, monkeypatch, "hunter2")) as session:
        assert session.alive


async def test_a_wrong_password_is_told_but_not_shown(guarded: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    target = by_url(guarded, monkeypatch, "hunter3")
    failure = await failure_to_open(target)
    assert failure.kind is TroubleKind.EXPIRED
    assert 'password authentication failed for user "app"' in failure.message
    assert failure.remedy == f"psql 'user=app dbname=postgres host=127.0.0.1 port={guarded.port}' -W -c 'SELECT 1'"
    told = "".join(traceback.TracebackException.from_exception(failure, capture_locals=True).format())
    assert "hunter3" not in told + repr(failure) + repr(vars(PostgresSession(target)))


async def test_a_password_is_taken_from_the_password_file(guarded: PostgresServer, tmp_path: Path) -> None:
    passfile = tmp_path / "pgpass"
    passfile.write_text(f"127.0.0.1:{guarded.port}:*:app:hunter2\n")
    passfile.chmod(0o600)
    async with session_with(guarded.dsn("app")) as session:
        assert session.alive


async def test_a_password_file_that_others_may_read_is_told_and_not_complained_of_on_the_terminal(
    guarded: PostgresServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    passfile = tmp_path / "pgpass"
    passfile.write_text(f"127.0.0.1:{guarded.port}:*:app:hunter2\n")
    passfile.chmod(0o644)
    failure = await failure_to_open(guarded.dsn("app"))
    assert (failure.kind, failure.remedy) == (TroubleKind.EXPIRED, f"chmod 600 {passfile}")
    assert capfd.readouterr() == ("", "")


async def test_who_is_not_let_in_is_denied(guarded: PostgresServer) -> None:
    failure = await failure_to_open(guarded.dsn("barred"))
    assert (failure.kind, failure.remedy) == (TroubleKind.DENIED, None)
    assert "pg_hba.conf rejects connection" in failure.message
