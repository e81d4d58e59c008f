"""Looking at a server for as long as it is wanted, whatever happens to it."""

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack, aclosing

import psycopg
import pytest
from support.postgres_look import client
from support.postgres_session import end_backend, paused, run_sql, target_of, until

from cockpit.clock import utc_now
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.model import PostgresLook
from cockpit.sources.postgres.postgres_source import PostgresSource

OF_COCKPITS = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'cockpit/%'"
SMALL = {"max_connections": "10"}


def source_of(dsn: str) -> PostgresSource:
    return PostgresSource(target_of(dsn), utc_now, every=0.02)


async def look_until(source: PostgresSource, seen: Callable[[PostgresLook], object], most: int = 300) -> PostgresLook:
    """Look until something is seen, in one stream."""
    async with aclosing(source.stream()) as looks:  # type: ignore[type-var]
        async for look in looks:
            if seen(look):
                return look
            most -= 1
            assert most, look
    raise AssertionError("the stream has ended")


async def test_the_activity_comes_first_and_the_rest_as_soon_as_it_is_there(postgres: PostgresServer) -> None:
    source = source_of(postgres.dsn())
    first = await look_until(source, lambda _: True)
    assert source.name == "postgres/shop-db"
    assert (first.server.name, first.server.role) == ("shop-db", "postgres")
    assert first.activity.backends
    assert (first.statements, first.health, first.gaps) == (None, None, {})
    whole = await look_until(source, lambda look: look.health and look.health.xmin_holders is not None)
    assert whole.statements is not None
    assert whole.gaps == {}


async def test_our_own_backend_is_named_so_that_nobody_ends_it(postgres: PostgresServer) -> None:
    look = await look_until(source_of(postgres.dsn()), lambda _: True)
    (pid,) = look.server.backend_pids
    assert pid in {backend.pid for backend in look.activity.backends}


async def test_used_connections_are_remembered(postgres: PostgresServer) -> None:
    source = source_of(postgres.dsn())
    look = await look_until(source, lambda look: len(look.used_before) == 3)
    with client(postgres.dsn()), client(postgres.dsn()):
        grown = await look_until(source, lambda look: len(look.used_before) == 4)
    assert grown.used_before[:3] == look.used_before
    assert grown.used_before[3] == grown.activity.slots.used


async def test_it_looks_through_one_connection_all_the_time(postgres: PostgresServer) -> None:
    source = source_of(postgres.dsn())
    pids: set[int] = set()
    ours: list[object] = []
    until(postgres.dsn(), f"({OF_COCKPITS}) = 0")  # those of other tests are gone
    with client(postgres.dsn()) as other:

        def look_on(look: PostgresLook) -> bool:
            pids.update(look.server.backend_pids)
            ours.append(other.connection.execute(OF_COCKPITS).fetchone())
            return look.health is not None and len(ours) >= 5

        await look_until(source, look_on)
    assert len(pids) == 1
    assert set(ours) == {(1,)}


async def test_nothing_is_left_behind_on_the_server(postgres: PostgresServer) -> None:
    look = await look_until(source_of(postgres.dsn()), lambda _: True)
    gone = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
    with client(postgres.dsn()) as other:
        for _ in range(1000):
            row = other.connection.execute(gone, look.server.backend_pids).fetchone()
            if row == (0,):
                return
    raise AssertionError("our backend is still there")


async def test_a_session_that_is_killed_is_an_error_and_the_next_stream_goes_on(postgres: PostgresServer) -> None:
    source = source_of(postgres.dsn())
    before = await look_until(source, lambda look: look.statements)

    def kill(look: PostgresLook) -> bool:
        end_backend(postgres.dsn(), look.server.backend_pids[0])
        return False

    with pytest.raises(SourceError):
        await look_until(source, kill)
    after = await look_until(source, lambda look: look.statements)
    assert before.statements is not None
    assert after.statements is not None
    assert after.statements.session_since == before.statements.session_since
    assert len(after.used_before) > len(before.used_before)
    assert after.restarts == ()


async def test_a_restart_is_noticed() -> None:
    with PostgresServer(SMALL) as server:
        source = source_of(server.dsn())
        before = await look_until(source, lambda _: True)
        server.restart()
        after = await look_until(source, lambda _: True)
    assert before.restarts == ()
    assert len(after.restarts) == 1
    assert after.server.started_at != before.server.started_at
    assert after.promoted_at is None


async def test_a_crash_that_ends_all_sessions_is_noticed_as_a_restart() -> None:
    with PostgresServer(SMALL) as server:
        source = source_of(server.dsn())
        await look_until(source, lambda _: True)
        with client(server.dsn()) as other:
            os.kill(other.pid, signal.SIGKILL)
            with pytest.raises(psycopg.OperationalError):
                other.connection.execute("SELECT pg_sleep(5)")
        after = None
        while after is None:
            try:
                after = await look_until(source, lambda _: True)
            except SourceError:  # it is being recovered
                continue
    assert len(after.restarts) == 1


async def test_a_promotion_is_noticed_while_we_look_on() -> None:
    with PostgresServer(SMALL) as server:
        server.stop(at_once=False)
        (server.data / "standby.signal").touch()
        server.start()
        source = source_of(server.dsn())
        standby = await look_until(source, lambda look: look.health and look.health.xmin_holders is not None)
        run_sql(server.dsn(), "SELECT pg_promote()")
        primary = await look_until(source, lambda look: not look.server.in_recovery)
    assert standby.server.in_recovery
    assert set(standby.gaps) == {"statements"}  # it has no extension
    assert standby.health is not None
    assert (standby.health.receiving, standby.promoted_at) == (False, None)
    assert primary.promoted_at is not None
    assert primary.restarts == ()


async def test_another_server_behind_the_same_address_starts_from_new_baselines() -> None:
    with PostgresServer(SMALL) as first:
        run_sql(first.dsn(), "CREATE EXTENSION pg_stat_statements")
        source = source_of(first.dsn())
        before = await look_until(source, lambda look: look.statements)
        port = first.port
    with PostgresServer(SMALL, port=port) as second:
        run_sql(second.dsn(), "CREATE EXTENSION pg_stat_statements")
        after = await look_until(source, lambda look: look.statements)
    assert after.promoted_at is not None
    assert before.statements is not None
    assert after.statements is not None
    assert before.statements.session_since != after.statements.session_since


async def test_a_server_that_stops_answering_is_a_timeout() -> None:
    with PostgresServer(SMALL) as server:
        source = source_of(server.dsn())
        with ExitStack() as stack, pytest.raises(SourceError) as caught:
            await look_until(source, lambda look: look.health and stack.enter_context(paused(server)))
    assert caught.value.kind is TroubleKind.TIMEOUT


async def test_what_was_denied_is_asked_for_again_when_somebody_says_so() -> None:
    with PostgresServer(SMALL) as server:
        dsn, function = server.dsn(), "FUNCTION pg_stat_get_wal_senders"
        run_sql(dsn, "CREATE ROLE barred LOGIN", f"REVOKE EXECUTE ON {function} FROM PUBLIC")
        source = source_of(server.dsn("barred"))
        await look_until(source, lambda look: "health.standbys" in look.gaps)
        run_sql(dsn, f"GRANT EXECUTE ON {function} TO PUBLIC")
        latched = await look_until(source, lambda look: look.health and look.health.slots is not None)
        assert latched.gaps["health.standbys"].remedy == 'GRANT pg_monitor TO "barred"'
        source.retry_denied()
        again = await look_until(source, lambda look: look.health and look.health.standbys is not None)
        assert "health.standbys" not in again.gaps
