"""Runs any source for as long as it is wanted: deadline, back-off with jitter, freshness, cancellation."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

import msgspec

from cockpit.board import Board
from cockpit.clock import Clock, utc_now
from cockpit.reading import Reading, SourceError, Trouble, TroubleKind

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


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
    interval: float = 0.2
    """Pause between the good end of one stream and the start of the next: the period of a poll. Never zero, so that
    a server that ends every stream at once is not hammered."""
    fresh_for: float | None = None
    """How old a value may grow before it counts as stale; None for streams."""
    backoff_first: float = 0.5
    backoff_most: float = 30.0


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
        self._failures = 0
        self._reading: Reading[T] = Reading(
            source=source.name,
            fresh_for=None if pace.fresh_for is None else timedelta(seconds=pace.fresh_for),
        )

    def retry_now(self) -> None:
        """End a running back-off: the person has mended something and does not want to wait."""
        self._retry_now.set()

    async def run(self) -> None:
        """Read the source until cancelled."""
        self._board.publish(self._reading)
        while True:
            try:
                await self._run_stream()
            except SourceError as error:
                self._publish_trouble(error.kind, error.message, error.remedy)
            except TimeoutError:
                self._publish_trouble(TroubleKind.TIMEOUT, f"no answer within {self._pace.deadline:g} s")
            except Exception as error:  # noqa: BLE001  (a feed never dies: an unforeseen failure is shown like any other)
                self._publish_trouble(TroubleKind.MALFORMED, f"{type(error).__name__}: {error}")
            await self._pause()

    async def _run_stream(self) -> None:
        async with aclosing(self._source.stream()) as values:  # type: ignore[type-var]
            async with asyncio.timeout(self._pace.deadline):
                try:
                    value = await anext(values)
                except StopAsyncIteration:
                    return
            self._publish_value(value)
            async for later in values:
                self._publish_value(later)

    def _publish_value(self, value: T) -> None:
        self._failures = 0
        self._reading = msgspec.structs.replace(self._reading, data=value, taken_at=self._clock(), trouble=None)
        self._board.publish(self._reading)

    def _publish_trouble(self, kind: TroubleKind, message: str, remedy: str | None = None) -> None:
        self._failures += 1
        since: datetime = self._reading.trouble.since if self._reading.trouble else self._clock()
        trouble = Trouble(kind=kind, message=message, since=since, remedy=remedy)
        self._reading = msgspec.structs.replace(self._reading, trouble=trouble)
        self._board.publish(self._reading)

    async def _pause(self) -> None:
        seconds = self._pace.interval
        if self._failures:
            longest = min(self._pace.backoff_most, self._pace.backoff_first * 2 ** (self._failures - 1))
            seconds = longest * self._jitter.uniform(0.5, 1.0)
        self._retry_now.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._retry_now.wait()
        except TimeoutError:
            pass
