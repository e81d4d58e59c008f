"""Follows a CloudWatch Logs group, as one more stream of the log pane."""

import asyncio
from array import array
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from cockpit.clock import Clock, utc_now
from cockpit.logs.block import LineKind, LogBlock
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.aws.account import Account
from cockpit.threads import call_in_thread

SINCE_SECONDS = 600
"""How far back a group begins when nobody says otherwise: it has no newest lines, only a time."""
MOST_GROUPS = 500
"""More names than this are not listed: nobody looks through them, and each fifty are a request."""
_PAGES_AT_ONCE = 20
"""Pages read before what was found is handed on; an empty page with a token is usual."""
_EVENTS_A_PAGE = 10_000
_REMEMBERED = 200_000


class LogGroupTarget(NamedTuple):
    """Which log group to follow, and from where."""

    group: str
    """Name, such as `/aws/rds/instance/shop-db/postgresql`, or ARN."""
    since_seconds: int = SINCE_SECONDS
    """How far back to begin."""
    pattern: str = ""
    """A CloudWatch filter pattern that the server applies; empty: everything."""

    @property
    def stream(self) -> str:
        """Name under which the pane shows remarks on the group as a whole."""
        return self.group.rsplit(":log-group:", 1)[-1]


class GroupPace(NamedTuple):
    """How a group is asked again. All times in seconds."""

    interval: float = 2.0
    overlap: float = 60.0
    """Events arrive late and out of order: every time, so much of the past is asked for again."""
    backoff_most: float = 30.0


async def follow_group(
    account: Account,
    target: LogGroupTarget,
    *,
    clock: Clock = utc_now,
    pace: GroupPace = GroupPace(),  # noqa: B008  (immutable)
) -> AsyncGenerator[LogBlock, None]:
    """Yield the events of a group as they arrive, and remarks on what keeps them from being read.

    Goes on until it is cancelled, or until the group turns out not to exist (`END`). It never raises a `SourceError`:
    while the group cannot be read it says so once (`TROUBLE`) and tries again. Asks `FilterLogEvents`, which costs
    nothing but the data; the live tail is charged by the minute and not used.
    """
    reader = _Reader(account, target, clock, pace)
    trouble = ""
    failures = 0
    asked = False
    while True:
        try:
            blocks = await call_in_thread(reader.read)
            if not asked or failures:
                yield LogBlock(target.stream, b"", array("q"))  # a sign of life: a quiet group is read as well
            for block in blocks:
                yield block
            trouble, failures, asked = "", 0, True
        except SourceError as error:
            failures += 1
            missing = error.kind is TroubleKind.MISSING
            if missing or error.message != trouble:
                trouble = error.message
                yield _remark(target, error, LineKind.END if missing else LineKind.TROUBLE, clock())
            if missing:
                return
            account.forget_login()
        await asyncio.sleep(min(pace.backoff_most, pace.interval * 2.0 ** min(failures, 10)))


class _Reader:
    """Asks for what came since the last time, and drops what was seen."""

    def __init__(self, account: Account, target: LogGroupTarget, clock: Clock, pace: GroupPace) -> None:
        self._account = account
        self._target = target
        self._overlap = int(pace.overlap * 1000)
        self._newest = int((clock().timestamp() - target.since_seconds) * 1000)
        """Milliseconds since 1970 up to which events were seen."""
        self._begin = self._newest
        self._token: str | None = None
        self._seen: set[str] = set()
        self._order: deque[str] = deque()

    def read(self) -> list[LogBlock]:
        """Read some pages. Blocks.

        Raises:
            SourceError: the group cannot be read.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        found: list[Mapping[str, Any]] = []
        client = self._account.client("logs")
        try:
            for _ in range(_PAGES_AT_ONCE):
                page = client.filter_log_events(**self._query())
                found += [event for event in page.get("events", ()) if self._is_new(str(event["eventId"]))]
                self._token = page.get("nextToken")
                if self._token is None:
                    break
        except (BotoCoreError, ClientError) as error:
            self._token = None
            raise self._account.error(error) from error
        finally:
            self._newest = max([self._newest, *(int(event["timestamp"]) for event in found)])
        return _blocks(self._target.stream, sorted(found, key=lambda event: int(event["timestamp"])))

    def _query(self) -> dict[str, Any]:
        if self._token is None:  # the pages of one answer belong to one question
            self._begin = max(0, self._newest - self._overlap if self._seen else self._newest)
        name = "logGroupIdentifier" if self._target.group.startswith("arn:") else "logGroupName"
        query = {name: self._target.group, "startTime": self._begin, "limit": _EVENTS_A_PAGE}
        if self._target.pattern:
            query["filterPattern"] = self._target.pattern
        if self._token is not None:
            query["nextToken"] = self._token
        return query

    def _is_new(self, event: str) -> bool:
        if event in self._seen:
            return False
        self._seen.add(event)
        self._order.append(event)
        if len(self._order) > _REMEMBERED:
            self._seen.discard(self._order.popleft())
        return True


def list_groups(account: Account, most: int = MOST_GROUPS) -> list[str]:
    """List the names of the log groups, sorted; at most so many. Blocks; asked when a person opens the picker.

    Raises:
        SourceError: they cannot be listed.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    names: list[str] = []
    try:
        for page in account.client("logs").get_paginator("describe_log_groups").paginate():
            names += [str(group["logGroupName"]) for group in page.get("logGroups", ())]
            if len(names) >= most:
                break
    except (BotoCoreError, ClientError) as error:
        raise account.error(error) from error
    return sorted(names[:most])


def _blocks(group: str, events: list[Mapping[str, Any]]) -> list[LogBlock]:
    """Make one block of each run of events of the same stream; an event of several lines stays together."""
    blocks: list[LogBlock] = []
    texts: list[bytes] = []
    times: list[int] = []
    for at, event in enumerate(events):
        lines = str(event.get("message", "")).rstrip("\n").encode("utf-8", "replace").split(b"\n")
        texts += lines
        times += [int(event["timestamp"]) * 1_000_000] * len(lines)
        stream = str(event.get("logStreamName", ""))
        if at + 1 == len(events) or str(events[at + 1].get("logStreamName", "")) != stream:
            blocks.append(LogBlock(f"{group}/{stream}", b"\n".join(texts), array("q", times)))
            texts, times = [], []
    return blocks


def _remark(target: LogGroupTarget, error: SourceError, kind: LineKind, now: datetime) -> LogBlock:
    text = f"{error.message}; try: {error.remedy}" if error.remedy else error.message
    moment = array("q", [int(now.timestamp() * 1_000_000_000)])
    return LogBlock(target.stream, text.replace("\n", " ").encode(), moment, kind)
