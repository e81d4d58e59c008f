"""What of AWS and the web is looked at: what the configuration and the environment say."""

from collections.abc import Mapping

from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.sources.feed import Fed


def fed(config: Config, environ: Mapping[str, str], clock: Clock) -> tuple[Fed, ...]:
    """Tell what to read beside the cluster and the Postgres servers."""
    from cockpit.sources.aws.feeds import aws_feeds  # noqa: PLC0415  (after the first frame)
    from cockpit.sources.web.feeds import web_feeds  # noqa: PLC0415

    return (*aws_feeds(config.aws, environ, clock), *web_feeds(config.web, environ, clock))
