"""Follows a log group by live tail: events are there within a second, and CloudWatch charges each minute."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial

from cockpit.clock import Clock
from cockpit.logs.block import LineKind, LogBlock
from cockpit.reading import SourceError
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.errors import AwsError
from cockpit.sources.aws.live_session import Update, read_session
from cockpit.sources.aws.log_blocks import remark, sign_of_life, trouble
from cockpit.sources.aws.log_group_target import GroupPace, LogGroupTarget
from cockpit.sources.aws.log_reader import LogReader
from cockpit.threads import call_in_thread, read_in_thread

_MOST_WAITING = 5_000
"""So many events may wait to be shown; then CloudWatch has to wait."""
_OVER = "SessionTimeoutException"
"""A session was open for three hours. Nobody need know: the next one begins."""


class LiveTail:
    """Opens one session after the other for one group, and closes each when nobody follows the group any more."""

    def __init__(
        self, account: Account, target: LogGroupTarget, reader: LogReader, clock: Clock, pace: GroupPace
    ) -> None:
        """Prepare to follow `target` beside `reader`; nothing is opened yet."""
        self._account = account
        self._target = target
        self._reader = reader
        self._clock = clock
        self._pace = pace
        self._ended: SourceError | None = None
        self._told = ""
        self._failures = 0
        self._again_at = clock()

    @property
    def is_due(self) -> bool:
        """Tell whether a session is to be tried."""
        return self._clock() >= self._again_at

    async def follow(self) -> AsyncGenerator[LogBlock, None]:
        """Open a session and yield what it tells until it ends, and why it has ended.

        The group is asked, when the session has begun and once more soon after, for what came just before.

        Raises:
            SourceError: the group cannot be asked. The session is closed then.
        """
        begun: datetime | None = None
        asks: list[datetime] = []
        sampled = False
        try:
            async with aclosing(self._updates()) as batches:
                async for batch in batches:
                    if begun is None:
                        begun = self._clock()
                        asks = [begun, begun + timedelta(seconds=self._pace.settled)]
                    while asks and asks[0] <= self._clock():
                        del asks[0]
                        async for block in self._asked():
                            yield block
                    for update in batch:
                        if update.events and update.sampled is not sampled:
                            sampled = update.sampled
                            yield self._remark_on_sample(sampled=sampled)
                        for block in self._reader.take(update.events):
                            yield block
        finally:
            self._rest(timedelta() if begun is None else self._clock() - begun)
        for block in self._told_end():
            yield block

    async def _updates(self) -> AsyncGenerator[list[Update], None]:
        """Yield what a session tells, and keep why it has ended."""
        read = partial(read_session, self._account, self._target)
        self._ended = None
        try:
            async with aclosing(
                read_in_thread(read, limit=_MOST_WAITING, size=lambda update: 1 + len(update.events))
            ) as batches:
                async for batch in batches:
                    yield batch
        except SourceError as error:
            self._ended = error

    async def _asked(self) -> AsyncGenerator[LogBlock, None]:
        while True:
            for block in await call_in_thread(self._reader.read):
                yield block
            if self._reader.caught_up:
                return

    def _rest(self, lasted: timedelta) -> None:
        """Settle when the next session is tried: at once after a long one, else later every time."""
        if lasted.total_seconds() >= self._pace.live_rest:
            self._failures, self._told, rest = 0, "", 0.0
        else:
            rest = min(self._pace.live_rest_most, self._pace.live_rest * 2.0 ** min(self._failures, 10))
            self._failures += 1
        self._again_at = self._clock() + timedelta(seconds=rest)

    def _told_end(self) -> list[LogBlock]:
        """Say why there is no live tail, but not twice; the group is read all the same."""
        error = self._ended
        if error is None or error.message == self._told or (isinstance(error, AwsError) and error.code == _OVER):
            return []
        self._told = error.message
        words = f"no live tail, asking every {self._pace.interval:g} s instead: {error.message}"
        said = trouble(self._target, SourceError(error.kind, words, error.remedy), LineKind.TROUBLE, self._clock())
        return [said, sign_of_life(self._target)]

    def _remark_on_sample(self, *, sampled: bool) -> LogBlock:
        text = "the live tail shows all lines again"
        if sampled:
            text = "more than 500 lines a second: the live tail leaves lines out from here on"
        return remark(self._target, text, LineKind.GAP, self._clock())
