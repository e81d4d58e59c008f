"""Bad days of a real Postgres server: what a person is told, since when, what to type; and all the rest goes on."""

import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from support.cluster import Cockpit
from support.cockpit import settle
from support.pgbouncer import pgbouncer
from support.postgres_session import paused, run_sql
from support.shop import WELL_SHOP, Shop

from cockpit import servers
from cockpit.actions.postgres.prompt import run_sql as run_as_typed
from cockpit.clock import Clock, utc_now
from cockpit.config import Config, IncidentConfig, PostgresConfig
from cockpit.gameday.postgres import binaries
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.session import Session
from cockpit.sources.feed import Pace
from cockpit.sources.postgres import readers
from cockpit.sources.postgres.postgres_source import PostgresSource
from cockpit.sources.postgres.target import Target
from cockpit.targets import targets
from cockpit.ui.actions import server_desk
from cockpit.ui.app import CockpitApp

LIVE = re.compile(r"Postgres shop-db.* live")
SINCE = re.compile(r"! since \d\d:\d\d:\d\d ")
KILL_LOOKS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name LIKE 'cockpit/%' AND pid <> pg_backend_pid()"
)


class BadDay(Cockpit):
    """A cockpit on one server, opened at the page of its activity."""

    async def is_live(self) -> None:
        """Wait until the server is read, and the remark on its trouble is gone."""
        await self.until(lambda: LIVE.search(self.screen()) and not SINCE.search(self.screen()))

    async def fails(self, what: str, remedy: str) -> None:
        """Wait until it is said what failed since when, and what to type; all the rest goes on."""
        await self.until(
            lambda: SINCE.search(self.screen()) and what in self.screen() and f"try: {remedy}" in self.screen()
        )
        assert "pods live" in self.header


def pg_basebackup(primary: PostgresServer) -> Path:
    """Find a program that copies a server; a newer one copies older servers too, which may come without."""
    folders = [primary.folder, *filter(None, (binaries.embedded(), binaries.installed()))]
    found = (binaries.startable(folder, primary.room) / "bin" / "pg_basebackup" for folder in folders)
    return next((each for each in found if each.exists()), None) or pytest.skip("there is no pg_basebackup")


def copy(primary: PostgresServer, standby: PostgresServer) -> None:
    """Make the data of a standby that follows a primary."""
    program = pg_basebackup(primary)
    backup = [str(program), "-D", str(standby.data), "-R", "-c", "fast", "-d", primary.dsn()]
    subprocess.run(backup, check=True, capture_output=True, **standby._as_account())


Open = Callable[..., AbstractAsyncContextManager[BadDay]]


def read_hastily(target: Target, clock: Clock) -> PostgresSource:
    return PostgresSource(target, clock, every=0.1)


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a cockpit on the server of a connection string, and its view."""
    monkeypatch.setattr(readers, "STATEMENTS_EVERY", 0.5)
    monkeypatch.setattr(servers, "PACE", Pace(deadline=10.0, fresh_for=15.0, backoff_first=0.05, backoff_most=0.2))

    @asynccontextmanager
    async def open_cockpit(dsn: str) -> AsyncIterator[BadDay]:
        config = Config(incident=IncidentConfig(directory=tmp_path), postgres={"shop-db": PostgresConfig(dsn=dsn)})
        session = Session(
            config, utc_now, Shop(WELL_SHOP).connect, targets=targets(config, {}), read_server=read_hastily
        )
        app = CockpitApp(config, session)
        async with app.run_test(size=(200, 45)) as pilot:
            await settle(pilot, lambda: app.record is not None)
            cockpit = BadDay(app, pilot)
            await cockpit.press("4")
            yield cockpit

    return open_cockpit


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of few connections that these tests fill, pause and restart."""
    settings = {"max_connections": "8", "superuser_reserved_connections": "1", "max_wal_senders": "0"}
    with PostgresServer(settings) as server:
        run_sql(server.dsn(), "CREATE EXTENSION pg_stat_statements", "CREATE ROLE app LOGIN")
        yield server


async def test_refused_at_the_limit_it_says_who_can_look_and_gets_in_when_there_is_room(
    server: PostgresServer, at: Open
) -> None:
    with ExitStack() as pool:
        taken = [pool.enter_context(psycopg.connect(server.dsn("app"))) for _ in range(7)]
        async with at(server.dsn("app")) as cockpit:
            await cockpit.fails("remaining connection slots are reserved", "psql ")
            await cockpit.shows("refused since", "shop-db: refuses connections")
            for connection in taken:
                connection.close()
            await cockpit.is_live()


async def test_a_session_that_is_killed_is_there_again(server: PostgresServer, at: Open) -> None:
    async with at(server.dsn()) as cockpit:
        await cockpit.is_live()
        await cockpit.begin_note("who was that")
        server_said = server.log.read_text().count("terminating connection due to administrator command")
        run_sql(server.dsn(), KILL_LOOKS)
        log = server.log
        await cockpit.until(lambda: log.read_text().count("terminating connection due to admin") > server_said)
        await cockpit.is_live()
        await cockpit.finish_note("who was that")


async def test_a_restart_is_found_once_the_server_is_there_again(server: PostgresServer, at: Open) -> None:
    async with at(server.dsn()) as cockpit:
        await cockpit.is_live()
        server.stop(at_once=False)
        await cockpit.fails("Connection refused", "pg_isready -d ")
        await cockpit.shows("stale since", "shop-db: cannot be reached")
        server.start()
        await cockpit.is_live()
        await cockpit.shows("shop-db: was restarted")


