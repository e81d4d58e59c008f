"""Log groups that are followed by live tail, from a server that speaks its encoding."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager

import pytest
from support.aws import REGION
from support.live_tail import ARN, GROUP, LiveTailServer, Session, said

from cockpit.logs.block import LineKind, LogBlock
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.log_group_target import GroupPace, LogGroupTarget
from cockpit.sources.aws.log_groups import follow_group

PACE = GroupPace(interval=0.02, settled=0.05, live_rest=0.1)
PATIENCE = 5


@pytest.fixture
def server() -> Iterator[LiveTailServer]:
    server = LiveTailServer()
    yield server
    server.close()


class Followed:
    """What a follower of the group is told."""

    def __init__(self, server: LiveTailServer, blocks: AsyncGenerator[LogBlock, None]) -> None:
        self.kinds: list[LineKind] = []
        self.lines: list[str] = []
        self._server = server
        self._blocks = blocks
        self._changed = asyncio.Condition()

    async def read(self) -> None:
        async with aclosing(self._blocks):
            async for block in self._blocks:
                if block.times:
                    self.kinds.append(block.kind)
                    self.lines += block.text.decode().split("\n")
                async with self._changed:
                    self._changed.notify_all()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(holds)

    async def until_lines(self, *lines: str) -> None:
        await self.until(lambda: len(self.lines) >= len(lines))
        assert self.lines == list(lines)

    async def session(self) -> Session:
        """Wait until a session is opened."""
        return await asyncio.to_thread(self._server.opened.get, timeout=PATIENCE)


@asynccontextmanager
async def following(
    server: LiveTailServer, *, group: str = GROUP, pattern: str = "", pace: GroupPace = PACE, live_tail: bool = True
) -> AsyncIterator[Followed]:
    account = Account(None, REGION, server.url)
    target = LogGroupTarget(group, pattern=pattern)
    followed = Followed(server, follow_group(account, target, pace=pace, live_tail=live_tail))
    task = asyncio.create_task(followed.read())
    try:
        yield followed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_past_comes_first_and_then_what_the_live_tail_tells(server: LiveTailServer) -> None:
    server.write(said("before", seconds_ago=30))
    async with following(server) as followed:
        session = await followed.session()
        await followed.until_lines("before")
        session.tell(said("now"), said("and now"))
        await followed.until_lines("before", "now", "and now")
        assert followed.kinds == [LineKind.TEXT] * 2


async def test_a_session_names_the_group_by_its_arn_and_the_pattern(server: LiveTailServer) -> None:
    async with following(server, pattern="ERROR") as followed:
        assert (await followed.session()).query == {"logGroupIdentifiers": [ARN], "logEventFilterPattern": "ERROR"}
    async with following(server, group=f"{ARN}:*") as followed:
        assert (await followed.session()).query == {"logGroupIdentifiers": [ARN]}


async def test_who_stops_following_closes_the_session_so_that_it_is_charged_no_longer(server: LiveTailServer) -> None:
    async with following(server) as followed:
        session = await followed.session()
        session.tell(said("quiet from here on"))
        await followed.until_lines("quiet from here on")
        assert not session.closed.is_set()
    assert await asyncio.to_thread(session.closed.wait, PATIENCE)


async def test_no_session_is_opened_unless_it_is_wanted(server: LiveTailServer) -> None:
    async with following(server, live_tail=False) as followed:
        server.write(said("asked for"))
        await followed.until_lines("asked for")
    assert "StartLiveTail" not in server.asked


async def test_what_was_written_while_the_session_began_is_shown_once_whichever_way_it_comes(
    server: LiveTailServer,
) -> None:
    both, late, twice = said("both ways"), said("asked for only", seconds_ago=2), said("twice at once")
    async with following(server) as followed:
        session = await followed.session()
        session.tell(both, twice, twice)
        server.write(both, late, twice, twice)
        session.tell()  # as every second
        await asyncio.sleep(PACE.settled)
        session.tell(said("at last"))
        await followed.until(lambda: "at last" in followed.lines and "asked for only" in followed.lines)
    assert sorted(followed.lines) == ["asked for only", "at last", "both ways", "twice at once", "twice at once"]


@pytest.mark.parametrize("ending", ["end", "cut", "fail"])
async def test_when_a_session_ends_the_group_is_asked_and_nothing_is_lost_or_told_twice(
    server: LiveTailServer, ending: str
) -> None:
    told, missed = said("told", seconds_ago=1), said("missed")
    async with following(server, pace=PACE._replace(live_rest=60)) as followed:
        session = await followed.session()
        session.tell(told)
        await followed.until_lines("told")
        server.write(told, missed)
        if ending == "fail":
            session.fail("SessionStreamingException", "try again")
        else:
            getattr(session, ending)()
        await followed.until(lambda: "missed" in followed.lines)
        server.write(said("later"))
        await followed.until(lambda: "later" in followed.lines)
    assert [followed.lines[0], *followed.lines[2:]] == ["told", "missed", "later"]
    assert followed.lines[1].startswith("no live tail, asking every 0.02 s instead: ")
    assert followed.kinds[1] is LineKind.TROUBLE
    assert server.opened.empty()


async def test_after_three_hours_the_next_session_begins_without_a_word(server: LiveTailServer) -> None:
    async with following(server) as followed:
        session = await followed.session()
        session.tell(said("first"))
        await followed.until_lines("first")
        session.fail("SessionTimeoutException", "three hours")
        session = await followed.session()
        session.tell(said("second"))
        await followed.until_lines("first", "second")


@pytest.mark.parametrize(("status", "code"), [(400, "AccessDeniedException"), (500, "InternalError")])
async def test_where_no_live_tail_is_had_that_is_said_once_and_the_group_is_asked(
    server: LiveTailServer, status: int, code: str
) -> None:
    server.refusal = status, code
    async with following(server, pace=PACE._replace(live_rest=0.01)) as followed:
        await followed.until(lambda: bool(followed.lines))
        for nth in range(10):
            server.write(said(f"asked for {nth}"))
            await followed.until(lambda: len(followed.lines) == nth + 2)  # noqa: B023  (awaited at once)
    assert followed.lines[0].startswith("no live tail, asking every 0.02 s instead: ")
    assert code in followed.lines[0]
    assert server.asked.count("StartLiveTail") > 1


async def test_when_the_right_is_given_the_live_tail_begins(server: LiveTailServer) -> None:
    server.refusal = 400, "AccessDeniedException"
    async with following(server) as followed:
        await followed.until(lambda: bool(followed.lines))
        server.refusal = None
        session = await followed.session()
        session.tell(said("live"))
        await followed.until(lambda: followed.lines[-1] == "live")


async def test_lines_that_the_live_tail_leaves_out_are_told_once_and_so_is_their_end(server: LiveTailServer) -> None:
    async with following(server) as followed:
        session = await followed.session()
        for message, sampled in (("a", False), ("b", True), ("c", True), ("d", False)):
            session.tell(said(message), sampled=sampled)
        session.tell(sampled=True)
        session.tell(said("e"))
        await followed.until(lambda: followed.lines[-1:] == ["e"])
    remarks = [line for line in followed.lines if "live tail" in line]
    assert followed.lines == ["a", remarks[0], "b", "c", remarks[1], "d", "e"]
    assert remarks == [
        "more than 500 lines a second: the live tail leaves lines out from here on",
        "the live tail shows all lines again",
    ]
    assert followed.kinds.count(LineKind.GAP) == 2


async def test_a_boto3_that_knows_no_live_tail_says_so(server: LiveTailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        filter_log_events = staticmethod(lambda **_: {"events": []})

    monkeypatch.setattr(Account, "client", lambda *_: Old())
    async with following(server) as followed:
        await followed.until(lambda: bool(followed.lines))
    assert "the installed boto3 does not know it; try: pip install --upgrade boto3" in followed.lines[0]
