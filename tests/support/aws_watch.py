"""Follows what is told of an AWS account, at a time that goes on when somebody sleeps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from cockpit.sources.aws.aws_source import AwsSource
from cockpit.sources.aws.model import AwsLook


class Time:
    """A clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 14, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=max(seconds, 0.1))
        await asyncio.sleep(0)


class Watch:
    """Follows a source through one stream."""

    def __init__(self, looks: AsyncIterator[AwsLook]) -> None:
        self._looks = looks

    async def until(self, wanted: Callable[[AwsLook], object]) -> AwsLook:
        """Give the first look that is as wanted."""
        async with asyncio.timeout(20):
            async for look in self._looks:
                if wanted(look):
                    return look
        raise AssertionError("the stream has ended")


async def settled(source: AwsSource) -> AwsLook:
    """Look until every part has answered or failed."""
    async with aclosing(source.stream()) as looks:  # type: ignore[type-var]
        return await Watch(looks).until(lambda look: not look.waiting)
