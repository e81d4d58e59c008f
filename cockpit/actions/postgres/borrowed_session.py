"""Acting over the connection of who looks, where there is no room for one of one's own."""

from collections.abc import Sequence
from typing import Any

from cockpit.actions.postgres.lasting_session import Acts, Answer
from cockpit.sources.postgres.model import Server


class BorrowedSession:
    """Uses a session that somebody else has opened, and leaves its end to them."""

    def __init__(self, lent: Acts) -> None:
        """Use `lent`, which may write."""
        self._lent = lent

    @property
    def server(self) -> Server | None:
        """What it is connected to."""
        return self._lent.server

    @property
    def alive(self) -> bool:
        """Whether a statement can be tried."""
        return self._lent.alive

    async def open(self) -> Server:
        """Tell to what it is connected.

        Raises:
            SourceError: it is not, and cannot be.
        """
        return self._lent.server or await self._lent.open()

    async def query(self, sql: str, parameters: Sequence[Any] = (), /, *, timeout: float = 3.0) -> Answer:  # noqa: ASYNC109
        """Run one statement in a read-only transaction.

        Raises:
            SourceError: it failed, or gave no answer within `timeout` seconds.
        """
        return await self._lent.query(sql, parameters, timeout=timeout)

    async def execute(self, sql: str, parameters: Sequence[Any] = (), /, *, timeout: float | None = 3.0) -> Answer:  # noqa: ASYNC109
        """Run one statement that may write.

        Raises:
            SourceError: it failed, or gave no answer within `timeout` seconds.
        """
        return await self._lent.execute(sql, parameters, timeout=timeout)

    def close(self) -> None:
        """Use it no longer; it stays open."""
