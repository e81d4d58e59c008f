"""Following several logs at once."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable
from itertools import pairwise

import pytest

from cockpit.logs import merge as merge_module
from cockpit.logs import tail as tail_module
from cockpit.logs.block import LineKind, LogBlock, LogTarget
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.tail import StreamState, Tail

MakeBlock = Callable[..., LogBlock]


def target(pod: str) -> LogTarget:
    return LogTarget(namespace="shop", pod=pod, container="api")


class Cluster:
    """Streams whose blocks the test decides; remembers which were opened and closed."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.ended = asyncio.Event()
        self._queues: dict[str, asyncio.Queue[LogBlock | Exception | None]] = {}

    def write(self, pod: str, *blocks: LogBlock | Exception | None) -> None:
        for block in blocks:
            self._queue(pod).put_nowait(block)

    def _queue(self, pod: str) -> asyncio.Queue[LogBlock | Exception | None]:
        return self._queues.setdefault(pod, asyncio.Queue())

    async def open_stream(self, target: LogTarget) -> AsyncIterator[LogBlock]:
        self.opened.append(target.pod)
        try:
            while (block := await self._queue(target.pod).get()) is not None:
                if isinstance(block, Exception):
                    raise block
                yield block
        finally:
            self.closed.append(target.pod)
            self.ended.set()


class Desk:
    """A tail with its buffer, and how often it woke its listener."""

    def __init__(self, cluster: Cluster, tick: float = 0.0) -> None:
        self.buffer = LogBuffer()
        self.woken = asyncio.Event()
        self.tail = Tail(cluster.open_stream, self.buffer, self.woken.set, tick=tick)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await self.woken.wait()
                self.woken.clear()

    async def lines(self, count: int) -> list[bytes]:
        await self.until(lambda: self.buffer.end >= count)
        return [self.buffer.line(number).text for number in range(self.buffer.end)]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_module, "LAG", 0.02)
    monkeypatch.setattr(merge_module, "SILENCE", 0.02)
    monkeypatch.setattr(merge_module, "OPENING", 0.05)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


async def test_the_lines_of_all_targets_arrive_ordered_by_time(cluster: Cluster, block: MakeBlock) -> None:
    desk = Desk(cluster, tick=0.01)
    cluster.write("x2", block(b"first", b"third", stream="x2/api", times=[1, 3]))
    cluster.write("k8", block(b"second", stream="k8/api", times=[2]))
    desk.tail.aim([target("x2"), target("k8")])
    assert await desk.lines(3) == [b"first", b"second", b"third"]
    await desk.tail.aclose()


async def test_many_lines_at_one_go_are_appended_in_portions_and_in_order(
    cluster: Cluster, block: MakeBlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "LONGEST_HOLD", 0.0)
    buffer, ends, done = LogBuffer(), list[int](), asyncio.Event()

    def wake() -> None:
        ends.append(buffer.end)
        if buffer.end == 40:
            done.set()

    tail = Tail(cluster.open_stream, buffer, wake, tick=0.01)
    for pod, first in (("x2", 0), ("k8", 1)):
        numbers = range(first, 40, 2)
        cluster.write(pod, block(*(b"%d" % n for n in numbers), stream=f"{pod}/api", times=[n + 1 for n in numbers]))
        cluster.write(pod, None)
    tail.aim([target("x2"), target("k8")])
    async with asyncio.timeout(5):
        await done.wait()
    assert [buffer.line(number).text for number in range(40)] == [b"%d" % number for number in range(40)]
    assert set(range(1, 41)) <= set(ends)
    await tail.aclose()


async def test_aiming_anew_leaves_the_unchanged_followers_alone(cluster: Cluster, block: MakeBlock) -> None:
    desk = Desk(cluster)
    desk.tail.aim([target("x2"), target("k8")])
    cluster.write("x2", block(b"one", stream="x2/api"))
    cluster.write("k8", block(b"two", stream="k8/api"))
    await desk.lines(2)
    desk.tail.aim([target("x2"), target("p5")])
    cluster.write("x2", block(b"three", stream="x2/api"))
    await desk.lines(3)
    assert sorted(cluster.opened) == ["k8", "p5", "x2"]
    assert cluster.closed == ["k8"]
    assert desk.tail.targets == {target("x2"), target("p5")}
    await desk.tail.aclose()
    assert sorted(cluster.closed) == ["k8", "p5", "x2"]


async def test_a_follower_that_fails_is_told_in_the_log_and_the_others_go_on(
    cluster: Cluster, block: MakeBlock
) -> None:
    desk = Desk(cluster)
    desk.tail.aim([target("x2"), target("k8")])
    cluster.write("x2", block(b"before", stream="x2/api"), KeyError("status"))
    await desk.lines(2)
    trouble = desk.buffer.line(1)
    assert (trouble.kind, trouble.stream) == (LineKind.TROUBLE, "x2/api")
    assert trouble.text == b"this log is no longer followed: KeyError: 'status'"
    cluster.write("k8", block(b"still here", stream="k8/api"))
    assert (await desk.lines(3))[2] == b"still here"
    await desk.tail.aclose()


