"""How a feed drives a source."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from cockpit.board import Board
from cockpit.reading import Reading, SourceError, State, Trouble, TroubleKind
from cockpit.sources.feed import Feed, Pace

NOW = datetime(2026, 11, 21, 14, 8, tzinfo=UTC)
QUICK = Pace(deadline=0.05, interval=0, backoff_first=0, backoff_most=0)


class Hang:
    """A step at which the source says nothing more."""


class Live(NamedTuple):
    """A step at which the source says nothing for a while."""

    seconds: float


class Script:
    """A source that plays one list of steps for each stream: values, errors to raise, or a hang."""

    name = "kubernetes/pods"

    def __init__(self, *streams: Sequence[Any]) -> None:
        self._streams = list(streams)
        self.started = 0
        self.begun = asyncio.Event()
        self.closed = 0

    async def stream(self) -> AsyncIterator[Any]:
        steps = self._streams[self.started] if self.started < len(self._streams) else [Hang()]
        self.started += 1
        self.begun.set()
        try:
            for step in steps:
                if isinstance(step, Hang):
                    await asyncio.Event().wait()
                if isinstance(step, Live):
                    await asyncio.sleep(step.seconds)
                    continue
                if isinstance(step, Exception):
                    raise step
                yield step
        finally:
            self.closed += 1


class Recorder(Board):
    """A board that remembers everything that was published."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[Reading[Any]] = []
        self._grown = asyncio.Event()

    def publish(self, reading: Reading[Any]) -> None:
        self.history.append(reading)
        self._grown.set()
        super().publish(reading)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.history) < count:
                self._grown.clear()
                await self._grown.wait()


async def play(
    source: Script, count: int, pace: Pace = QUICK, clock: Callable[[], datetime] = lambda: NOW
) -> list[Reading[Any]]:
    """Run a feed until it has published `count` readings, and cancel it."""
    board = Recorder()
    feed = Feed(source, board, pace, clock)
    task = asyncio.create_task(feed.run())
    await board.until(count)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return board.history[:count]


async def test_a_source_is_loading_until_its_first_value() -> None:
    loading, live = await play(Script([1, Hang()]), 2)
    assert loading.state(NOW) is State.LOADING
    assert (live.data, live.taken_at, live.state(NOW)) == (1, NOW, State.LIVE)


async def test_what_a_source_cannot_read_keeps_the_last_good_value_and_the_time_of_the_first_failure() -> None:
    times = iter(NOW + timedelta(seconds=second) for second in range(10))
    refused = SourceError(TroubleKind.REFUSED, "500", "kubectl get nodes")
    readings = await play(Script([1, refused], [refused], [2, Hang()]), 5, clock=lambda: next(times))
    _, good, failed, failed_again, mended = readings
    assert failed.data == 1
    assert failed.taken_at == good.taken_at
    assert failed.trouble == Trouble(TroubleKind.REFUSED, "500", NOW + timedelta(seconds=1), "kubectl get nodes")
    assert failed_again.trouble == failed.trouble
    assert mended.trouble is None


async def test_a_source_that_stays_silent_is_given_up_at_the_deadline() -> None:
    source = Script([Hang()])
    _, late = await play(source, 2)
    assert late.trouble == Trouble(TroubleKind.TIMEOUT, "no answer within 0.05 s", NOW)
    assert source.closed >= 1


async def test_the_deadline_does_not_end_a_stream_that_has_begun() -> None:
    source = Script([1, Hang()])
    board = Recorder()
    task = asyncio.create_task(Feed(source, board, QUICK).run())
    await asyncio.sleep(0.1)
    assert [reading.data for reading in board.history] == [None, 1]
    task.cancel()
    await asyncio.wait([task])


async def test_a_time_out_of_the_source_itself_is_not_taken_for_the_deadline() -> None:
    for steps in ([TimeoutError("socket")], [1, TimeoutError("socket")]):
        *_, failed = await play(Script(steps), len(steps) + 1)
        assert failed.trouble is not None
        assert failed.trouble.message == "TimeoutError: socket"


async def test_an_unforeseen_failure_is_shown_and_does_not_end_the_feed() -> None:
    _, failed, live = await play(Script([ZeroDivisionError("oh")], [1, Hang()]), 3)
    assert failed.trouble == Trouble(TroubleKind.MALFORMED, "ZeroDivisionError: oh", NOW)
    assert live.data == 1


async def test_a_poll_is_repeated_after_its_interval() -> None:
    readings = await play(Script([1], [2], [3, Hang()]), 4)
    assert [reading.data for reading in readings] == [None, 1, 2, 3]


async def test_a_source_that_may_be_missing_is_off_while_it_is() -> None:
    missing = SourceError(TroubleKind.MISSING, "no metrics API")
    pace = Pace(interval=0, backoff_first=0, optional=True)
    _, off, live = await play(Script([missing], [1, Hang()]), 3, pace)
    assert off.state(NOW) is State.OFF
    assert off.trouble is not None
    assert live.state(NOW) is State.LIVE


