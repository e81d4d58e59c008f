"""From when on a figure of a Postgres server looks doubtful or wrong: where the diagnosis would find something."""

from typing import Final

from cockpit.diagnosis.holders import CLIENT
from cockpit.diagnosis.policy import Policy
from cockpit.sources.postgres.model import Backend, BackendState, Slots
from cockpit.ui.tones import Tone

_EARLY: Final = 5
"""What has lasted so many times less than what is wrong is doubtful."""
_WHOLE: Final = 100


def by_time(seconds: float | None, limit: float) -> Tone:
    """Judge how long something has lasted."""
    if seconds is None or seconds <= limit / _EARLY:
        return ""
    return "wrong" if seconds > limit else "doubtful"


def of_idle(seconds: float | None, policy: Policy) -> Tone:
    """Judge how long a transaction has been open with nothing done in it."""
    return by_time(seconds, policy.idle_in_transaction.total_seconds())


def of_blocked(seconds: float | None, policy: Policy) -> Tone:
    """Judge how long somebody has waited for a lock."""
    return by_time(seconds, policy.blocked.total_seconds())


def of_statement(seconds: float | None, policy: Policy) -> Tone:
    """Judge how long a statement has been running."""
    return by_time(seconds, policy.statement.total_seconds())


def of_connections(slots: Slots, policy: Policy) -> Tone:
    """Judge how many connections are in use."""
    share = _WHOLE * slots.used / max(1, slots.usable)
    if share > policy.connections_critical_percent:
        return "wrong"
    return "doubtful" if share > policy.connections_percent else ""


def waits_for_lock(backend: Backend) -> bool:
    """Tell whether a backend waits for a lock that another one holds."""
    return backend.state is BackendState.ACTIVE and backend.wait_event_type == "Lock"


def of_backend(backend: Backend, seconds: float | None, policy: Policy) -> Tone:
    """Judge a backend that has been doing the same for so many seconds; a vacuum may take its time."""
    if backend.backend_type != CLIENT:
        return ""
    if waits_for_lock(backend):
        return of_blocked(seconds, policy)
    if backend.in_transaction_idle:
        return of_idle(seconds, policy)
    return of_statement(seconds, policy) if backend.state is BackendState.ACTIVE else ""
