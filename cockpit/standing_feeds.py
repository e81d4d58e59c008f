"""Reads AWS and the web for as long as the cockpit runs, wherever in the cluster the person looks."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from cockpit.board import Board
from cockpit.clock import Clock
from cockpit.reading import Reading
from cockpit.sources.feed import Fed, Feed, Source, end_soon


@runtime_checkable
class LeavesOutDenied(Protocol):
    """A source that leaves out what it was denied, until it is told to try again."""

    def retry_denied(self) -> None:
        """Ask again for what was denied."""


class StandingFeeds:
    """The feeds of what does not depend on a cluster."""

    def __init__(self, board: Board, fed: Sequence[Fed], clock: Clock) -> None:
        """Prepare to publish on `board` what each of the sources tells."""
        self.sources = tuple(each.name for each in fed)
        """The names of their readings."""
        self._fed = fed
        self._board = board
        self._clock = clock
        self._read_by: dict[str, tuple[Source[Any], Feed[Any]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to read, inside a running event loop."""
        for each in self._fed:
            self._board.publish(Reading(source=each.name))
            source = each.open()
            feed = Feed(source, self._board, each.pace, self._clock)
            self._read_by[each.name] = source, feed
            task = asyncio.create_task(feed.run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def retry_now(self, source: str | None) -> None:
        """Have a source that is in trouble tried again at once; None: every one."""
        for name, (reader, feed) in self._read_by.items():
            if source in (None, name):
                if isinstance(reader, LeavesOutDenied):
                    reader.retry_denied()
                feed.retry_now()

    async def stop(self) -> None:
        """End everything. Waits a moment at most, whatever the sources do."""
        await end_soon(set(self._tasks))
