"""What the readers of a server ask: whatever can run a statement that only reads."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol


class Answer(Protocol):
    """What a statement gave."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, also when there is no row."""

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows, in the order of the columns."""


class Asks(Protocol):
    """A connection to a server, such as `PostgresSession`."""

    @property
    def alive(self) -> bool:
        """Whether another statement can be tried."""

    async def query(self, statement: str, parameters: Sequence[Any] = (), *, timeout: float = 3.0) -> Answer:  # noqa: ASYNC109
        """Run one statement in a read-only transaction.

        Raises:
            SourceError: It failed, or gave no answer within `timeout` seconds.
        """


def utc(moment: datetime | None) -> datetime | None:
    """Give a moment of the server in UTC: it tells times in the zone of its session."""
    return None if moment is None else moment.astimezone(UTC)


def rollback_prepared(gid: str) -> str:
    """Give the statement that undoes a prepared transaction, in the database in which it was prepared."""
    literal = gid.replace("'", "''")
    return f"ROLLBACK PREPARED '{literal}'"


def quoted(name: str) -> str:
    """Quote an identifier for SQL, as quote_ident does with those that need it."""
    return '"' + name.replace('"', '""') + '"'
