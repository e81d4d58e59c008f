"""The pods' connections speak to a real server, and tell what it refuses in its own words."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from cockpit.gameday.postgres import wire
from cockpit.gameday.postgres.server import SUPERUSER, PostgresServer
from cockpit.gameday.postgres.wire import Connection, PostgresError

PLACES = 6


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server with few places that lets everybody in."""
    settings = {"max_connections": str(PLACES), "superuser_reserved_connections": "0", "reserved_connections": "0"}
    access = ("host all all 127.0.0.0/8 trust", "local all all trust")
    with PostgresServer({**settings, "max_wal_senders": "0"}, access=access) as server:
        yield server


@pytest.fixture
async def connection(server: PostgresServer) -> AsyncIterator[Connection]:
    """A connection from an address that is not 127.0.0.1."""
    connection = await wire.connect(server.port, SUPERUSER, "postgres", source="127.88.0.77")
    yield connection
    connection.close()


async def test_the_server_sees_the_chosen_address(connection: Connection) -> None:
    own = "SELECT client_addr, application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    assert await connection.run(own) == [("127.88.0.77", SUPERUSER)]


async def test_rows_are_text_and_null_is_none(connection: Connection) -> None:
    assert await connection.run("SELECT 1, NULL, 'é'; SELECT 2") == [("1", None, "é"), ("2",)]


async def test_a_failed_statement_does_not_end_the_session(connection: Connection) -> None:
    with pytest.raises(PostgresError, match='ERROR:  relation "nothing" does not exist') as failed:
        await connection.run("SELECT * FROM nothing")
    assert failed.value.code == "42P01"
    assert await connection.run("SELECT 1") == [("1",)]


async def test_a_terminated_session_says_so_while_it_pauses(server: PostgresServer, connection: Connection) -> None:
    ((pid,),) = await connection.run("SELECT pg_backend_pid()")
    pause = asyncio.create_task(connection.pause(None))
    other = await wire.connect_locally(server.socket, SUPERUSER, "postgres")
    await other.run(f"SELECT pg_terminate_backend({pid})")
    other.close()
    with pytest.raises(PostgresError, match="terminating connection due to administrator command") as ended:
        await pause
    assert ended.value.code == "57P01"


async def test_a_pause_ends_by_itself(connection: Connection) -> None:
    await connection.pause(0.01)
    assert await connection.run("SELECT 1") == [("1",)]


async def test_a_full_server_refuses(server: PostgresServer, connection: Connection) -> None:
    asked = [wire.connect(server.port, SUPERUSER, "postgres") for _ in range(PLACES)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    for each in answers:
        if isinstance(each, Connection):
            each.close()
    refused = [each for each in answers if isinstance(each, PostgresError)]
    assert {str(each) for each in refused} == {"FATAL:  sorry, too many clients already"}
    assert {each.code for each in refused} == {"53300"}


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(PostgresError, match="connection failed: Connection refused"):
        await wire.connect(1, SUPERUSER, "postgres")
