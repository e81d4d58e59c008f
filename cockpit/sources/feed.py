"""Runs any source for as long as it is wanted: deadline, back-off with jitter, freshness, cancellation."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import aclosing, suppress
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from cockpit.board import Board
from cockpit.clock import Clock, utc_now
from cockpit.reading import Reading, SourceError, Trouble, TroubleKind

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_BARRED = (TroubleKind.DENIED, TroubleKind.EXPIRED, TroubleKind.MISSING)
_LONGEST_GOODBYE = 1.0
"""Seconds that cancelled feeds have to end before nobody waits for them any more."""
_MOST_DOUBLINGS = 30
"""Enough for any back-off; without a limit the power overflows a float after a night of failures."""


class Source(Protocol[T_co]):
    """Something of the outside world that can be read.

    It raises `SourceError` when it cannot be read. It neither logs, nor waits between tries, nor retries: the feed
    does. What a later stream needs to continue where an earlier one broke off, the source keeps in itself; such a
    resumed stream yields what it knows as soon as the server has answered, changed or not.
    """

    @property
    def name(self) -> str:
        """Name on the board, such as `kubernetes/pods`."""

    def stream(self) -> AsyncIterator[T_co]:
        """Read once (a poll yields one value and ends) or for as long as the server tells news (a stream)."""


class Pace(msgspec.Struct, frozen=True):
    """How a feed drives its source. All times in seconds."""

    deadline: float = 10.0
    """How long a new stream may take to its first value."""
    interval: float | None = 0.2
    """Pause between the good end of one stream and the start of the next: the period of a poll. Never zero, so that
    a server that ends every stream at once is not hammered. None: it is read again only when somebody asks."""
    fresh_for: float | None = None
    """How old a value may grow before it counts as stale; None for streams."""
    backoff_first: float = 0.5
    backoff_most: float = 30.0
    barred: float | None = None
    """Pause after a failure that only a person can mend: not allowed, not logged in, not there. None: back-off as after
    any other."""
    optional: bool = False
    """Not every place has this source: when it is missing, it is off rather than failing."""


class Fed(NamedTuple):
    """A source that is read for as long as the cockpit runs, wherever in the cluster the person looks."""

    name: str
    """Of its reading."""
    open: Callable[[], Source[Any]]
    """Makes the source; quick, without network."""
    pace: Pace


async def end_soon(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel what runs, and wait a moment at most, whatever the sources do."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_LONGEST_GOODBYE)


class Feed(Generic[T]):
    """Keeps one source's newest reading on the board. A feed never dies; it ends when it is cancelled."""

    def __init__(
        self,
        source: Source[T],
        board: Board,
        pace: Pace = Pace(),  # noqa: B008  (frozen)
        clock: Clock = utc_now,
        jitter: random.Random | None = None,
    ) -> None:
        """Prepare to publish the readings of `source` on `board`."""
        self._source = source
        self._board = board
        self._pace = pace
        self._clock = clock
        self._jitter = jitter or random.Random()  # noqa: S311  (spreads retries, protects nothing)
        self._retry_now = asyncio.Event()
        # A first value does not end a row of failures, or a server that answers and then breaks every stream off
        # would be asked without a pause; a good end or a long life does.
        self._failures = 0
        self._reading: Reading[T] = Reading(
            source=source.name,
            fresh_for=None if pace.fresh_for is None else timedelta(seconds=pace.fresh_for),
        )

    def retry_now(self) -> None:
        """End a running back-off, or skip the next: the person has mended something and does not want to wait."""
        self._retry_now.set()

    async def run(self) -> None:
        """Read the source until cancelled."""
        self._board.publish(self._reading)
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                await self._run_stream()
            except SourceError as error:
                self._publish_trouble(error.kind, error.message, error.remedy)
            except Exception as error:  # noqa: BLE001  (a feed never dies: an unforeseen failure is shown like any other)
                self._publish_trouble(TroubleKind.MALFORMED, f"{type(error).__name__}: {error}")
            if loop.time() - started > self._pace.backoff_most:
                self._failures = min(self._failures, 1)
            await self._pause()

    async def _run_stream(self) -> None:
        async with aclosing(self._source.stream()) as values:  # type: ignore[type-var]
            try:
                async with asyncio.timeout(self._pace.deadline) as deadline:
                    value = await anext(values)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                if not deadline.expired():
                    raise
                raise SourceError(TroubleKind.TIMEOUT, f"no answer within {self._pace.deadline:g} s") from error
            self._publish_value(value)
            async for later in values:
                self._publish_value(later)
            self._failures = 0

    def _publish_value(self, value: T) -> None:
        now = self._clock()
        self._reading = msgspec.structs.replace(self._reading, data=value, taken_at=now, trouble=None, off=False)
        self._board.publish(self._reading)

    def _publish_trouble(self, kind: TroubleKind, message: str, remedy: str | None = None) -> None:
        self._failures += 1
        since: datetime = self._reading.trouble.since if self._reading.trouble else self._clock()
        trouble = Trouble(kind=kind, message=message, since=since, remedy=remedy)
        off = self._pace.optional and kind is TroubleKind.MISSING
        self._reading = msgspec.structs.replace(self._reading, trouble=trouble, off=off)
        self._board.publish(self._reading)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause_seconds()):
                await self._retry_now.wait()
        self._retry_now.clear()

    def _pause_seconds(self) -> float | None:
        if not self._failures:
            return self._pace.interval
        doublings = min(self._failures - 1, _MOST_DOUBLINGS)
        longest = min(self._pace.backoff_most, self._pace.backoff_first * 2.0**doublings)
        trouble = self._reading.trouble
        if self._pace.barred is not None and trouble is not None and trouble.kind in _BARRED:
            longest = self._pace.barred
        return longest * self._jitter.uniform(0.5, 1.0)
