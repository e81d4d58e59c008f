"""Everything that is read over one connection, each part at its own pace and with its own failures."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import msgspec

from cockpit.clock import Clock
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.activity import ActivityReader, Pulse
from cockpit.sources.postgres.asking import Asks, quoted
from cockpit.sources.postgres.health import SELDOM, HealthMemory, HealthReader
from cockpit.sources.postgres.lock_waits import LockWaits
from cockpit.sources.postgres.model import Activity, BackendState, Gap, Server, Slots, Statements
from cockpit.sources.postgres.names import Names
from cockpit.sources.postgres.pooler import PoolerConsole
from cockpit.sources.postgres.sampled_statements import SampledStatements
from cockpit.sources.postgres.statement_ledger import StatementLedger
from cockpit.sources.postgres.statement_texts import StatementTexts
from cockpit.sources.postgres.statements import NoStatements, StatementsReader

STATEMENTS_EVERY = 10.0
"""Seconds."""
_STATEMENTS_PER_SECOND = 250
"""So many are read a second on the average, or what they cost the server would grow with what it remembers."""
_BUDGET = 1.0
"""Seconds after which no further part is begun: the activity must not wait for the health of a slow server."""


class Memory:
    """What was learnt of a server and outlives a connection."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.health = HealthMemory()
        self.ledger = StatementLedger()
        self.texts = StatementTexts()
        self.sampled = SampledStatements()
        self.statements: Statements | None = None


class Readers:
    """Reads over one connection, and keeps what was read last. An error that ends the connection is raised by all."""

    def __init__(
        self,
        session: Asks,
        server: Server,
        clock: Clock,
        memory: Memory,
        denied: dict[str, Gap],
        console: PoolerConsole | None = None,
    ) -> None:
        """Prepare to read.

        Args:
            session: whom to ask.
            server: who answers there, and as whom we ask.
            clock: tells what is due.
            memory: what earlier connections have learnt; it grows.
            denied: parts that this role may not read, which are not asked for again; they are added here.
            console: of the pooler, if there is one.
        """
        self.server = server
        self.activity = Activity(Slots(0, 0))
        self.memory = memory
        self._session = session
        self._clock = clock
        self._denied = denied
        self._gaps: dict[str, Gap] = {}
        names = Names(session)
        self._activity_reader = ActivityReader(session, names)
        self._lock_waits = LockWaits(session)
        self._statements_reader = StatementsReader(session, names, memory.ledger, memory.texts)
        self._health = HealthReader(
            session, clock, memory.health, server.backend_pids, console if server.pooled else None
        )
        self._parts: dict[str, tuple[Callable[[], float], Callable[[], Awaitable[None]]]] = {
            "names": (partial(float, SELDOM), names.ask_again),
            "statements": (self._statements_every, self._read_statements),
            **{
                f"health.{part.name}": (partial(float, part.every), partial(self._health.read, part))
                for part in self._health.parts
            },
        }
        self._read_at: dict[str, datetime | None] = dict.fromkeys(self._parts)

    @property
    def gaps(self) -> dict[str, Gap]:
        """What is missing, by part."""
        return self._hidden() | self._denied | self._gaps

    async def read_activity(self) -> Pulse:
        """Look at the processes and at who waits for whom.

        Raises:
            SourceError: The processes cannot be read; without them there is nothing to tell.
        """
        self.activity, pulse = await self._activity_reader.read()
        self._health.activity = self.activity
        self.server = msgspec.structs.replace(
            self.server,
            started_at=pulse.started_at,
            in_recovery=pulse.in_recovery,
            sees_all=not any(backend.state is BackendState.HIDDEN for backend in self.activity.backends),
        )
        await self._read("activity.locks", self._read_lock_waits)
        if self.memory.statements is not None and self.memory.statements.sampled:
            self.memory.sampled.look(self.activity, self._clock(), self.server.backend_pids)
        return pulse

    async def read_parts(self) -> bool:
        """Read the parts that are due, those first that wait longest, and tell whether there were any.

        Raises:
            SourceError: The connection has ended.
        """
        began = self._clock()
        due = [name for name, (every, _) in self._parts.items() if self._is_due(name, every())]
        due.sort(key=lambda name: self._read_at[name] is not None)
        for name in due:
            if (self._clock() - began).total_seconds() > _BUDGET:
                break
            self._read_at[name] = self._clock()
            await self._read(name, self._parts[name][1])
        return bool(due)

    def _is_due(self, name: str, every: float) -> bool:
        read_at = self._read_at[name]
        return name not in self._denied and (read_at is None or (self._clock() - read_at).total_seconds() >= every)

    def _statements_every(self) -> float:
        known = self.memory.statements.known if self.memory.statements else 0
        return max(STATEMENTS_EVERY, known / _STATEMENTS_PER_SECOND)

    async def _read(self, name: str, read: Callable[[], Awaitable[None]]) -> None:
        if name in self._denied:
            return
        self._gaps.pop(name, None)
        try:
            await read()
        except SourceError as error:
            if not self._session.alive:
                raise
            denied = error.kind is TroubleKind.DENIED
            gap = Gap(error.message, self._grant() if denied else error.remedy)
            (self._denied if denied else self._gaps)[name] = gap

    async def _read_lock_waits(self) -> None:
        waits = await self._lock_waits.read(self.activity.backends)
        self.activity = msgspec.structs.replace(self.activity, lock_waits=waits)

    async def _read_statements(self) -> None:
        try:
            self.memory.statements = await self._statements_reader.read(self._clock)
        except NoStatements:
            self.memory.statements = self.memory.sampled.take(self._clock())
            raise
        except SourceError:
            self.memory.statements = None
            raise

    def _hidden(self) -> dict[str, Gap]:
        """Say what this role sees a part of only."""
        if self.server.sees_all:
            return {}
        parts = {"activity": "states and statements", "statements": "statements"}
        if self.memory.health.health.standbys:
            parts["health.standbys"] = "positions of standbys"
        return {
            part: Gap(f"{what} of other roles are hidden from this role", self._grant()) for part, what in parts.items()
        }

    def _grant(self) -> str:
        return f"GRANT pg_monitor TO {quoted(self.server.role)}"
