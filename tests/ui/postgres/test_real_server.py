"""The view on a real server: what blocks on it stands on the screen, and a server that goes leaves its last look."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from support.cockpit import Driven
from support.shop import WELL_SHOP, Shop

from cockpit.config import Config, IncidentConfig, PostgresConfig
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.session import Session
from cockpit.targets import targets
from cockpit.ui.app import CockpitApp


@contextmanager
def blocked(dsn: str) -> Iterator[None]:
    """Have a client wait for a row that another one has changed and not let go."""

    def wait() -> None:
        with suppress(psycopg.Error), psycopg.connect(f"{dsn} application_name=checkout", autocommit=True) as waiter:
            waiter.execute("UPDATE stock SET held = 1")

    with psycopg.connect(f"{dsn} application_name=forgotten") as root:
        root.execute("CREATE TABLE stock AS SELECT 0 AS held")
        root.commit()
        root.execute("UPDATE stock SET held = 2")
        thread = threading.Thread(target=wait)
        thread.start()
        try:
            yield
        finally:
            with suppress(psycopg.Error):
                root.rollback()
            thread.join(10)


async def test_who_blocks_whom_on_a_real_server_and_what_is_left_when_it_goes(tmp_path: Path) -> None:
    with PostgresServer() as server, blocked(server.dsn()):
        servers = {"shop-db": PostgresConfig(dsn=server.dsn())}
        config = Config(incident=IncidentConfig(directory=tmp_path), postgres=servers)
        session = Session(config, connect=Shop(WELL_SHOP).connect, targets=targets(config, {}))
        app = CockpitApp(config, session)
        async with app.run_test(size=(160, 45)) as pilot:
            cockpit = Driven(app, pilot)
            await cockpit.press("4")
            await cockpit.shows("1 waiting", "1 idle in transaction", "checkout", "forgotten")
            await cockpit.press("right")
            await cockpit.shows("1 waiting behind 1 root", "└─ ")
            server.stop()
            await cockpit.shows("stale since", "try: pg_isready", "1 waiting behind 1 root")
