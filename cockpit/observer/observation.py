"""What the cockpit saw happen outside."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import msgspec

from cockpit.incident.entry import TimeSource
from cockpit.text import clean

LONGEST = 400
"""Characters of a text: what others write may be a novel, and all of it is in the evidence."""


class Kind(StrEnum):
    """What sort of thing happened. The words are those for several of them: `14 restarts`."""

    RESTART = "restarts"
    STATUS = "changes of status"
    READINESS = "changes of readiness"
    ROLLOUT = "rollouts"
    REVISION = "revisions"
    PROGRESS = "ends of rollouts"
    SCALE = "changes of scale"
    NODE = "changes of the node"
    HEALTH = "changes of health"
    ALARM = "changes of the alarm"
    EVENT = "events"
    FAILOVER = "failovers"
    CONNECTIONS = "crossings of a limit"
    ALERT = "changes of the alert"
    OUTAGE = "changes of the status page"


class Weight(IntEnum):
    """How much it would be missed. When there are too many observations, the lightest go first."""

    MINOR = 0
    PLAIN = 1
    GRAVE = 2


class Observation(msgspec.Struct, frozen=True):
    """One thing that happened to one subject."""

    at: datetime
    """When it happened, as far as the source tells; else when it was seen (UTC)."""
    kind: Kind
    subject: str
    """What it happened to, without a doubt: `pod shop/api-x`."""
    name: str
    """What people call that: `api-x`."""
    what: str
    """What happened: `restarted (OOMKilled, exit 137)`."""
    token: str
    """What it is known by, the same in every cockpit that sees it at about the same time."""
    weight: Weight = Weight.PLAIN
    count: int = 1
    """How often it happened since the look before."""
    data: Any = None
    """What msgspec can encode: the object before and after, or what was told of it."""
    time_from: TimeSource = TimeSource.SEEN
    """How `at` is known."""

    @property
    def text(self) -> str:
        """Say it in a line, fit to be shown."""
        return clean(f"{self.name}: {self.what}"[:LONGEST])

    def dated(self, told: datetime | None) -> "Observation":
        """Give the same at the time that the system `told`; None: it told none, and when it was seen has to do."""
        return self if told is None else msgspec.structs.replace(self, at=told, time_from=TimeSource.SERVER)


def before_and_after(before: Any, after: Any) -> dict[str, Any]:
    """Give what an observation rests on when it rests on two readings."""
    return {"before": before, "after": after}
