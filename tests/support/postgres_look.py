"""What the tests of looks at a Postgres server share."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from cockpit.sources.postgres.model import Activity, Backend, Gap
from cockpit.sources.postgres.readers import Memory, Readers
from support.postgres_session import session_with

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class SetClock:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@asynccontextmanager
async def readers_on(
    dsn: str, clock: SetClock | None = None, memory: Memory | None = None, denied: dict[str, Gap] | None = None
) -> AsyncIterator[Readers]:
    """Give the readers of one connection, which have looked at the activity once."""
    async with session_with(dsn) as session:
        assert session.server is not None
        denied = {} if denied is None else denied
        readers = Readers(session, session.server, clock or SetClock(), memory or Memory(), denied)
        await readers.read_activity()
        yield readers


class Client(NamedTuple):
    """Somebody else's connection."""

    connection: "psycopg.Connection[tuple[Any, ...]]"
    pid: int


@contextmanager
def client(dsn: str, *statements: str, autocommit: bool = True) -> Iterator[Client]:
    """Give a connection that has done something; what it left open is undone in the end."""
    connection = psycopg.connect(dsn, autocommit=autocommit, application_name="client")
    try:
        for statement in statements:
            connection.execute(statement.encode())
        yield Client(connection, connection.info.backend_pid)
    finally:
        connection.close()


@contextmanager
def at_it(client: Client, statement: str) -> Iterator[None]:
    """Have a client run a statement that lasts, and give it up afterwards."""
    wire = client.connection.pgconn
    wire.send_query(statement.encode())
    while wire.flush():
        pass
    try:
        yield
    finally:
        client.connection.cancel()
        while wire.get_result():
            pass


async def look_until(readers: Readers, seen: Callable[[Activity], bool], seconds: float = 5.0) -> Activity:
    """Look again and again until the server has come to it."""
    end = time.monotonic() + seconds
    while True:
        await readers.read_activity()
        if seen(readers.activity):
            return readers.activity
        assert time.monotonic() < end, readers.activity


def backend_of(activity: Activity, pid: int) -> Backend:
    return next(backend for backend in activity.backends if backend.pid == pid)
