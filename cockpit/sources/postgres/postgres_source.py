"""Looks at one server for as long as it is wanted, and says what it saw."""

import asyncio
from collections.abc import AsyncIterator

from cockpit.clock import Clock, utc_now
from cockpit.sources.postgres.model import POSTGRES, Gap, PostgresLook
from cockpit.sources.postgres.readers import Memory, Readers
from cockpit.sources.postgres.server_changes import ServerChanges, identity
from cockpit.sources.postgres.session import PostgresSession
from cockpit.sources.postgres.target import Target
from cockpit.sources.postgres.used_history import UsedHistory


class PostgresSource:
    """Reads the activity of a server every few seconds, and its statements and health less often.

    A stream is one connection. What is compared with earlier looks, and what this role was denied, lives in the source
    and outlives it.
    """

    def __init__(self, target: Target, clock: Clock = utc_now, *, every: float = 2.0) -> None:
        """Prepare to look at `target` every so many seconds."""
        self.name = POSTGRES + target.name
        self._target = target
        self._clock = clock
        self._every = every
        self._changes = ServerChanges()
        self._used = UsedHistory()
        self._memory = Memory()
        self._denied: dict[str, Gap] = {}

    def retry_denied(self) -> None:
        """Ask again for what this role was denied: somebody may have granted it."""
        self._denied.clear()

    async def stream(self) -> AsyncIterator[PostgresLook]:
        """Yield the activity as soon as it is there, and a look again whenever there is news; only an error ends it.

        Raises:
            SourceError: There is no connection, or it has ended.
        """
        session = PostgresSession(self._target)
        try:
            server = await session.open()
            if self._changes.meet(await identity(session), self._clock()):
                self._memory = Memory()
            readers = Readers(session, server, self._clock, self._memory, self._denied)
            while True:
                pulse = await readers.read_activity()
                if self._changes.beat(pulse, self._clock()):
                    self._memory = Memory()
                    readers = Readers(session, server, self._clock, self._memory, self._denied)
                    await readers.read_activity()
                self._used.add(readers.activity.slots.used)
                yield self._look(readers)
                if await readers.read_parts():
                    yield self._look(readers)
                await asyncio.sleep(self._every)
        finally:
            session.close()

    def _look(self, readers: Readers) -> PostgresLook:
        memory = readers.memory
        return PostgresLook(
            server=readers.server,
            activity=readers.activity,
            statements=memory.statements,
            health=None if memory.health.health.taken_at is None else memory.health.health,
            gaps=readers.gaps,
            used_before=self._used.peaks(),
            restarts=self._changes.restarts,
            promoted_at=self._changes.promoted_at,
        )
