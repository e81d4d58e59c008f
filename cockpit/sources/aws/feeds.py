"""Which AWS accounts are read, and how often."""

from collections.abc import Iterator, Mapping

from cockpit.aws_config import AwsConfig
from cockpit.clock import Clock
from cockpit.sources.feed import Fed


def aws_feeds(config: AwsConfig, environ: Mapping[str, str], clock: Clock) -> Iterator[Fed]:  # noqa: ARG001
    """Give the accounts to read; none when AWS is not in use."""
    yield from ()
