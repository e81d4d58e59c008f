"""Where the services on the web are: what a client needs to know."""

from pathlib import Path

import msgspec


class WebFacts(msgspec.Struct, frozen=True):
    """Where the services on the web are."""

    health: dict[str, str]
    """Health endpoints by name."""
    prometheus: str
    alertmanager: str
    status: str
    """The status page of the payment provider."""
    ca_file: Path | None = None
    """The authority that the HTTPS endpoint's certificate is from."""
