"""Reads the Postgres servers for as long as the cockpit runs, wherever in the cluster the person looks."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from cockpit.board import Board
from cockpit.clock import Clock
from cockpit.reading import Reading
from cockpit.sources.feed import Feed, Pace, Source, end_soon
from cockpit.sources.postgres.model import POSTGRES, PostgresLook

if TYPE_CHECKING:
    from cockpit.sources.postgres.session import PostgresSession
    from cockpit.sources.postgres.target import Target

PACE = Pace(deadline=10.0, fresh_for=15.0, backoff_first=1.0, backoff_most=15.0)
"""A server at its limit is asked again soon: a place that comes free is what the person waits for."""


class ServerSource(Source[PostgresLook], Protocol):
    """Reads a server, and leaves out what it was denied until it is told to try again."""

    def retry_denied(self) -> None:
        """Ask again for what was denied."""

    def borrow(self) -> "PostgresSession | None":
        """Lend the connection for emergencies to who acts, while it is used."""

    async def give_back(self) -> None:
        """Take it back."""

    def use_emergency(self) -> None:
        """Use it as soon as the ordinary one is refused, until that gets in again."""


ReadServer = Callable[["Target", Clock], ServerSource]


def read_server(target: "Target", clock: Clock) -> ServerSource:
    """Prepare to read a server. No network yet."""
    from cockpit.sources.postgres.postgres_source import PostgresSource  # noqa: PLC0415  (after the first frame)

    return PostgresSource(target, clock)


class Servers:
    """The feeds of the Postgres servers."""

    def __init__(self, board: Board, targets: "Sequence[Target]", clock: Clock, read: ReadServer = read_server) -> None:
        """Prepare to publish on `board` what each of the `targets` tells."""
        self.targets = tuple(targets)
        self._board = board
        self._clock = clock
        self._read = read
        self._read_by: dict[str, tuple[ServerSource, Feed[PostgresLook]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of their readings."""
        return tuple(f"{POSTGRES}{target.name}" for target in self.targets)

    def announce(self) -> None:
        """Put every server on the board before anything is known of it."""
        for source in self.sources:
            self._board.publish(Reading(source=source))

    def start(self) -> None:
        """Begin to read, inside a running event loop."""
        self.announce()
        for target in self.targets:
            source = self._read(target, self._clock)
            feed = Feed(source, self._board, PACE, self._clock)
            self._read_by[source.name] = source, feed
            task = asyncio.create_task(feed.run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def retry_now(self, source: str | None) -> None:
        """Have a server that is in trouble tried again at once; None: every one."""
        for name, (reader, feed) in self._read_by.items():
            if source in (None, name):
                reader.retry_denied()
                feed.retry_now()

    def borrow(self, name: str) -> "PostgresSession | None":
        """Lend the connection for emergencies through which a server is looked at; None: it is not used."""
        read_by = self._read_by.get(f"{POSTGRES}{name}")
        return None if read_by is None else read_by[0].borrow()

    async def give_back(self, name: str) -> None:
        """Take it back: who acts has a connection of their own again."""
        await self._read_by[f"{POSTGRES}{name}"][0].give_back()

    def use_emergency(self, name: str) -> None:
        """Look at a server through its connection for emergencies, until the ordinary one gets in again."""
        reader, feed = self._read_by[f"{POSTGRES}{name}"]
        reader.use_emergency()
        feed.retry_now()

    async def stop(self) -> None:
        """End everything. Waits a moment at most, whatever the servers do."""
        await end_soon(set(self._tasks))
