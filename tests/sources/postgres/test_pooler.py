"""What a real pgbouncer says of its pools, in the health and when it refuses us."""

from pathlib import Path
from unittest.mock import Mock

import psycopg
import pytest
from support.pgbouncer import pgbouncer
from support.postgres_look import SetClock
from support.postgres_session import session_with, target_of

from cockpit.clock import utc_now
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres import connecting, session
from cockpit.sources.postgres.model import Pool
from cockpit.sources.postgres.pooler import PoolerConsole, told
from cockpit.sources.postgres.postgres_source import PostgresSource
from cockpit.sources.postgres.readers import Memory, Readers

ADMIN = {"admin_users": "", "stats_users": "postgres"}
"""Who may only look may ask for the pools."""


def through(port: int) -> str:
    return f"host=127.0.0.1 port={port} user=postgres dbname=postgres"


async def pools_of(readers: Readers) -> tuple[Pool, ...] | None:
    await readers.read_activity()
    for _ in range(3):
        await readers.read_parts()
    return readers.memory.health.health.pools


async def test_behind_a_pooler_its_pools_are_a_part_of_the_health(postgres: PostgresServer, tmp_path: Path) -> None:
    with pgbouncer(tmp_path, postgres.port, ADMIN | {"pool_mode": "transaction"}) as port:
        target = target_of(through(port))
        console = PoolerConsole(target)
        async with session_with(target) as looking:
            assert looking.server is not None
            readers = Readers(looking, looking.server, SetClock(), Memory(), {}, console)
            with psycopg.connect(through(port)) as application:
                application.execute("SELECT 1")
                pools = await pools_of(readers)
        console.close()
    assert pools is not None
    (pool,) = pools
    assert (pool.database, pool.user, pool.mode) == ("postgres", "postgres", "transaction")
    assert (pool.clients_active, pool.clients_waiting) == (2, 0)
    assert pool.servers_active + pool.servers_idle == 2


async def test_who_may_not_ask_the_console_is_told_the_command_and_does_not_ask_again(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Mock(wraps=connecting.connect_to_console)
    monkeypatch.setattr(connecting, "connect_to_console", asked)
    with pgbouncer(tmp_path, postgres.port, {}) as port:
        target = target_of(through(port))
        clock, console = SetClock(), PoolerConsole(target)
        async with session_with(target) as looking:
            assert looking.server is not None
            readers = Readers(looking, looking.server, clock, Memory(), {}, console)
            for _ in range(2):
                assert await pools_of(readers) is None
                clock.forward(15)
        console.close()
    gap = readers.gaps["health.pools"]
    assert gap.message.startswith("the pooler does not tell its pools: ")
    assert "not allowed" in gap.message
    assert gap.remedy == f"psql 'host=127.0.0.1 port={port} user=postgres dbname=pgbouncer' -c 'SHOW POOLS'"
    assert asked.call_count == 1


async def test_without_a_pooler_nobody_asks_for_one(postgres: PostgresServer) -> None:
    target = target_of(postgres.dsn())
    async with session_with(target) as looking:
        assert looking.server is not None
        readers = Readers(looking, looking.server, SetClock(), Memory(), {}, PoolerConsole(target))
        assert await pools_of(readers) is None
        assert "health.pools" not in readers.gaps


async def failure_of(source: PostgresSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await anext(source.stream())
    return caught.value


async def test_a_pooler_that_refuses_us_tells_who_waits(postgres: PostgresServer, tmp_path: Path) -> None:
    settings = ADMIN | {"default_pool_size": "1", "query_wait_timeout": "1", "pool_mode": "session"}
    with pgbouncer(tmp_path, postgres.port, settings) as port, psycopg.connect(through(port)) as holder:
        holder.execute("SELECT 1")
        failure = await failure_of(PostgresSource(target_of(through(port)), utc_now))
    assert failure.kind is TroubleKind.REFUSED
    assert failure.message == (
        "query_wait_timeout; pool postgres/postgres: clients 1 active, 0 waiting, servers 1 active"
    )
    assert (failure.remedy or "").endswith("-c 'SHOW POOLS'")


async def test_a_pooler_that_lets_us_in_and_then_has_us_wait_tells_who_waits(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "OPEN_SECONDS", 0.5)
    settings = ADMIN | {"default_pool_size": "1", "query_wait_timeout": "60", "pool_mode": "session"}
    with pgbouncer(tmp_path, postgres.port, settings) as port, psycopg.connect(through(port)) as holder:
        holder.execute("SELECT 1")
        failure = await failure_of(PostgresSource(target_of(through(port)), utc_now))
    assert failure.kind is TroubleKind.TIMEOUT
    assert (
        "no answer within 0.5 s: a pooler has let us in, but gives us no connection to the server; " in failure.message
    )
    assert "pool postgres/postgres: clients 1 active, " in failure.message
    assert (failure.remedy or "").endswith("-c 'SHOW POOLS'")


async def test_a_pooler_whose_console_is_closed_to_us_only_names_the_command(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    settings = {"default_pool_size": "1", "query_wait_timeout": "1", "pool_mode": "session"}
    with pgbouncer(tmp_path, postgres.port, settings) as port, psycopg.connect(through(port)) as holder:
        holder.execute("SELECT 1")
        failure = await failure_of(PostgresSource(target_of(through(port)), utc_now))
    assert failure.message == "query_wait_timeout"
    assert (failure.remedy or "").endswith("-c 'SHOW POOLS'")


def test_the_longest_queues_are_told() -> None:
    pools = tuple(Pool(f"db{n}", "app", "session", 40, 12 - n, 5, 0, 3.25) for n in range(5))
    assert told(pools) == (
        "pool db0/app: clients 40 active, 12 waiting (3.2 s), servers 5 active; "
        "pool db1/app: clients 40 active, 11 waiting (3.2 s), servers 5 active; "
        "pool db2/app: clients 40 active, 10 waiting (3.2 s), servers 5 active; 2 more pools"
    )
