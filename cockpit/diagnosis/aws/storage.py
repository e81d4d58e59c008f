"""Database instances whose storage is nearly full, or will be before long."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from cockpit.diagnosis.aws.account_view import A_MINUTE, AccountView
from cockpit.diagnosis.aws.enlarging import enlarging
from cockpit.diagnosis.aws.limits import excess_of, free_storage
from cockpit.diagnosis.aws.status import STORAGE_FULL
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.lasting import ENOUGH, OLDEST, WINDOW, Points, newest_of, points_of
from cockpit.diagnosis.outside import length
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import moment, size
from cockpit.sources.aws.model import DbInstance, DbMetric

_GIBI = 2**30
_MEBI = 2**20
_FEWEST = 9
"""Fewer points tell no long trend."""
_SHORTEST = timedelta(minutes=10)
_HARDLY_TIME = timedelta(minutes=10)
_LOW_STORAGE = "low storage"


def problems(view: AccountView) -> Iterator[Problem]:
    """Tell of instances with little free storage. That it is full already, their status tells."""
    for instance in view.look.instances:
        if instance.status != STORAGE_FULL:
            yield from _low(instance, view)


class Fall(NamedTuple):
    """A free amount that becomes less and less."""

    lost: float
    over: timedelta
    full_in: timedelta
    """How long after the newest point all of it will be used up, at this rate."""
    full_at: datetime


def fall_of(points: Points | None) -> Fall | None:
    """Tell how a free amount falls now; None: it does not, or not steadily.

    What falls at each of the newest points is judged by these alone: a disk can be full before any longer trend shows.
    Three falls are enough where there is hardly time for more.
    """
    known = points_of(points)
    if (fall := _newest_fall(known, WINDOW)) is not None:
        return fall
    if (fall := _newest_fall(known, ENOUGH + 1)) is not None and fall.full_in <= _HARDLY_TIME:
        return fall
    return _long_fall(known)


def _newest_fall(known: Sequence[tuple[datetime, float]], count: int) -> Fall | None:
    newest = known[-count:]
    over = newest[-1][0] - newest[0][0] if len(newest) == count else timedelta()
    if over <= timedelta() or any(later >= before for (_, before), (_, later) in pairwise(newest)):
        return None
    return _fall(newest[0][1] - newest[-1][1], over, newest)


def _long_fall(known: Sequence[tuple[datetime, float]]) -> Fall | None:
    """Tell how an amount falls over the whole series: the mean of each third of it is below that of the third before.

    What comes and goes, such as temporary files, shows in a single third.
    """
    third = len(known) // 3
    if len(known) < _FEWEST or known[-1][0] - known[0][0] < _SHORTEST:
        return None
    parts = known[:third], known[third:-third], known[-third:]
    first, middle, last = (fmean(value for _, value in part) for part in parts)
    if not first > middle > last:
        return None
    ends = [fmean(at.timestamp() for at, _ in part) for part in (parts[0], parts[2])]
    return _fall(first - last, timedelta(seconds=ends[1] - ends[0]), known)


def _fall(lost: float, over: timedelta, points: Sequence[tuple[datetime, float]]) -> Fall | None:
    """Tell of points that fall, at the rate at which so much is lost over so long."""
    if over <= timedelta():
        return None
    (first_at, first), (at, free) = points[0], points[-1]
    full_in = timedelta(seconds=min(free * over.total_seconds() / lost, 10**9))
    return Fall(max(first - free, 0), at - first_at, full_in, at + full_in)


def has_room_since(instance: DbInstance, at: datetime, policy: Policy) -> bool:
    """Tell whether enough has been free again after a moment; what CloudWatch does not say yet is not so."""
    later = [free for measured, free in points_of(instance.metrics.get(DbMetric.FREE_STORAGE)) if measured > at]
    return bool(later) and later[-1] >= free_storage(instance, policy) and instance.status != STORAGE_FULL


def _low(instance: DbInstance, view: AccountView) -> Iterator[Problem]:
    series = instance.metrics.get(DbMetric.FREE_STORAGE)
    free = newest_of(series, view.now)
    if free is None or free < 0:
        return
    policy, fall = view.policy, _fast_fall(instance, view.policy)
    severity = severity_of(instance, policy, view.now)
    if severity is None:
        return
    whole = instance.storage_gib
    of = f" of {whole} GiB" if whole else ""
    percent = f" ({round(100 * free / (whole * _GIBI))} %)" if whole else ""
    grows = _grows(instance)
    excess = excess_of(instance, DbMetric.FREE_STORAGE, policy, view.now)
    room = f"{size(free)}{of}{percent} free" + (f", {_full(fall, view.now)}" if fall else "")
    yield view.problem(
        Cause.STORAGE,
        "storage",
        view.instance(instance),
        room if free else f"is full, {size(free)}{of} free",
        why=f"it grows by itself up to {instance.storage_most_gib} GiB, at most once in 6 hours" if grows else "",
        severity=severity,
        since=excess.since if excess is not None else None,
        began_within=A_MINUTE,
        evidence=tuple(_evidence(instance, free, fall, view)),
    )


def _full(fall: Fall, now: datetime) -> str:
    """Say when it will be full, as the newest points told: a time, unlike a length, stays true while none comes."""
    if fall.full_at <= now:
        return f"should have been full at about {moment(fall.full_at, now)}"
    return f"full at about {moment(fall.full_at, now)}"


def severity_of(instance: DbInstance, policy: Policy, now: datetime) -> FindingSeverity | None:
    """Judge the free storage, and how it falls; one that can grow by itself is judged a step milder. None: it is well.

    That it is full already, the status of the instance tells.
    """
    free, fall = newest_of(instance.metrics.get(DbMetric.FREE_STORAGE), now), _fast_fall(instance, policy)
    if free is None or free < 0 or (fall is None and excess_of(instance, DbMetric.FREE_STORAGE, policy, now) is None):
        return None
    critical = (instance.storage_gib or 0) * _GIBI * (100 - policy.storage_critical_percent) / 100
    wrong = free < max(critical, policy.storage_mebibytes * _MEBI)
    wrong = wrong or (fall is not None and fall.full_in < timedelta(minutes=policy.storage_minutes / 4))
    severity = FindingSeverity.WRONG if wrong else FindingSeverity.DOUBTFUL
    return FindingSeverity(severity + 1) if _grows(instance) else severity


def _fast_fall(instance: DbInstance, policy: Policy) -> Fall | None:
    """Tell how the free storage falls if it will be used up before long."""
    fall = fall_of(instance.metrics.get(DbMetric.FREE_STORAGE))
    return fall if fall is not None and fall.full_in < timedelta(minutes=policy.storage_minutes) else None


def _grows(instance: DbInstance) -> bool:
    return bool(instance.storage_gib and instance.storage_most_gib and instance.storage_most_gib > instance.storage_gib)


def _evidence(instance: DbInstance, free: float, fall: Fall | None, view: AccountView) -> Iterator[Evidence]:
    ref = view.instance(instance).name
    if fall is not None and free:
        lost, over = size(fall.lost), length(fall.over)
        yield view.proof(ref, f"{lost} less than {over} before: at this rate {_full(fall, view.now)}")
    else:
        yield view.proof(ref, f"FreeStorageSpace is {size(free)}")
    if not _grows(instance) and instance.storage_gib:
        yield view.proof(
            ref,
            "its storage does not grow by itself" if not instance.storage_most_gib else "it has grown to its maximum",
        )
    for event in view.look.db_events:
        if event.name == instance.name and _LOW_STORAGE in event.categories and view.now - event.at <= 4 * OLDEST:
            yield view.proof(ref, event.message)
            break
    yield from enlarging(instance, view)
