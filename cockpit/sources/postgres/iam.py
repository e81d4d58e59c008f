"""IAM tokens of RDS: passwords for a quarter of an hour, signed on this machine with the person's AWS login."""

import re

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.target import Target

_REGION = r"([a-z]{2}(?:-[a-z]+)+-\d)"
_RDS_HOST = re.compile(rf"\.(?:{_REGION}\.rds\.amazonaws\.com|rds\.{_REGION}\.amazonaws\.com\.cn)\.?$")


def token(target: Target) -> str:
    """Make a token for the server, user and region of `target`. Loads boto3 and blocks; asks no server but the login's.

    Raises:
        SourceError: Host or user are not told, or there is no AWS login.
    """
    host, user = target.parameters.get("host", ""), target.parameters.get("user", "")
    if not host or not user or "," in host:
        message = f"an IAM token needs one host and a user; write both into [postgres.{target.name}]"
        raise SourceError(TroubleKind.MISSING, message)
    import boto3  # noqa: PLC0415  (takes half a second)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    region = region_of(host) or target.region
    port = int(target.parameters.get("port") or 5432)
    try:
        client = boto3.Session(profile_name=target.profile, region_name=region).client("rds")
        signed: str = client.generate_db_auth_token(DBHostname=host, Port=port, DBUsername=user)
    except (BotoCoreError, ClientError) as error:
        raise _source_error(error, target) from None
    return signed


def region_of(host: str) -> str | None:
    """Read the region in the name of an RDS host; None when the name tells none."""
    found = _RDS_HOST.search(host.lower())
    return (found[1] or found[2]) if found else None


def _source_error(error: Exception, target: Target) -> SourceError:
    profile = f" --profile {target.profile}" if target.profile else ""
    if type(error).__name__ == "NoRegionError":
        return SourceError(TroubleKind.MISSING, f"no IAM token: {error}", f"aws configure set region REGION{profile}")
    return SourceError(TroubleKind.EXPIRED, f"no IAM token: {error}", f"aws sso login{profile}")
