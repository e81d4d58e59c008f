"""As whom we look, and where."""

import re

from cockpit.sources.aws.account import Account
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.model import Identity

_SSO_ROLE = re.compile(r"AWSReservedSSO_(?P<name>.+)_[0-9a-f]{16}")
"""How IAM Identity Center names the role that it makes of a permission set."""


def read_identity(account: Account, ask: Ask) -> Identity:
    """Ask STS, which needs no right and costs nothing. Blocks.

    Raises:
        AwsError: it does not answer, or does not accept us.
    """
    told = ask.call("sts", "GetCallerIdentity")
    arn = str(told["Arn"])
    account.role = role_of(arn)
    return Identity(
        account=str(told["Account"]),
        arn=arn,
        role=account.role,
        region=account.region or "",
        profile=account.profile,
        expires_at=account.expires_at(),
    )


def unknown_identity(account: Account) -> Identity:
    """Say where we look while nobody tells us as whom: a VPC may have no way to STS."""
    expires_at = account.expires_at()
    return Identity("", "", account.role, account.region or "", account.profile, expires_at)


def role_of(arn: str) -> str:
    """Give the name that people know: of the role or the user, without the session."""
    parts = arn.rpartition(":")[2].split("/")
    name = parts[1] if parts[0] == "assumed-role" and len(parts) > 1 else parts[-1]
    sso = _SSO_ROLE.fullmatch(name)
    return sso["name"] if sso else name
