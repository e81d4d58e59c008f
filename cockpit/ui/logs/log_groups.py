"""CloudWatch log groups as the configuration names them. boto3 is loaded when they are first asked for."""

from collections.abc import AsyncIterator, Sequence

from cockpit.aws_config import AwsConfig
from cockpit.clock import Clock
from cockpit.logs.block import LogBlock
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.log_group_target import LogGroupTarget
from cockpit.sources.aws.log_groups import follow_group, list_groups
from cockpit.threads import call_in_thread


class LogGroups:
    """The log groups of an account."""

    def __init__(self, config: AwsConfig, clock: Clock) -> None:
        """Look into the account that `config` names."""
        self.favourites: Sequence[str] = config.log_groups
        """Those that are offered first."""
        self._account = Account(config.profile, config.region, config.endpoint_url)
        self._clock = clock
        self._live_tail = config.live_tail

    async def listed(self) -> list[str]:
        """List the names of all groups.

        Raises:
            SourceError: They cannot be listed; many people may not.
        """
        return await call_in_thread(list_groups, self._account)

    def follow(self, target: LogGroupTarget) -> AsyncIterator[LogBlock]:
        """Read a group until cancelled, or until it turns out not to exist."""
        return follow_group(self._account, target, clock=self._clock, live_tail=self._live_tail)
