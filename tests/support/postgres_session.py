"""Sessions with real servers, for tests."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import psutil
import psycopg
import pytest

from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.errors import PostgresError
from cockpit.sources.postgres.session import PostgresSession, Purpose
from cockpit.sources.postgres.target import Target, parameters_of


def target_of(dsn: str) -> Target:
    return Target("shop-db", parameters_of(dsn))


@asynccontextmanager
async def session_with(target: Target | str, purpose: Purpose = "look") -> AsyncIterator[PostgresSession]:
    """Give an open session."""
    session = PostgresSession(target_of(target) if isinstance(target, str) else target, purpose=purpose)
    try:
        await session.open()
        yield session
    finally:
        session.close()


async def failure_to_open(target: Target | str) -> PostgresError:
    """Give the error with which no session can be opened."""
    with pytest.raises(PostgresError) as caught:
        async with session_with(target):
            pass
    return caught.value


async def failure_of(session: PostgresSession, statement: str, seconds: float = 3.0) -> PostgresError:
    """Give the error with which a statement ends."""
    with pytest.raises(PostgresError) as caught:
        await session.query(statement, timeout=seconds)
    return caught.value


@contextmanager
def paused(server: PostgresServer) -> Iterator[None]:
    """Have a server do nothing, with all that belongs to it, as when its disk or its machine hangs."""
    postmaster = psutil.Process(server.pid)
    postmaster.suspend()  # first, so that it starts nothing more
    children = postmaster.children(recursive=True)
    _all(psutil.Process.suspend, children)
    try:
        yield
    finally:
        _all(psutil.Process.resume, [*children, postmaster])


def _all(do: Callable[[psutil.Process], None], processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # a session that was just ending
            do(process)


def until(dsn: str, condition: str, seconds: float = 10.0) -> None:
    """Wait until a condition in SQL holds."""
    end = time.monotonic() + seconds
    with psycopg.connect(dsn, autocommit=True) as connection:
        while connection.execute(f"SELECT {condition}".encode()).fetchone() != (True,):
            assert time.monotonic() < end, condition
            time.sleep(0.02)


def run_counted(dsn: str, *statements: str, seen: str) -> None:
    """Run statements in a session, and wait until the server's statistics tell of it: before 15, they lag behind."""
    run_sql(dsn, *statements)
    until(dsn, seen)


def end_backend(dsn: str, pid: int) -> None:
    """Terminate a backend, and wait until it is gone."""
    run_sql(dsn, f"SELECT pg_terminate_backend({pid})")
    until(dsn, f"NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {pid})")


def run_sql(dsn: str, *statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
