"""Looks at one server for as long as it is wanted, and says what it saw."""

import asyncio
from collections.abc import AsyncIterator

from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.entrance import Entrance
from cockpit.sources.postgres.errors import is_of_pooler
from cockpit.sources.postgres.model import POSTGRES, Gap, PostgresLook
from cockpit.sources.postgres.pooler import PoolerConsole, with_pools
from cockpit.sources.postgres.readers import Memory, Readers
from cockpit.sources.postgres.server_changes import ServerChanges, identity
from cockpit.sources.postgres.session import PostgresSession
from cockpit.sources.postgres.target import Target
from cockpit.sources.postgres.used_history import UsedHistory

_LOOKS_BETWEEN_KNOCKS = 3
"""In an emergency: so many looks are taken until it is tried again whether the ordinary way is free."""


class PostgresSource:
    """Reads the activity of a server every few seconds, and its statements and health less often.

    A stream is one connection. What is compared with earlier looks, and what this role was denied, lives in the source
    and outlives it.
    """

    def __init__(self, target: Target, clock: Clock = utc_now, *, every: float = 2.0) -> None:
        """Prepare to look at `target` every so many seconds."""
        self.name = POSTGRES + target.name
        self._target = target
        self._entrance = Entrance(target)
        self._console = PoolerConsole(target)
        self._pooled = False
        """A pooler stood in between when we last got in."""
        self._clock = clock
        self._every = every
        self._changes = ServerChanges()
        self._used = UsedHistory()
        self._memory = Memory()
        self._denied: dict[str, Gap] = {}
        self._role: str | None = None
        """To whom that was denied."""

    def borrow(self) -> PostgresSession | None:
        """Lend the connection for emergencies to who acts, while it is used; None: it is not."""
        return self._entrance.borrow()

    async def give_back(self) -> None:
        """Take it back."""
        await self._entrance.give_back()

    def use_emergency(self) -> None:
        """Look through the connection for emergencies from the next stream on, until the ordinary one gets in again."""
        self._entrance.use_emergency()

    def retry_denied(self) -> None:
        """Ask again for what this role was denied: somebody may have granted it."""
        self._denied.clear()

    async def stream(self) -> AsyncIterator[PostgresLook]:
        """Yield the activity as soon as it is there, and a look again whenever there is news.

        Only an error ends it, or that the connection for emergencies is no longer needed.

        Raises:
            SourceError: There is no connection, or it has ended.
        """
        try:
            session, server = await self._entrance.open()
        except SourceError as error:
            raise await self._told(error) from None
        self._pooled = server.pooled
        try:
            if server.role != self._role:
                self._denied.clear()
                self._role = server.role
            if self._changes.meet(await identity(session), self._clock()):
                self._memory = Memory()
            readers = Readers(session, server, self._clock, self._memory, self._denied, self._console)
            looks, emergency = 0, self._entrance.is_emergency(session)
            while True:
                pulse = await readers.read_activity()
                if self._changes.beat(pulse, self._clock()):
                    self._memory = Memory()
                    readers = Readers(session, server, self._clock, self._memory, self._denied, self._console)
                    await readers.read_activity()
                self._used.add(readers.activity.slots.used, self._clock())
                yield self._look(readers, emergency=emergency)
                if await readers.read_parts():
                    yield self._look(readers, emergency=emergency)
                looks += 1
                if looks % _LOOKS_BETWEEN_KNOCKS == 0 and await self._entrance.is_free_again(session):
                    return
                await asyncio.sleep(self._every)
        finally:
            self._entrance.close(session)
            self._console.close()

    async def _told(self, refusal: SourceError) -> SourceError:
        """Add what the pooler says where one does not let us through, or stands before a server that does not."""
        kept_out = refusal.kind in (TroubleKind.REFUSED, TroubleKind.TIMEOUT)
        if not (is_of_pooler(refusal, self._target) or (kept_out and self._pooled)):
            return refusal
        try:
            return await with_pools(refusal, self._console)
        finally:
            self._console.close()

    def _look(self, readers: Readers, *, emergency: bool) -> PostgresLook:
        memory = readers.memory
        return PostgresLook(
            server=readers.server,
            activity=readers.activity,
            statements=memory.statements,
            health=None if memory.health.health.taken_at is None else memory.health.health,
            gaps=readers.gaps,
            used_before=self._used.peaks(),
            used_at=self._used.times(),
            restarts=self._changes.restarts,
            promoted_at=self._changes.promoted_at,
            emergency=emergency,
        )