async def test_while_a_server_is_paused_keys_answer_and_leaving_takes_no_time(server: PostgresServer, at: Open) -> None:
    with ExitStack() as pause:
        async with at(server.dsn()) as cockpit:
            await cockpit.is_live()
            pause.enter_context(paused(server))
            await cockpit.begin_note("it hangs")
            await cockpit.finish_note("it hangs")
            await cockpit.press("right")
            assert "[Blocking]" in cockpit.screen()
            assert "pods live" in cockpit.header
            began = time.monotonic()
        assert time.monotonic() - began < 2.0


async def test_a_server_that_stops_answering_is_told_with_its_last_look(
    server: PostgresServer, at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cockpit.sources.postgres.session.GRACE", -2.5)
    async with at(server.dsn()) as cockpit:
        await cockpit.is_live()
        with paused(server):
            await cockpit.fails("no answer within", "pg_isready -d ")
            assert "stale since" in cockpit.screen()
        await cockpit.is_live()


async def test_a_standby_that_takes_over_is_found(at: Open) -> None:
    with PostgresServer({"max_connections": "10"}) as primary, ExitStack() as stack:
        standby = PostgresServer({"max_connections": "10", "wal_retrieve_retry_interval": "50ms"})
        stack.callback(standby.remove)
        run_sql(primary.dsn(), "CREATE TABLE orders ()")
        copy(primary, standby)
        standby.start()
        async with at(standby.dsn()) as cockpit:
            await cockpit.is_live()
            primary.stop()
            run_sql(standby.dsn(), "SELECT pg_promote(wait => false)")
            await cockpit.shows("shop-db: failed over, and is now the primary")
            await cockpit.is_live()


async def test_a_role_without_rights_is_told_the_grant_and_unknown_is_not_zero(
    server: PostgresServer, at: Open
) -> None:
    with psycopg.connect(server.dsn()):
        async with at(server.dsn("app")) as cockpit:
            await cockpit.is_live()
            await cockpit.press("left")
            await cockpit.shows("[Health]", "GRANT pg_monitor TO app")
            assert "shop-db:" not in cockpit.findings


async def test_without_the_extension_it_says_how_to_get_it_and_what_it_saw(server: PostgresServer, at: Open) -> None:
    run_sql(server.dsn(), "CREATE DATABASE bare")
    async with at(server.dsn(database="bare")) as cockpit:
        await cockpit.is_live()
        await cockpit.press("right", "right")
        await cockpit.shows("[Statements]", "CREATE EXTENSION pg_stat_statements")


async def test_an_extension_older_than_the_server_is_read(server: PostgresServer, at: Open) -> None:
    run_sql(server.dsn(), "CREATE DATABASE aged")
    try:
        run_sql(server.dsn(database="aged"), "CREATE EXTENSION pg_stat_statements VERSION '1.8'")
    except psycopg.errors.InvalidParameterValue:
        pytest.skip("this server does not bring version 1.8 of the extension")
    async with at(server.dsn(database="aged")) as cockpit:
        await cockpit.is_live()
        await cockpit.press("right", "right")
        await cockpit.shows("[Statements]", "since the session began", "SELECT pg_postmaster_start_time()")
        assert "CREATE EXTENSION" not in cockpit.screen()


async def test_locked_catalogues_cost_what_needs_them_and_not_who_holds_the_lock(
    server: PostgresServer, at: Open
) -> None:
    async with at(server.dsn()) as cockpit:
        await cockpit.is_live()
        with psycopg.connect(f"{server.dsn()} application_name=locksmith") as holder:
            holder.execute("LOCK pg_database, pg_class IN ACCESS EXCLUSIVE MODE")
            await cockpit.shows("1 idle in transaction", "locksmith")
            assert "pods live" in cockpit.header
        await cockpit.until(lambda: "locksmith" not in cockpit.screen())
        await cockpit.is_live()


async def test_a_hostile_statement_of_a_megabyte_stays_on_its_line(server: PostgresServer, at: Open) -> None:
    hostile = "/* \x1b[2J\x1b]0;owned\x07 [bold]x */ SELECT pg_sleep(0) --" + "x" * 1_000_000
    with psycopg.connect(f"{server.dsn()} application_name=hostile") as client:
        client.execute(hostile.encode())
        async with at(server.dsn()) as cockpit:
            await cockpit.shows("hostile", "[bold]x */ SELECT pg_sleep(0)")
            assert "\x1b" not in cockpit.screen()
            (line,) = [each for each in cockpit.screen().splitlines() if "[bold]x" in each]
            assert len(line) <= 200


async def test_our_own_statement_that_takes_too_long_is_ended_and_the_rest_goes_on(
    server: PostgresServer, at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_desk, "run_sql", partial(run_as_typed, timeout_ms=200))
    async with at(server.dsn()) as cockpit:
        await cockpit.is_live()
        await cockpit.press("x", *"SELECT count(*) FROM generate_series(1, 1000000000)", "enter")
        await cockpit.until(lambda: any("statement timeout" in each.text for each in cockpit.app.messages.told))
        assert LIVE.search(cockpit.screen())


async def test_through_a_pooler_it_is_read_and_acted_on(server: PostgresServer, at: Open, tmp_path: Path) -> None:
    if shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin") is None:
        pytest.skip("pgbouncer is not installed")
    with pgbouncer(tmp_path, server.port, {"pool_mode": "transaction"}) as port:
        async with at(f"host=127.0.0.1 port={port} user=postgres dbname=postgres") as cockpit:
            await cockpit.is_live()
            await cockpit.press("x", *"SELECT 6 * 7 AS answer", "enter")
            await cockpit.shows("answer", "42")
