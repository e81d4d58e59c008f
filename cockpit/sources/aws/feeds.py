"""Which AWS accounts are read, and how often."""

from collections.abc import Iterator, Mapping
from functools import partial

from cockpit.aws_config import AwsAccount, AwsConfig
from cockpit.clock import Clock
from cockpit.sources.aws.aws_source import AwsSource
from cockpit.sources.aws.model import AWS
from cockpit.sources.feed import Fed, Pace

PACE = Pace(deadline=25.0, barred=60.0)
"""The first answer may wait for a role to be assumed. Who is not logged in mends that, and need not wait a minute
if they say so."""
_IN_USE = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID")


def aws_feeds(config: AwsConfig, environ: Mapping[str, str], clock: Clock) -> Iterator[Fed]:
    """Give the accounts to read; none when AWS is not in use. Loads nothing of boto3."""
    if in_use(config, environ):
        for name, where in config.looked_at():
            yield Fed(AWS + name, partial(_open, config, name, where, clock), PACE)


def in_use(config: AwsConfig, environ: Mapping[str, str]) -> bool:
    """Tell whether AWS is to be looked at: what the configuration says, or else whether anything names an account."""
    if config.enabled is not None:
        return config.enabled
    named = config.profile or config.region or config.endpoint_url or config.accounts
    return bool(named) or any(environ.get(name) for name in _IN_USE)


def _open(config: AwsConfig, name: str, where: AwsAccount, clock: Clock) -> AwsSource:
    return AwsSource(name, where, clock, most=config.most, metrics=config.metrics)
