"""A message for tests, and what becomes of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import msgspec

from cockpit.actions.messages.outgoing import Outgoing
from cockpit.actions.receipt import Outcome

NOW = datetime(2026, 11, 21, 14, 23, tzinfo=UTC)
TOKEN = "xoxb-not-a-real-one-4711"
ENVIRON = {"TOKEN": TOKEN, "PATH": "/usr/bin:/bin"}
MESSAGE = Outgoing(
    "Update", "It is **slow** & <broken>.", incident="INC-2026-11-21-001", severity="SEV2", rank=1, status="identified"
)


class Sent(msgspec.Struct, frozen=True):
    """What became of a message."""

    outcome: Outcome
    said: str
    reference: str


Send = Callable[..., Awaitable[Sent]]
