"""A real server with clients of several kinds, and what plans and carries out actions on it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import psycopg
import pytest
from support.postgres import postgres
from support.postgres_clients import CONTEXT, Admin, Client, Connect
from support.recorder import Memory

from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.postgres.executor import PostgresExecutor
from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.planner import PostgresPlanner
from cockpit.actions.runner import Runner
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.session import PostgresSession
from cockpit.sources.postgres.target import Target

__all__ = ["postgres"]

QUICK = Pace(answer=2.0, find_out=0.5, look_again=0.05)


@pytest.fixture
def admin(postgres: PostgresServer) -> Iterator[Admin]:
    """A superuser who prepares what a test needs, and looks behind the cockpit's back."""
    with psycopg.connect(postgres.dsn(), autocommit=True, application_name="cockpit/admin") as connection:
        yield connection


@pytest.fixture
async def connect(postgres: PostgresServer) -> AsyncIterator[Connect]:
    """Connect as an application."""
    async with AsyncExitStack() as stack:

        async def one(application: str = "shop-api", user: str = "postgres", **more: Any) -> Client:
            dsn = postgres.dsn(user)
            client = await psycopg.AsyncConnection.connect(dsn, autocommit=True, application_name=application, **more)
            stack.push_async_callback(client.close)
            return client

        yield one


@pytest.fixture
def make(postgres: PostgresServer) -> Callable[..., PostgresSession]:
    """Make a session of the cockpit's that may write."""

    def one(user: str = "postgres") -> PostgresSession:
        parameters = {"host": "127.0.0.1", "port": str(postgres.port), "user": user, "dbname": "postgres"}
        return PostgresSession(Target("shop-db", parameters), purpose="act")

    return one


@pytest.fixture
def session(make: Callable[..., PostgresSession]) -> Iterator[LastingSession]:
    session = LastingSession(make)
    yield session
    session.close()


@pytest.fixture
def planner(session: LastingSession) -> PostgresPlanner:
    return PostgresPlanner(session, "shop-db")


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def runner(session: LastingSession, make: Callable[..., PostgresSession], memory: Memory) -> Runner:
    return Runner(PostgresExecutor(session, make, "shop-db"), memory, pace=QUICK)


@pytest.fixture
def permit() -> Permit:
    return Permit(frozenset({CONTEXT}))


@pytest.fixture
def role(admin: Admin) -> Iterator[str]:
    """A role that may log in and nothing else."""
    admin.execute("CREATE ROLE viewer LOGIN")
    yield "viewer"
    admin.execute("DROP OWNED BY viewer")
    admin.execute("DROP ROLE viewer")


@pytest.fixture
def as_role(role: str, make: Callable[..., PostgresSession]) -> Iterator[LastingSession]:
    """A session of that role."""
    session = LastingSession(lambda: make(role))
    yield session
    session.close()
