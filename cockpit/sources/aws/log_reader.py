"""Asks for what came into a log group since the last time (`FilterLogEvents`, which costs nothing but the data)."""

from collections.abc import Mapping, Sequence
from typing import Any

from cockpit.clock import Clock
from cockpit.logs.block import LogBlock
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.log_blocks import blocks_of
from cockpit.sources.aws.log_group_target import GroupPace, LogGroupTarget
from cockpit.sources.aws.seen_events import SeenEvents

_PAGES_AT_ONCE = 20
"""Pages read before what was found is handed on; an empty page with a token is usual."""
_EVENTS_A_PAGE = 10_000


class LogReader:
    """Knows how far a group was shown, and drops what was seen. Used by one thread after the other."""

    def __init__(
        self, account: Account, target: LogGroupTarget, clock: Clock, pace: GroupPace, *, beside_live: bool
    ) -> None:
        """Begin where `target` says.

        Args:
            account: whose group it is.
            target: the group.
            clock: tells the time to begin from.
            pace: how much of the past is asked for again.
            beside_live: whether a live tail shows events as well.
        """
        self._account = account
        self._target = target
        self._clock = clock
        self._overlap = int(pace.overlap * 1000)
        self._newest = self._now() - target.since_seconds * 1000
        """Milliseconds since 1970 up to which events were seen."""
        self._begin = self._newest
        self._token: str | None = None
        self._seen = SeenEvents(beside_live=beside_live)

    @property
    def caught_up(self) -> bool:
        """Tell whether the last reading came to the end of what there is."""
        return self._token is None

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
                found += filter(self._seen.read, page.get("events", ()))
                self._token = page.get("nextToken")
                if self._token is None:
                    break
        except (BotoCoreError, ClientError) as error:
            self._token = None
            raise self._account.error(error) from error
        finally:
            self._advance(found)
        return blocks_of(self._target.stream, found)

    def take(self, events: Sequence[Mapping[str, Any]]) -> list[LogBlock]:
        """Take over what a live tail has told."""
        self._advance(events)
        return blocks_of(self._target.stream, filter(self._seen.told_live, events))

    def _advance(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Note how far events were seen. Some clocks are ahead: what comes after now is not seen yet."""
        newest = max((int(event["timestamp"]) for event in events), default=self._newest)
        self._newest = max(self._newest, min(newest, self._now()))

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)

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
