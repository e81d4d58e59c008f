"""A practice AWS on loopback, and log groups in it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from cockpit.clock import utc_now

REGION = "us-west-2"


@contextmanager
def practice_aws() -> Iterator[str]:
    """Run it; gives its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 find the credentials of the practice AWS, and nothing of this machine."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "practice")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "practice")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


class Group:
    """A log group of the practice AWS."""

    def __init__(self, client: Any, name: str) -> None:
        self.name = name
        self.stream = "shop-db.0"
        self._client = client
        client.create_log_group(logGroupName=name)
        client.create_log_stream(logGroupName=name, logStreamName=self.stream)

    def write(self, *lines: str, seconds_ago: float = 0.0, stream: str = "") -> None:
        """Put lines into a stream, a millisecond apart."""
        stamp = int((utc_now().timestamp() - seconds_ago) * 1000)
        events = [{"timestamp": stamp + nth, "message": line} for nth, line in enumerate(lines)]
        self._client.put_log_events(logGroupName=self.name, logStreamName=stream or self.stream, logEvents=events)

    def add_stream(self, name: str) -> None:
        """Add a stream."""
        self._client.create_log_stream(logGroupName=self.name, logStreamName=name)