async def test_a_malformed_block_is_told_and_costs_no_other_line(cluster: Cluster, block: MakeBlock) -> None:
    desk = Desk(cluster, tick=3600)
    desk.tail.aim([target("x2"), target("k8")])
    cluster.write("k8", block(b"one", stream="k8/api", times=[1]))
    cluster.write(
        "x2", block(b"two\nlines", stream="x2/api", times=[2]), block(b"on", stream="x2/api", times=[3]), None
    )
    await cluster.ended.wait()
    await desk.tail.aclose()
    lines = [desk.buffer.line(number) for number in range(desk.buffer.end)]
    assert {(line.kind, line.text) for line in lines} == {
        (LineKind.TEXT, b"one"),
        (LineKind.TROUBLE, b"2 lines came with 1 times and are left out"),
        (LineKind.TEXT, b"on"),
    }


async def test_a_log_that_ended_is_not_opened_again(cluster: Cluster, block: MakeBlock) -> None:
    desk = Desk(cluster)
    desk.tail.aim([target("x2")])
    cluster.write("x2", block(b"last words", stream="x2/api"), None)
    await desk.lines(1)
    desk.tail.aim([target("x2")])
    await asyncio.sleep(0)
    assert cluster.opened == ["x2"]
    await desk.tail.aclose()


async def test_closing_appends_what_was_gathered(cluster: Cluster, block: MakeBlock) -> None:
    desk = Desk(cluster, tick=3600)
    desk.tail.aim([target("x2")])
    cluster.write("x2", block(b"last words", stream="x2/api"), None)
    await cluster.ended.wait()
    await desk.tail.aclose()
    assert desk.buffer.line(0).text == b"last words"


async def test_a_flood_is_slowed_down_and_nothing_is_lost(
    cluster: Cluster, block: MakeBlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "MAX_PENDING_LINES", 10)
    buffer = LogBuffer()
    ends = [0]
    tail = Tail(cluster.open_stream, buffer, lambda: ends.append(buffer.end), tick=0.001)
    tail.aim([target("x2")])
    flood = [block(*(b"%d.%d" % (number, line) for line in range(7)), stream="x2/api") for number in range(20)]
    cluster.write("x2", *flood, None)
    await cluster.ended.wait()
    await tail.aclose()
    expected = [line for piece in flood for line in piece.text.split(b"\n")]
    assert [buffer.line(number).text for number in range(buffer.end)] == expected
    assert max(after - before for before, after in pairwise(ends)) <= 14


async def test_the_state_of_each_stream_is_told(cluster: Cluster, block: MakeBlock) -> None:
    desk = Desk(cluster)
    x2, k8 = target("x2"), target("k8")
    desk.tail.aim([x2, k8])
    assert desk.tail.state(x2) is StreamState.OPENING
    assert desk.tail.states == {StreamState.OPENING: 2}
    cluster.write("x2", LogBlock("x2/api", b"", array("q")))
    await desk.until(lambda: desk.tail.state(x2) is StreamState.FOLLOWING)
    assert desk.buffer.end == 0
    for kind, state in [
        (LineKind.WAITING, StreamState.WAITING),
        (LineKind.TROUBLE, StreamState.TROUBLE),
        (LineKind.TEXT, StreamState.FOLLOWING),
        (LineKind.RESTART, StreamState.FOLLOWING),
        (LineKind.END, StreamState.ENDED),
    ]:
        cluster.write("x2", block(b"something", stream="x2/api", kind=kind))
        await desk.until(lambda state=state: desk.tail.state(x2) is state)  # type: ignore[misc]
    cluster.write("k8", None)
    await desk.until(lambda: desk.tail.state(k8) is StreamState.ENDED)
    desk.tail.aim([x2])
    assert desk.tail.states == {StreamState.ENDED: 1}
    with pytest.raises(KeyError):
        desk.tail.state(k8)
    await desk.tail.aclose()


async def test_a_follower_that_fails_is_in_trouble(cluster: Cluster) -> None:
    desk = Desk(cluster)
    desk.tail.aim([target("x2")])
    cluster.write("x2", KeyError("status"))
    await desk.until(lambda: desk.tail.state(target("x2")) is StreamState.TROUBLE)
    await desk.tail.aclose()


async def test_a_log_has_ended_when_its_last_words_are_in_the_buffer(cluster: Cluster, block: MakeBlock) -> None:
    desk = Desk(cluster, tick=3600)
    desk.tail.aim([target("x2")])
    cluster.write("x2", block(b"the pod was deleted", stream="x2/api", kind=LineKind.END), None)
    await cluster.ended.wait()
    await asyncio.sleep(0)
    assert desk.tail.ended == frozenset()
    desk.tail._flush()
    assert desk.tail.ended == {target("x2")}
    assert desk.buffer.line(0).kind is LineKind.END
    await desk.tail.aclose()


async def test_a_log_of_several_streams_has_ended_when_the_last_words_of_all_are_in_the_buffer(
    cluster: Cluster, block: MakeBlock
) -> None:
    desk = Desk(cluster, tick=3600)
    desk.tail.aim([target("db")])
    cluster.write("db", block(b"from 0", stream="db/0"), block(b"from 1", stream="db/1"), None)
    await desk.until(lambda: desk.tail.state(target("db")) is StreamState.ENDED)
    assert desk.tail.ended == frozenset()
    desk.tail._flush()
    assert desk.tail.ended == {target("db")}
    assert desk.buffer.end == 2
    await desk.tail.aclose()
