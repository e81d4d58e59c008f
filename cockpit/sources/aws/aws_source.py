"""Looks at one AWS account and region for as long as it is wanted, and says what it saw."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import msgspec

from cockpit.aws_config import AwsAccount
from cockpit.clock import Clock, utc_now
from cockpit.reading import TroubleKind
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.estate import Estate
from cockpit.sources.aws.identity import unknown_identity
from cockpit.sources.aws.model import AWS, AwsLook
from cockpit.sources.aws.part import Part
from cockpit.sources.aws.parts import make_parts

_LONGEST_PAUSE = 1.0
"""Seconds after which it is seen what a person wants anew."""
_WITHOUT_US = (TroubleKind.EXPIRED, TroubleKind.MISSING, TroubleKind.DENIED)
"""What STS can say after which no other service needs to be asked."""


class AwsSource:
    """Reads the parts of an account, each at its own pace; several at a time, so that none waits for a slow one.

    What was read, and what this role was denied, outlives a stream. boto3 is loaded in a thread by the first.
    """

    def __init__(
        self,
        name: str,
        where: AwsAccount,
        clock: Clock = utc_now,
        *,
        most: int = 100,
        metrics: bool = True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare to look.

        Args:
            name: what people call the account.
            where: as whom and where to look, and at what.
            clock: tells what is due.
            most: so many instances, and so many balancers, are looked at.
            metrics: whether CloudWatch is asked for numbers, which AWS charges.
            sleep: waits for what is due next.
        """
        self.name = AWS + name
        self._account = Account(where.profile, where.region, where.endpoint_url, clock)
        self._estate = Estate(where, unknown_identity(self._account))
        self._parts = make_parts(self._account, where, self._estate, clock, most=most, metrics=metrics)
        self._sleep = sleep
        self._arn = ""
        """To whom things were denied."""

    def retry_denied(self) -> None:
        """Ask again for what this role was denied: somebody may have granted it."""
        for part in self._parts:
            part.retry_denied()

    async def stream(self) -> AsyncIterator[AwsLook]:
        """Yield who we are as soon as it is known, and a look again whenever a part was read or has failed.

        Only an error ends it.

        Raises:
            SourceError: AWS does not accept who we are, or nothing of it answers any more.
        """
        for part in self._parts:
            part.begin_anew()
        await self._identify()
        if self._parts[0].error is None:
            yield self._look()
        reading: dict[asyncio.Task[None], Part] = {}
        try:
            while True:
                self._begin_due(reading)
                if not reading:
                    pause = min(part.due_in() for part in self._parts)
                    await self._sleep(min(max(pause, 0.0), _LONGEST_PAUSE))
                    continue
                done, _ = await asyncio.wait(reading, timeout=_LONGEST_PAUSE, return_when=asyncio.FIRST_COMPLETED)
                self._raise_if_lost([reading.pop(task) for task in done])
                if done and self._answered():
                    yield self._look()
        finally:
            for task in reading:
                task.cancel()

    async def _identify(self) -> None:
        """Find out who we are, with credentials read anew if they were not accepted."""
        identity = self._parts[0]
        if any(part.error is not None and part.error.kind is TroubleKind.EXPIRED for part in self._parts):
            self._account.forget_login()
        await identity.update()
        if identity.error is not None and identity.error.kind in _WITHOUT_US:
            raise identity.error
        arn = self._estate.identity.arn
        if arn and arn != self._arn:
            if self._arn:
                self.retry_denied()
            self._arn = arn

    def _begin_due(self, reading: dict[asyncio.Task[None], Part]) -> None:
        running = set(reading.values())
        for part in self._parts:
            if part not in running and part.due_in() <= 0:
                reading[asyncio.create_task(part.update())] = part

    def _answered(self) -> bool:
        """Tell whether anything of AWS answers: until then, nothing is known."""
        return any(part.first_hand and part.tried and not part.silent for part in self._parts)

    def _raise_if_lost(self, read: Sequence[Part]) -> None:
        """Fail as a whole when the login has ended, or when no service answers: that is not the fault of one."""
        for part in read:
            if part.error is not None and part.error.kind is TroubleKind.EXPIRED:
                raise part.error
        identity, *others = self._parts
        asked = [part for part in others if part.first_hand and not part.denied]
        if read and asked and all(part.tried and part.silent for part in asked):
            if identity.error is not None and identity.silent:
                raise identity.error
            if identity not in read:
                identity.hurry()

    def _look(self) -> AwsLook:
        return msgspec.structs.replace(
            self._estate.look(),
            gaps=tuple(part.gap for part in self._parts if part.gap is not None),
            waiting=tuple(dict.fromkeys(part.api for part in self._parts if not part.read and part.gap is None)),
            calls=self._account.calls.told(),
            clock_ahead=self._account.clock_ahead,
        )
