"""Follows a CloudWatch Logs group, as one more stream of the log pane."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from cockpit.clock import Clock, utc_now
from cockpit.logs.block import LineKind, LogBlock
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.live_tail import LiveTail
from cockpit.sources.aws.log_blocks import sign_of_life, trouble
from cockpit.sources.aws.log_group_target import GroupPace, LogGroupTarget
from cockpit.sources.aws.log_reader import LogReader
from cockpit.threads import call_in_thread

MOST_GROUPS = 500
"""More names than this are not listed: nobody looks through them, and each fifty are a request."""


async def follow_group(
    account: Account,
    target: LogGroupTarget,
    *,
    clock: Clock = utc_now,
    pace: GroupPace = GroupPace(),  # noqa: B008  (immutable)
    live_tail: bool = False,
) -> AsyncGenerator[LogBlock, None]:
    """Yield the events of a group as they arrive, and remarks on what keeps them from being read.

    Goes on until it is cancelled, or until the group turns out not to exist (`END`). It never raises a `SourceError`:
    while the group cannot be read it says so once (`TROUBLE`) and tries again. Begins with the past and goes on by
    live tail, if that is wanted and can be had; while there is none, the group is asked again and again.

    Args:
        account: whose group it is.
        target: the group.
        clock: tells the time.
        pace: how often it is asked.
        live_tail: whether to use the live tail, which CloudWatch charges by the minute.
    """
    reader = LogReader(account, target, clock, pace, beside_live=live_tail)
    live = LiveTail(account, target, reader, clock, pace) if live_tail else None
    said = ""
    failures = 0
    asked = False
    while True:
        try:
            blocks = await call_in_thread(reader.read)
            if not asked or failures:
                yield sign_of_life(target)
            for block in blocks:
                yield block
            said, failures, asked = "", 0, True
        except SourceError as error:
            failures += 1
            missing = error.kind is TroubleKind.MISSING
            if missing or error.message != said:
                said = error.message
                yield trouble(target, error, LineKind.END if missing else LineKind.TROUBLE, clock())
            if missing:
                return
            account.forget_login()
        if live is not None and live.is_due and reader.caught_up and not failures:
            with suppress(SourceError):  # the group cannot be asked: the next reading says so
                async with aclosing(live.follow()) as told:
                    async for block in told:
                        yield block
        else:
            await asyncio.sleep(min(pace.backoff_most, pace.interval * 2.0 ** min(failures, 10)))


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
