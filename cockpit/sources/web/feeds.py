"""What of the web is read, and how often."""

from collections.abc import Iterator, Mapping

from cockpit.clock import Clock
from cockpit.sources.feed import Fed
from cockpit.web_config import WebConfig


def web_feeds(config: WebConfig, environ: Mapping[str, str], clock: Clock) -> Iterator[Fed]:  # noqa: ARG001
    """Give what to read of what the configuration names."""
    yield from ()
