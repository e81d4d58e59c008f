"""`[aws]` of the configuration: as whom and where to look, and at what."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

NAME_OF_DEFAULT = "aws"
"""What the account is called that `[aws]` itself describes."""


class AwsAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[aws.accounts.NAME]`: an account and region."""

    profile: str | None = None
    region: str | None = None
    """None: the profile's."""
    endpoint_url: str | None = None
    """Where all services are asked instead of at AWS (a VPC endpoint, a practice server)."""
    instances: tuple[str, ...] = ()
    """Shell patterns of the names of RDS instances and clusters; none: all."""
    balancers: tuple[str, ...] = ()
    """Shell patterns of the names of load balancers; none: all."""
    tags: dict[str, str] = {}
    """What instances and balancers have to be tagged with."""


class AwsConfig(AwsAccount, frozen=True, forbid_unknown_fields=True):
    """`[aws]`: the account to look at; its profile is also passed to the login helper of a kubeconfig."""

    enabled: bool | None = None
    """Whether RDS, balancers and alarms are looked at. None: when a region, a profile or an account is named here, by a
    flag or in the environment."""
    accounts: dict[str, AwsAccount] = {}
    """Several, by the name that people call them; none: the one of `[aws]`."""
    metrics: bool = True
    """Whether CloudWatch is asked for numbers, which AWS charges."""
    most: Annotated[int, msgspec.Meta(ge=1)] = 100
    """So many instances, and so many balancers, are looked at in each account."""
    log_groups: tuple[str, ...] = ()
    """CloudWatch log groups that are offered first."""
    live_tail: bool = False
    """Whether log groups are followed by live tail: lines come at once, and AWS charges every minute of each group."""

    def looked_at(self) -> Iterator[tuple[str, AwsAccount]]:
        """Give the accounts to look at, by name."""
        if self.accounts:
            yield from self.accounts.items()
        else:
            yield NAME_OF_DEFAULT, AwsAccount(*(getattr(self, field) for field in AwsAccount.__struct_fields__))
