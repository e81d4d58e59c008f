"""A reading: what one source said, when it said it, and how far it can be trusted."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class TroubleKind(StrEnum):
    """Why a source could not be read."""

    UNREACHABLE = "unreachable"
    """No connection: refused, no route, name not found, connection lost."""
    TIMEOUT = "timeout"
    """Connected, but no answer in time."""
    DENIED = "denied"
    """Known, but not allowed (HTTP 403, SQLSTATE 42501)."""
    EXPIRED = "expired"
    """Credentials are missing, wrong or too old (HTTP 401): log in again."""
    THROTTLED = "throttled"
    """Asked to slow down (HTTP 429)."""
    REFUSED = "refused"
    """The server answered with an error of its own (HTTP 5xx, too many connections)."""
    MALFORMED = "malformed"
    """The answer could not be understood."""
    MISSING = "missing"
    """What was asked for is not there (HTTP 404, no kubeconfig, unknown context)."""


class Trouble(msgspec.Struct, frozen=True):
    """Why the newest try to read a source failed."""

    kind: TroubleKind
    message: str
    since: datetime
    """When the first of the tries failed that have failed in a row (UTC)."""
    remedy: str | None = None
    """What to type to mend it, if there is something."""
    inherited: bool = False
    """It is the trouble of the reading that this one is derived from; by itself, this one is sound."""


class SourceError(Exception):
    """What a source raises when it cannot be read; the feed turns it into a `Trouble`."""

    def __init__(self, kind: TroubleKind, message: str, remedy: str | None = None) -> None:
        """Say what kind of failure it is, what failed, and what to type to mend it."""
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.remedy = remedy


class State(StrEnum):
    """How far a reading can be trusted. Zero, unknown, hidden and stale are four different things."""

    LOADING = "loading"
    """Nothing was read yet, and nothing has failed."""
    LIVE = "live"
    STALE = "stale"
    """There is data, but the newest try failed or is overdue."""
    FAILING = "failing"
    """There is no data, because reading fails."""
    DENIED = "denied"
    """Reading is not allowed, or the credentials are not accepted."""
    OFF = "off"
    """Nobody asked for this source, or it is not there."""


class Reading(msgspec.Struct, Generic[T], frozen=True):
    """What one source said last. `data` is the last good answer even while `trouble` is set."""

    source: str
    """Name of the source, such as `kubernetes/pods`."""
    data: T | None = None
    taken_at: datetime | None = None
    """When `data` was true (UTC)."""
    trouble: Trouble | None = None
    fresh_for: timedelta | None = None
    """How old `data` may grow before it counts as stale; None for a stream, which fails when it ends."""
    off: bool = False

    def state(self, now: datetime) -> State:
        """Judge the reading at the time `now` (UTC)."""
        if self.off:
            return State.OFF
        if self.trouble is not None:
            if self.trouble.kind in (TroubleKind.DENIED, TroubleKind.EXPIRED):
                return State.DENIED
            return State.FAILING if self.data is None else State.STALE
        if self.data is None or self.taken_at is None:
            return State.LOADING
        if self.fresh_for is not None and now - self.taken_at > self.fresh_for:
            return State.STALE
        return State.LIVE
