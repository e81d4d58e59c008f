"""Standbys that are behind, and slots that keep WAL."""

from collections.abc import Iterator
from datetime import timedelta

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.postgres.server_view import LONGEST_NAME, ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import one_line, size, span
from cockpit.sources.postgres.model import Health, Slot, Standby

_MEBI = 2**20
_BACKUP = "backup"
"""State of a connection that takes a base backup: it replays nothing."""
_LOST = "lost"
_UNRESERVED = "unreserved"


def problems(view: ServerView) -> Iterator[Problem]:
    """Tell of standbys and slots, of this server and of it as a standby."""
    look = view.look
    if look is None or look.health is None:
        return
    if look.server.in_recovery:
        yield from _as_standby(look.health, view)
    for standby in look.health.standbys or ():
        yield from _behind(standby, view)
    for slot in look.health.slots or ():
        yield from _keeps(slot, view)


def _as_standby(health: Health, view: ServerView) -> Iterator[Problem]:
    lag = health.replay_lag_seconds
    behind = f", {span(timedelta(seconds=lag))} behind" if lag else ""
    if health.receiving is False:
        fact = view.proof("standby", f"no WAL receiver is running{behind}")
        yield view.problem(Cause.REPLICATION, f"does not receive from its primary{behind}", evidence=(fact,))
    elif lag is not None and lag > view.policy.replica_lag_seconds:
        fact = view.proof("standby", f"replays what was written {span(timedelta(seconds=lag))} ago")
        yield view.problem(Cause.REPLICATION, f"is{behind[1:]} its primary", evidence=(fact,))


def _behind(standby: Standby, view: ServerView) -> Iterator[Problem]:
    """Judge by time, and by WAL: the time is not known while nothing is written."""
    if standby.state == _BACKUP:
        return
    name = one_line(standby.application or standby.client_address or f"pid {standby.pid}", LONGEST_NAME)
    lag, amount = standby.replay_lag_seconds, standby.lag_bytes
    late = lag is not None and lag > view.policy.replica_lag_seconds
    if not late and (amount is None or amount <= view.policy.replica_lag_mebibytes * _MEBI):
        return
    told = [span(timedelta(seconds=lag))] if lag is not None else []
    told += [size(amount)] if amount is not None else []
    state = ", ".join(filter(None, (one_line(standby.state), one_line(standby.sync_state))))
    yield view.problem(
        Cause.REPLICATION,
        f"standby {name} is {' and '.join(told)} behind",
        about=f"standby/{standby.client_address or standby.pid}/{standby.application}",
        evidence=(view.proof(f"standby {name}", f"{' and '.join(told)} behind: {state}"),),
    )


def _keeps(slot: Slot, view: ServerView) -> Iterator[Problem]:
    name = one_line(slot.name, LONGEST_NAME)
    kept = size(slot.retained_bytes) if slot.retained_bytes is not None else "an unknown amount"
    used = "in use" if slot.active else "not in use"
    if slot.wal_status == _LOST:
        severity, what = FindingSeverity.WRONG, f"slot {name} has lost its WAL: its reader must be set up anew"
    elif slot.wal_status == _UNRESERVED:
        severity, what = FindingSeverity.WRONG, f"slot {name} is about to lose its WAL, {used}, {kept} behind"
    elif slot.retained_bytes is not None and slot.retained_bytes > view.policy.slot_mebibytes * _MEBI:
        severity, what = FindingSeverity.DOUBTFUL, f"slot {name}, {used}, keeps {kept} of WAL on the disk"
    else:
        return
    status = f"wal_status {one_line(slot.wal_status)}" if slot.wal_status else "wal_status unknown"
    fact = f"{one_line(slot.slot_type)}, {used}, keeps {kept}, {status}"
    fact += f", {size(slot.safe_wal_bytes)} until it is lost" if slot.safe_wal_bytes is not None else ""
    proofs = [view.proof(f"slot {name}", fact)]
    if not slot.active:
        drop = f"SELECT pg_drop_replication_slot('{name}')"
        proofs.append(view.remedy(f"slot {name}", drop, "if nobody needs it any more"))
    yield view.problem(Cause.REPLICATION, what, about=f"slot/{slot.name}", severity=severity, evidence=tuple(proofs))
