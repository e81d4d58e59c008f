"""Whether the server that answers is still the one that answered before."""

from datetime import datetime
from typing import NamedTuple

from cockpit.reading import SourceError
from cockpit.sources.postgres.activity import Pulse
from cockpit.sources.postgres.asking import Asks

_IDENTITY = """
SELECT system_identifier,
    CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END
FROM pg_control_system()"""


class Identity(NamedTuple):
    """What tells one server from another."""

    system: int | None = None
    """The same for all copies of one."""
    timeline: str | None = None
    """Goes up when a copy is promoted; None of a standby, or when it is not told."""


async def identity(session: Asks) -> Identity:
    """Read which server it is; nothing where the server does not tell (some clouds forbid it)."""
    try:
        return Identity(*(await session.query(_IDENTITY)).rows[0])
    except SourceError:
        return Identity()


class ServerChanges:
    """Notices restarts, promotions, and another server behind the same address."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._identity = Identity()
        self._pulse: Pulse | None = None
        self.restarts: tuple[datetime, ...] = ()
        self.promoted_at: datetime | None = None

    def meet(self, identity: Identity, now: datetime) -> bool:
        """Take who answers on a new connection, and tell whether its counters have nothing to do with those before."""
        known, self._identity = self._identity, identity
        other_system = _differ(known.system, identity.system)
        other = other_system or _differ(known.timeline, identity.timeline)
        if other:
            self.promoted_at, self._pulse = now, None
        return other

    def beat(self, pulse: Pulse, now: datetime) -> bool:
        """Take a sign of life, and tell whether it comes from another server."""
        before, self._pulse = self._pulse, pulse
        if before is None:
            return False
        changed_role = before.in_recovery is not pulse.in_recovery
        other = _is_later(before.started_at, pulse.started_at) or (
            changed_role and before.started_at != pulse.started_at
        )
        if changed_role or other:
            self.promoted_at = now
        elif _is_later(pulse.started_at, before.started_at) or _is_later(pulse.processes_since, before.processes_since):
            self.restarts = (*self.restarts, now)
        return other


def _differ(before: object, now: object) -> bool:
    return before is not None and now is not None and before != now


def _is_later(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment > other
