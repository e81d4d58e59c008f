"""As whom AWS is asked, when a profile is chosen."""

from typing import Any

from cockpit.doctor.result import Probe, Result, broken, ok

_ANY_REGION = "us-east-1"
"""Who we are is the same everywhere; this is for profiles without a region."""


def aws_probe(profile: str | None) -> Probe:
    """Ask AWS who we are. Without a profile nothing is asked, and nothing is said."""

    def probe() -> list[Result]:
        if profile is None:
            return []
        import boto3  # noqa: PLC0415  (takes half a second)
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        bounds: Any = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})
        try:
            session = boto3.Session(profile_name=profile)
            sts = session.client("sts", region_name=session.region_name or _ANY_REGION, config=bounds)
            identity = sts.get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            return [broken(f"AWS profile {profile}", str(error), f"aws sso login --profile {profile}")]
        return [ok(f"AWS profile {profile}", f"account {identity['Account']}, as {identity['Arn']}")]

    return probe
