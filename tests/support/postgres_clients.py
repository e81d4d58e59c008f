"""Clients of a real PostgreSQL server, as tests of actions see them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

from cockpit.actions.postgres.live import backend_ref
from cockpit.actions.resource import Ref

Admin = psycopg.Connection[tuple[Any, ...]]
Client = psycopg.AsyncConnection[tuple[Any, ...]]
Connect = Callable[..., Awaitable[Client]]
CONTEXT = "postgres/shop-db"


async def seen(admin: Admin, client: Client, condition: str) -> None:
    """Wait until pg_stat_activity shows a client as a condition wants it."""
    sql = f"SELECT 1 FROM pg_stat_activity WHERE pid = %s AND {condition}"  # noqa: S608  (of a test)
    async with asyncio.timeout(5):
        while not admin.execute(sql, (client.info.backend_pid,)).fetchall():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def ref_of(admin: Admin, client: Client) -> Ref:
    """Point at the backend of a client."""
    pid = client.info.backend_pid
    (start,) = admin.execute("SELECT backend_start FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchall()[0]
    return backend_ref(pid, start)


def is_there(admin: Admin, ref: Ref) -> bool:
    """Tell whether a backend is there."""
    return bool(admin.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s::int", (ref.name,)).fetchall())
