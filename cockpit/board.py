"""The board: the newest reading of every source, and who is waiting for it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from cockpit.reading import Reading


class _Subscriber:
    """A waiting consumer and the names of the sources that changed since it last looked."""

    def __init__(self, sources: frozenset[str] | None) -> None:
        self.sources = sources
        self.changed: dict[str, None] = {}
        self.wake = asyncio.Event()


class Board:
    """Keeps the newest reading of each source and hands it to subscribers.

    A slow subscriber gets the newest reading of each source, never a backlog. Belongs to one event loop.
    """

    def __init__(self) -> None:
        self._latest: dict[str, Reading[Any]] = {}
        self._subscribers: set[_Subscriber] = set()

    def publish(self, reading: Reading[Any]) -> None:
        """Put a reading on the board in place of the older one of the same source."""
        self._latest[reading.source] = reading
        for subscriber in self._subscribers:
            if subscriber.sources is None or reading.source in subscriber.sources:
                subscriber.changed[reading.source] = None
                subscriber.wake.set()

    def latest(self, source: str) -> Reading[Any] | None:
        """Give the newest reading of `source`, or None when nobody reads it."""
        return self._latest.get(source)

    def readings(self) -> list[Reading[Any]]:
        """Give the newest reading of every source, ordered by source name."""
        return [self._latest[name] for name in sorted(self._latest)]

    def forget(self, source: str) -> None:
        """Take a source that is read no longer off the board; subscribers are told with an `off` reading."""
        if source in self._latest:
            self.publish(Reading(source=source, off=True))
            del self._latest[source]

    async def subscribe(self, sources: Iterable[str] | None = None) -> AsyncIterator[Reading[Any]]:
        """Yield the newest reading of each of `sources` (None: all), first what is there, then every change."""
        wanted = None if sources is None else frozenset(sources)
        subscriber = _Subscriber(wanted)
        subscriber.changed = {name: None for name in self._latest if wanted is None or name in wanted}
        with self._registered(subscriber):
            while True:
                changed, subscriber.changed = subscriber.changed, {}
                subscriber.wake.clear()
                for name in changed:
                    yield self._latest.get(name) or Reading(source=name, off=True)
                await subscriber.wake.wait()

    @contextmanager
    def _registered(self, subscriber: _Subscriber) -> Iterator[None]:
        self._subscribers.add(subscriber)
        try:
            yield
        finally:
            self._subscribers.discard(subscriber)
