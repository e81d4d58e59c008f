"""The database of a practice world, as its server sees it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg

from cockpit.gameday.postgres.database import Database
from cockpit.gameday.postgres.wire import Row
from cockpit.gameday.scenarios import Scenario
from support.practice import Practice, pods_of, practise

CLIENTS = "SELECT host(client_addr) FROM pg_stat_activity WHERE usename = '{}'"
BLOCKED = "SELECT usename FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


class ShopPractice:
    """A practice world with its database, and somebody who looks at both."""

    def __init__(self, practice: Practice, database: Database) -> None:
        self.practice = practice
        self.world = practice.world
        self.database = database

    async def ask(self, sql: str) -> list[Row]:
        return await self.database.ask(sql)

    async def until(self, sql: str, enough: Callable[[list[Row]], bool] = bool) -> list[Row]:
        """Wait until a query has rows, or those that are `enough`, and give them."""
        async with asyncio.timeout(20):
            while True:
                rows = await self.ask(sql)
                if enough(rows):
                    return rows
                await asyncio.sleep(0.02)

    async def until_connected(self, app: str, number: int) -> None:
        """Wait until an app has so many connections, from each of its pods and from nowhere else."""

        def connected(rows: list[Row]) -> bool:
            return len(rows) == number and {address for (address,) in rows} == self.addresses(app)

        await self.until(CLIENTS.format(app), connected)

    def addresses(self, app: str) -> set[str]:
        """Give the addresses of the pods of an app."""
        return {pod.obj["status"]["podIP"] for pod in pods_of(self.world, app)}

    def said(self, app: str) -> str:
        """Give all that the pods of an app have printed."""
        ids = [pod.obj["status"]["containerStatuses"][0].get("containerID", "") for pod in pods_of(self.world, app)]
        runs = [run for run in map(self.world.cluster.logs.find, ids) if run is not None]
        return "\n".join(line.text.decode() for run in runs for line in run.lines())

    async def connect(self, dsn: str | None = None) -> psycopg.AsyncConnection:
        """Log in as the cockpit does."""
        return await psycopg.AsyncConnection.connect(dsn or self.database.dsn(), autocommit=True)


@asynccontextmanager
async def practise_shop(scenario: Scenario, speed: float = 20) -> AsyncIterator[ShopPractice]:
    database = Database()
    async with practise(scenario, speed, database) as practice:
        yield ShopPractice(practice, database)
