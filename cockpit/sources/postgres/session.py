"""A session with a Postgres server: blocking in a thread of its own, awaited on the loop, never waited for at the end.

The server may be full, hang, or go at any moment. Whatever happens is a `SourceError`, and in time.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.errors import show_pools, source_error
from cockpit.sources.postgres.model import Server
from cockpit.sources.postgres.rows import TIMEOUT, Rows
from cockpit.sources.postgres.target import Target
from cockpit.sources.postgres.worker import Worker

if TYPE_CHECKING:  # psycopg is loaded by the session's thread
    from cockpit.sources.postgres.line import Line

T = TypeVar("T")
Purpose = Literal["look", "act"]

OPEN_SECONDS = 8.0
"""How long `open` may take: two addresses that do not answer, and an IAM token."""
GRACE = 0.5
"""Seconds after a statement's time in which we believe that the server ends it itself."""


class PostgresSession:
    """One connection: for looking, which reads only, or for acting, which may write.

    Statements are done one after the other. Whoever stops waiting for one, be it cancelled or out of time, ends the
    session with it. A session that is not alive stays so: open another.
    """

    def __init__(self, target: Target, *, purpose: Purpose = "look") -> None:
        """Prepare; nothing is opened yet."""
        self.target = target
        self.server: Server | None = None
        """What `open` has found."""
        self._reads_only = purpose == "look"
        self._worker = Worker(f"cockpit-postgres-{target.name}")
        self._turn = asyncio.Lock()
        self._lock = threading.Lock()
        """Held while `_line`, `_busy` or `_closed` change, which both the thread and the loop do."""
        self._line: Line | None = None
        self._busy = False
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether a statement can be tried."""
        return self.server is not None and not self._closed

    async def open(self) -> Server:
        """Connect, and find out which server it is.

        Raises:
            SourceError: There is no connection, and the session has ended.
        """
        try:
            self.server = await self._do(self._connect, OPEN_SECONDS)
        except SourceError as error:
            line = self._line
            self.close()
            if error.kind is TroubleKind.TIMEOUT and line is not None and not line.takes_settings:
                message = f"{error.message}: a pooler has let us in, but gives us no connection to the server"
                raise SourceError(error.kind, message, show_pools(self.target)) from None
            raise
        return self.server

    async def query(
        self,
        statement: str,
        parameters: Sequence[Any] = (),
        *,
        timeout: float = TIMEOUT,  # noqa: ASYNC109  (the server is told, too)
        limit: int | None = None,
        as_text: bool = False,
    ) -> Rows:
        """Run one statement that only reads; it cannot write.

        Args:
            statement: a second statement behind a semicolon is refused.
            parameters: for `%s`; when there are none, `%` means itself.
            timeout: seconds after which the server ends it; we wait half a second longer.
            limit: how many rows to fetch at most; without rows, there are then no columns either.
            as_text: give values as the server writes them instead of as Python's.

        Raises:
            SourceError: The server does not do it (`sqlstate` says why), or does not answer; see `alive`.
        """
        return await self._do(
            lambda: self._living().read(statement, parameters, timeout, limit, as_text=as_text), timeout + GRACE
        )

    async def execute(
        self,
        statement: str,
        parameters: Sequence[Any] = (),
        *,
        timeout: float | None = TIMEOUT,  # noqa: ASYNC109  (the server is told, too)
    ) -> Rows:
        """Run one statement that may write, in a session for acting.

        Args:
            statement: a second statement behind a semicolon is refused.
            parameters: for `%s`; when there are none, `%` means itself.
            timeout: seconds after which the server ends it; None: it may take as long as it takes. Behind a pooler, a
                statement with a time-out runs in a transaction, which VACUUM cannot.

        Raises:
            SourceError: The server does not do it (`sqlstate` says why), or does not answer; see `alive`.
        """
        if self._reads_only:
            raise RuntimeError("this session is for looking")
        patience = None if timeout is None else timeout + GRACE
        return await self._do(lambda: self._living().write(statement, parameters, timeout), patience)

    def close(self) -> None:
        """End the session at once, whatever the server does. What runs there ends by its time-out."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._busy and self._line is not None:
                self._line.cut()
        self._worker.end(self._hang_up)

    async def leave(self) -> None:
        """End the session once what was asked of it before is done."""
        async with self._turn:
            self.close()

    async def _do(self, function: Callable[[], T], patience: float | None) -> T:
        async with self._turn:
            if self._closed:
                raise SourceError(TroubleKind.UNREACHABLE, f"{self.target.place()}: the session has ended")
            try:
                return await self._worker.call(lambda: self._guarded(function), patience)
            except TimeoutError:
                self.close()
                message = f"{self.target.place()}: no answer within {patience:g} s"
                raise SourceError(TroubleKind.TIMEOUT, message, self.target.probe()) from None
            except asyncio.CancelledError:
                self.close()
                raise

    def _guarded(self, function: Callable[[], T]) -> T:
        """Do something in the thread."""
        with self._lock:
            self._busy = True
        try:
            return function()
        except SourceError:
            raise
        except Exception as error:  # noqa: BLE001  (psycopg's, the network's, those of a damaged installation)
            failure = source_error(error, self.target)
        finally:
            with self._lock:
                self._busy = False
            if self._line is not None and self._line.broken:
                self.close()
        raise failure  # here, so that it keeps nothing of the frames in which a password was at hand

    def _connect(self) -> Server:
        from cockpit.sources.postgres.line import Line  # noqa: PLC0415  (psycopg takes a fifth of a second)

        line = Line.open(self.target, read_only=self._reads_only)
        with self._lock:
            self._line = line
            if self._closed:
                raise SourceError(TroubleKind.UNREACHABLE, f"{self.target.place()}: the session has ended")
        return line.identify(self.target.name)

    def _living(self) -> "Line":
        if self._line is None:
            raise RuntimeError("the session was not opened")
        return self._line

    def _hang_up(self) -> None:
        """Close the connection, in the thread; it may have been opened after the session was closed."""
        if self._line is not None:
            with self._lock:
                self._line.close()
