"""The connections of one container to the database."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime

from cockpit.gameday.postgres.shop_database import CUSTOMERS, ITEMS, ORDERS
from cockpit.gameday.postgres.use import DatabaseUse, Habit
from cockpit.gameday.postgres.wire import Connection, PostgresError
from cockpit.gameday.timing import Pace

RETRY = 2.0
"""Seconds until a program tries again to get a connection."""

Connect = Callable[[str], Awaitable[Connection]]
"""Opens a connection of a role."""


class DatabaseClient:
    """Uses the database as the program of a container does.

    Args:
        connect: Opens a connection from the address of the pod.
        use: What the program does.
        rng: Chance, of this container alone.
        pace: Tells the time and waits.
        say: Writes into the log of the container.
    """

    def __init__(
        self, connect: Connect, use: DatabaseUse, rng: random.Random, pace: Pace, say: Callable[[str], None]
    ) -> None:
        self._connect = connect
        self._use = use
        self._rng = rng
        self._pace = pace
        self._say = say

    async def migrate(self) -> None:
        """Run the migrations, again until all of them are through."""
        pending = list(self._use.migrations)
        while pending:
            connection = await self._connected()
            try:
                while pending:
                    await connection.run(pending[0])
                    del pending[0]
            except PostgresError as problem:
                self._complain(problem)
                await self._pace.sleep(RETRY)
            finally:
                connection.close()

    async def run(self) -> None:
        """Use the database until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for habit in self._use.habits:
                work = self._leak if habit.leaks else self._serve
                for _ in range(habit.connections):
                    tasks.create_task(work(habit))

    async def _serve(self, habit: Habit) -> None:
        """Do rounds on one connection; when it is lost, open another one."""
        while True:
            connection = await self._connected()
            try:
                await self._pace.sleep(habit.every * self._rng.random())  # not all of them at one moment
                while True:
                    await self._round(connection, habit)
                    await self._pace.sleep(habit.every)
            except PostgresError as problem:
                self._complain(problem)
                if habit.gives_up:
                    return
            finally:
                connection.close()
            await self._pace.sleep(RETRY)

    async def _leak(self, habit: Habit) -> None:
        """Do each round on a connection of its own, and forget to give it back."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._pace.sleep(habit.every)
                tasks.create_task(self._forget(habit))

    async def _forget(self, habit: Habit) -> None:
        try:
            connection = await self._connect(self._use.role)
        except PostgresError as problem:
            self._complain(problem)
            return
        try:
            await self._round(connection, habit)
            await connection.pause(None)
        except PostgresError as problem:
            self._complain(problem)
        finally:
            connection.close()

    async def _round(self, connection: Connection, habit: Habit) -> None:
        for step in habit.steps:
            if isinstance(step, str):
                await connection.run(self._filled(step))
            else:
                await connection.pause(step / self._pace.speed)

    async def _connected(self) -> Connection:
        while True:
            try:
                return await self._connect(self._use.role)
            except PostgresError as problem:
                self._complain(problem)
            await self._pace.sleep(RETRY)

    def _filled(self, statement: str) -> str:
        number = self._rng.randint
        return statement.format(customer=number(1, CUSTOMERS), order=number(1, ORDERS), item=number(1, ITEMS))

    def _complain(self, problem: PostgresError) -> None:
        self._say(f"{_moment(self._pace.now())} ERROR database shop: {problem}")


def _moment(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