async def test_cancelling_closes_the_stream() -> None:
    source = Script([1, Hang()])
    await play(source, 2)
    assert source.closed == source.started == 1


class NoJitter(random.Random):
    """Always the longest."""

    def uniform(self, a: float, b: float) -> float:
        return b


class Pauses:
    """Collects how long a feed pauses, and lets no time pass."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, enough: int) -> None:
        self.seconds: list[float | None] = []
        self.done = asyncio.Event()

        async def pause(feed: Feed[Any]) -> None:
            self.seconds.append(feed._pause_seconds())
            if len(self.seconds) >= enough:
                self.done.set()
            await asyncio.sleep(0)

        monkeypatch.setattr(Feed, "_pause", pause)

    async def of(self, source: Script, pace: Pace) -> list[float | None]:
        task = asyncio.create_task(Feed(source, Board(), pace, jitter=NoJitter()).run())
        async with asyncio.timeout(5):
            await self.done.wait()
        task.cancel()
        await asyncio.wait([task])
        return self.seconds


async def test_back_off_doubles_up_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    down = [SourceError(TroubleKind.UNREACHABLE, "refused")]
    pauses = await Pauses(monkeypatch, 8).of(Script(*[down] * 8), Pace())
    assert pauses[:8] == [0.5, 1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("kind", [TroubleKind.DENIED, TroubleKind.EXPIRED, TroubleKind.MISSING])
async def test_what_only_a_person_can_mend_is_asked_for_seldom(
    monkeypatch: pytest.MonkeyPatch, kind: TroubleKind
) -> None:
    barred, down = [SourceError(kind, "no")], [SourceError(TroubleKind.UNREACHABLE, "refused")]
    pauses = await Pauses(monkeypatch, 4).of(Script(down, barred, barred, down), Pace(backoff_first=1, barred=300))
    assert pauses[:4] == [1, 300, 300, 8]


async def test_a_feed_survives_a_night_of_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    down = [SourceError(TroubleKind.UNREACHABLE, "refused")]
    pauses = await Pauses(monkeypatch, 1200).of(Script(*[down] * 1200), Pace())
    assert pauses[1199] == 30


async def test_a_server_that_breaks_every_stream_off_after_its_answer_is_not_hammered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut = [1, SourceError(TroubleKind.UNREACHABLE, "connection lost")]
    pauses = await Pauses(monkeypatch, 3).of(Script(*[cut] * 3), Pace())
    assert pauses[:3] == [0.5, 1, 2]


async def test_a_good_end_forgives_earlier_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    down = [SourceError(TroubleKind.UNREACHABLE, "refused")]
    pauses = await Pauses(monkeypatch, 4).of(Script(down, down, [1], down), Pace(interval=7))
    assert pauses[:4] == [0.5, 1, 7, 0.5]


async def test_a_long_life_forgives_earlier_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = SourceError(TroubleKind.UNREACHABLE, "connection lost")
    streams: list[list[Any]] = [[lost], [lost], [lost], [1, Live(0.05), lost]]
    pauses = await Pauses(monkeypatch, 4).of(Script(*streams), Pace(backoff_first=0.01, backoff_most=0.04))
    assert pauses[:4] == [0.01, 0.02, 0.04, 0.01]


async def test_back_off_is_spread_so_that_cockpits_do_not_come_back_together(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Feed(Script(), Board(), Pace(backoff_first=10))
    feed._failures = 1
    seconds = {feed._pause_seconds() for _ in range(50)}
    assert len(seconds) > 1
    assert all(second is not None and 5 <= second <= 10 for second in seconds)


async def test_asking_to_retry_ends_the_back_off() -> None:
    source = Script([SourceError(TroubleKind.EXPIRED, "401")], [1, Hang()])
    board = Board()
    feed = Feed(source, board, Pace(backoff_first=3600, backoff_most=3600))
    task = asyncio.create_task(feed.run())
    async with asyncio.timeout(5):
        async for reading in board.subscribe():
            if reading.trouble is not None:
                feed.retry_now()
            if reading.data == 1:
                break
    task.cancel()
    await asyncio.wait([task])


async def test_asking_to_retry_while_a_try_is_running_counts_for_the_next() -> None:
    source = Script([Hang()], [1, Hang()])
    board = Board()
    feed = Feed(source, board, Pace(deadline=0.02, backoff_first=3600, backoff_most=3600))
    task = asyncio.create_task(feed.run())
    async with asyncio.timeout(5):
        await source.begun.wait()
        feed.retry_now()
        async for reading in board.subscribe():
            if reading.data == 1:
                break
    task.cancel()
    await asyncio.wait([task])


async def test_what_has_no_interval_is_read_again_only_when_somebody_asks() -> None:
    source = Script([1], [2])
    board = Recorder()
    feed = Feed(source, board, Pace(interval=None), lambda: NOW)
    task = asyncio.create_task(feed.run())
    await board.until(2)
    await asyncio.sleep(0.05)
    assert source.started == 1
    feed.retry_now()
    await board.until(3)
    assert [reading.data for reading in board.history] == [None, 1, 2]
    task.cancel()
    await asyncio.wait([task])
