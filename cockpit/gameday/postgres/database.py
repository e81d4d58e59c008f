"""The database of a practice world: starts beside it, lets its pods in, and goes with it."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from cockpit.gameday.postgres import binaries, shop_database, wire
from cockpit.gameday.postgres.server import SUPERUSER, PostgresServer
from cockpit.gameday.postgres.spill import spill
from cockpit.gameday.postgres.wire import Connection, Row

LOOPBACK_PODS = "127.88"
"""The first half of the pods' addresses where any address of 127.0.0.0/8 is this machine's (Linux)."""

_LONGEST = "SELECT pid FROM pg_stat_activity WHERE usename = '{role}' AND state = 'active' ORDER BY query_start LIMIT 1"

log = logging.getLogger(__name__)


class Database:
    """A real PostgreSQL with the shop in it.

    Its port is known at once; it takes connections about a second after `start`.

    Raises:
        NoPostgresError: No server is installed.
    """

    def __init__(self) -> None:
        major = binaries.major(binaries.find())
        self._server = PostgresServer(shop_database.settings(major), access=shop_database.access())
        self._ready = asyncio.Event()
        self._starting: list[asyncio.Task[None]] = []
        """What goes on in threads, which cannot be cancelled."""
        self._filling: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """Where it listens on loopback."""
        return self._server.port

    def dsn(self, role: str = shop_database.LOOKER) -> str:
        """Give a connection string of a role; there are no passwords and no TLS."""
        return f"{self._server.dsn(role, shop_database.DATABASE)} sslmode=disable"

    def start(self) -> None:
        """Begin to start it."""
        self._filling = asyncio.create_task(self._fill())

    async def _fill(self) -> None:
        """Make the shop before anybody is let in, so that nobody finds half of it."""
        try:
            await self._in_thread(partial(self._server.start, openly=False))
            for database, statement in (("postgres", shop_database.MAKE_DATABASE), ("shop", shop_database.MAKE_SHOP)):
                await self._run(statement, database)
            await self._in_thread(self._server.restart)
        except (OSError, RuntimeError, wire.PostgresError):
            log.exception("the practice world goes on without PostgreSQL")
        else:
            self._ready.set()

    async def _in_thread(self, work: Callable[[], None]) -> None:
        self._starting.append(asyncio.create_task(asyncio.to_thread(work)))
        await asyncio.shield(self._starting[-1])

    async def settle(self, within: float) -> None:
        """Wait until the shop is there, or so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._ready.wait()

    async def ask(self, sql: str) -> list[Row]:
        """Run a statement as superuser, as soon as the shop is there, and give its rows as text.

        Raises:
            PostgresError: It failed.
        """
        await self._ready.wait()
        return await self._run(sql, shop_database.DATABASE)

    async def spill(self, role: str, size: int) -> None:
        """Let the longest statement of a role have temporary files of so many bytes, which take no room on the disk.

        Raises:
            PostgresError: The server cannot be asked.
            OSError: No file can be made.
        """
        rows = await self.ask(_LONGEST.format(role=role)) if size else []
        await asyncio.to_thread(spill, self._server.data, int(rows[0][0] or 0) if rows else None, size)

    async def _run(self, sql: str, database: str) -> list[Row]:
        connection = await wire.connect_locally(self._server.socket, SUPERUSER, database)
        try:
            return await connection.run(sql)
        finally:
            connection.close()

    async def connect(self, role: str, source: str) -> Connection:
        """Open a connection as soon as the shop is there.

        Args:
            role: As whom.
            source: The address of the pod; where this machine does not have it, the server sees another one.

        Raises:
            PostgresError: The server does not let us in.
        """
        await self._ready.wait()
        local = source if source.startswith(LOOPBACK_PODS) else None
        return await wire.connect(self.port, role, shop_database.DATABASE, source=local)

    async def close(self) -> None:
        """Stop it and remove all that it has written."""
        if self._filling is not None:
            self._filling.cancel()
        self._server.interrupt()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.to_thread(self._server.remove)


def pods_may_use_loopback() -> bool:
    """Tell whether connections can be made from any address of 127.0.0.0/8."""
    with socket.socket() as probe:
        try:
            probe.bind((f"{LOOPBACK_PODS}.0.2", 0))
        except OSError:
            return False
    return True
