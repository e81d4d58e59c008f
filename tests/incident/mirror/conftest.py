"""Two hosts, each with its own incident directory, and a PostgreSQL between them."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from support.mirror import Host, Running
from support.postgres import postgres

from cockpit.gameday.postgres.server import PostgresServer
from cockpit.incident.file import IncidentFile

__all__ = ["postgres"]


@pytest.fixture
def server(postgres: PostgresServer) -> PostgresServer:
    """The server that tests share."""
    return postgres


@pytest.fixture
def dsn(server: PostgresServer) -> str:
    """A database without a shared log."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS cockpit CASCADE")
    return server.dsn()


@pytest.fixture
def sql(dsn: str) -> Callable[..., list[tuple[object, ...]]]:
    """Does something to the shared log as its superuser could."""

    def execute(statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(dsn, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    return execute


@pytest.fixture
def home(tmp_path: Path, dsn: str, clock: Callable[[], object]) -> Iterator[Host]:
    """The host on which the incident was declared."""
    with closing(Host("bastion-a", tmp_path / "a", dsn, clock)) as host:  # type: ignore[arg-type]
        with closing(IncidentFile.create(host.directory, clock=host.clock)) as file:
            host.path = file.path
        host.note("api is down")
        yield host


@pytest.fixture
def other(tmp_path: Path, dsn: str, clock: Callable[[], object], home: Host) -> Iterator[Host]:
    """Another host that has joined it."""
    home.round()
    with closing(Host("bastion-b", tmp_path / "b", dsn, clock)) as host:  # type: ignore[arg-type]
        host.join()
        yield host


@pytest.fixture
def running() -> Iterator[Callable[..., Running]]:
    """Starts mirrors, which end with the test."""
    started: list[Running] = []

    def start(host: Host, person: str = "ana") -> Running:
        started.append(Running(host, person))
        return started[-1]

    yield start
    for each in started:
        each.close()
