"""What happened to a Postgres server between two looks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cockpit.clock import rfc3339
from cockpit.diagnosis.policy import Policy
from cockpit.observer.observation import Kind, Observation, Weight
from cockpit.sources.postgres.model import PostgresLook, Slots


def postgres(before: PostgresLook, after: PostgresLook, at: datetime, policy: Policy) -> Iterator[Observation]:
    """Tell restarts, changes of its role, and limits of its connections that were crossed."""
    server = after.server
    subject, name = f"postgres {server.name}", server.name
    data: dict[str, Any] = {
        "before": {"server": before.server, "slots": before.activity.slots},
        "after": {"server": server, "slots": after.activity.slots},
    }
    for when in after.restarts[len(before.restarts) :]:
        up = f"up since {rfc3339(server.started_at)}" if server.started_at else "when is not told"
        token = f"started {server.started_at}"
        yield Observation(when, Kind.RESTART, subject, name, f"restarted ({up})", token, Weight.GRAVE, data=data)
    if after.promoted_at is not None and after.promoted_at != before.promoted_at:
        what = _role(before, after)
        yield Observation(after.promoted_at, Kind.FAILOVER, subject, name, what, what, Weight.GRAVE, data=data)
    if "activity" not in before.gaps and "activity" not in after.gaps:
        crossed = _crossed(before.activity.slots, after.activity.slots, policy)
        if crossed is not None:
            slots = after.activity.slots
            limit, rising = crossed
            what = f"{slots.used} of {slots.usable} connections, {'above' if rising else 'below'} {limit} %"
            token, weight = f"{rising} {limit}", Weight.GRAVE if rising else Weight.PLAIN
            yield Observation(at, Kind.CONNECTIONS, subject, name, what, token, weight, data=data)


def _role(before: PostgresLook, after: PostgresLook) -> str:
    if before.server.in_recovery == after.server.in_recovery:
        return "another server answers at this address"
    return "is a standby now" if after.server.in_recovery else "was promoted: is a primary now"


def _crossed(before: Slots, after: Slots, policy: Policy) -> tuple[int, bool] | None:
    """Tell the worst limit, in per cent of what is usable, that lies between two numbers, and whether it was passed."""
    limits = (policy.connections_critical_percent, policy.connections_percent)
    for limit in limits:
        was, now = _above(before, limit), _above(after, limit)
        if was != now:
            return limit, now
    return None


def _above(slots: Slots, percent: int) -> bool:
    return slots.usable > 0 and slots.used * 100 >= slots.usable * percent
