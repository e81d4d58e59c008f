"""The session on which actions are carried out: opened before it is needed, there again after it was lost."""

# ruff: noqa: ASYNC109  (a time-out that the server is told, too)

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.model import Server


class Answer(Protocol):
    """What a statement gave."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows, in the order of the columns."""


class Reads(Protocol):
    """A session that reads, such as `PostgresSession`."""

    @property
    def server(self) -> Server | None:
        """What it is connected to; None: not yet."""

    async def query(self, sql: str, parameters: Sequence[Any] = (), /, *, timeout: float = 3.0) -> Answer:
        """Run one statement in a read-only transaction.

        Raises:
            SourceError: it failed, or gave no answer within `timeout` seconds.
        """


class Writes(Reads, Protocol):
    """A session that may also write."""

    async def execute(self, sql: str, parameters: Sequence[Any] = (), /, *, timeout: float | None = 3.0) -> Answer:
        """Run one statement that may write. Without a time-out it runs outside any transaction, as VACUUM has to.

        Raises:
            SourceError: it failed, or gave no answer within `timeout` seconds.
        """


class Acts(Writes, Protocol):
    """A session with its beginning and end, such as `PostgresSession` with the purpose `act`."""

    @property
    def alive(self) -> bool:
        """Whether a statement can be tried."""

    async def open(self) -> Server:
        """Connect, and tell to what.

        Raises:
            SourceError: it cannot.
        """

    def close(self) -> None:
        """End it. Does not block."""


Make = Callable[[], Acts]
"""Makes a session that may write; it is not open yet."""


class LastingSession:
    """Connects anew with the next statement after the connection was lost. Belongs to one event loop."""

    def __init__(self, make: Make) -> None:
        """Use the sessions that `make` makes, one at a time."""
        self._make = make
        self._session: Acts | None = None
        self._server: Server | None = None
        self._refused = False

    @property
    def refused(self) -> bool:
        """Whether the server had no place for it when it was tried last."""
        return self._refused

    @property
    def server(self) -> Server | None:
        """What it was connected to last; None: not yet."""
        return self._server

    async def open(self) -> Server:
        """Connect, unless it is connected; tell to what.

        Raises:
            SourceError: it cannot.
        """
        _, server = await self._opened()
        return server

    async def query(self, sql: str, parameters: Sequence[Any] = (), /, *, timeout: float = 3.0) -> Answer:
        """Run one statement in a read-only transaction.

        Raises:
            SourceError: it failed, or gave no answer within `timeout` seconds.
        """
        session, _ = await self._opened()
        return await session.query(sql, parameters, timeout=timeout)

    async def execute(self, sql: str, parameters: Sequence[Any] = (), /, *, timeout: float | None = 3.0) -> Answer:
        """Run one statement that may write.

        Raises:
            SourceError: it failed, or gave no answer within `timeout` seconds.
        """
        session, _ = await self._opened()
        return await session.execute(sql, parameters, timeout=timeout)

    def move_to(self, session: Acts) -> None:
        """Use another session from the next statement on, which is open already."""
        self.close()
        self._session, self._server, self._refused = session, session.server, False

    def close(self) -> None:
        """End the connection. Does not block."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    async def _opened(self) -> tuple[Acts, Server]:
        if self._session is None or self._server is None or not self._session.alive:
            self.close()
            session = self._make()
            try:
                self._server = await session.open()
            except BaseException as error:
                self._refused = isinstance(error, SourceError) and error.kind is TroubleKind.REFUSED
                session.close()
                raise
            self._session, self._refused = session, False
        return self._session, self._server
