"""A real PostgreSQL for tests."""

from collections.abc import Iterator

import psycopg
import pytest

from cockpit.gameday.postgres.server import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give a server that tests share: whoever fills, pauses or restarts one starts their own."""
    with PostgresServer() as server:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements")
        yield server
