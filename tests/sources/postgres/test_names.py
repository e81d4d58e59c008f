"""Names of databases and roles by their oid."""

from support.postgres_look import client
from support.postgres_session import run_sql, session_with

from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.names import Names

SUPERUSER = 10
"""The oid of the role that made the server."""
NOBODY = 4_000_000_000


async def test_names_are_asked_for_when_they_turn_up(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn()) as session:
        names = Names(session)
        await names.learn([1, None], [SUPERUSER, None, NOBODY])
    assert (names.database(1), names.database(None)) == ("template1", "")
    assert (names.role(SUPERUSER), names.role(NOBODY), names.role(None)) == ("postgres", "4000000000", "")


async def test_what_cannot_be_read_now_is_called_by_its_number_until_it_is_asked_again(
    postgres: PostgresServer,
) -> None:
    async with session_with(postgres.dsn()) as session:
        names = Names(session)
        with client(postgres.dsn(), "LOCK pg_database IN ACCESS EXCLUSIVE MODE", autocommit=False):
            await names.learn([1], [])
        assert names.database(1) == "1"
        await names.ask_again()
        await names.learn([1], [])
        assert names.database(1) == "template1"


async def test_a_new_role_is_asked_for(postgres: PostgresServer) -> None:
    async with session_with(postgres.dsn()) as session:
        names = Names(session)
        await names.learn([], [SUPERUSER])
        run_sql(postgres.dsn(), "CREATE ROLE newcomer")
        with client(postgres.dsn()) as other:
            row = other.connection.execute("SELECT 'newcomer'::regrole::oid::bigint").fetchone()
        assert row is not None
        await names.learn([], [row[0]])
        assert names.role(row[0]) == "newcomer"
        run_sql(postgres.dsn(), "DROP ROLE newcomer")
