"""What RDS says has happened not long ago: failovers, failures, restarts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from cockpit.diagnosis.aws.account_view import AccountView
from cockpit.diagnosis.aws.enlarging import enlarging
from cockpit.diagnosis.aws.kinds import CLUSTER, RDS
from cockpit.diagnosis.aws.storage import has_room_since
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import moment, quoted
from cockpit.sources.aws.model import DbEvent
from cockpit.sources.kubernetes.objects import ObjectRef

MOST_TOLD = 3

_FAILOVER = "failover"
_LOW_STORAGE = "low storage"
_SEVERITIES = {
    "failure": FindingSeverity.DOUBTFUL,
    _LOW_STORAGE: FindingSeverity.DOUBTFUL,
    "availability": FindingSeverity.NOTICE,
    "recovery": FindingSeverity.NOTICE,
}
"""Categories of events that may say why something broke (AWS documentation, Amazon RDS event categories)."""
_KINDS = {"db-instance": RDS, "db-cluster": CLUSTER}


def problems(view: AccountView) -> Iterator[Problem]:
    """Tell of events for as long as of a restart of a server; of a low storage until there is room again."""
    lately = timedelta(minutes=view.policy.server_minutes)
    about: dict[ObjectRef, list[DbEvent]] = defaultdict(list)
    for event in view.look.db_events:
        if event.kind in _KINDS and timedelta() <= view.now - event.at <= lately and not _is_over(event, view):
            about[view.object(_KINDS[event.kind], event.name)].append(event)
    for ref, events in about.items():
        events.sort(key=lambda each: (each.at, each.message))
        yield from _failover(ref, [each for each in events if _FAILOVER in each.categories], view)
        yield from _others(ref, [each for each in events if _FAILOVER not in each.categories], view)


def _is_over(event: DbEvent, view: AccountView) -> bool:
    about = (each for each in view.look.instances if each.name == event.name and _LOW_STORAGE in event.categories)
    return any(has_room_since(each, event.at, view.policy) for each in about)


def _failover(ref: ObjectRef, events: Sequence[DbEvent], view: AccountView) -> Iterator[Problem]:
    if events:
        yield view.problem(
            Cause.ROLE_CHANGED,
            "failover",
            ref,
            f"failed over at {moment(events[0].at, view.now)}",
            why=quoted(events[-1].message),
            since=events[0].at,
            evidence=_evidence(ref, events, view),
        )


def _others(ref: ObjectRef, events: Sequence[DbEvent], view: AccountView) -> Iterator[Problem]:
    bad = [each for each in events if any(category in _SEVERITIES for category in each.categories)]
    if not bad:
        return
    severity = min(_SEVERITIES[category] for each in bad for category in each.categories if category in _SEVERITIES)
    low = any(_LOW_STORAGE in each.categories for each in bad)
    about = [each for each in view.look.instances if low and view.instance(each) == ref]
    yield view.problem(
        Cause.STORAGE if low else Cause.DATABASE_EVENT,
        "event",
        ref,
        f"RDS said at {moment(bad[-1].at, view.now)}, {quoted(bad[-1].message)}",
        severity=severity,
        since=bad[0].at,
        evidence=(*_evidence(ref, bad, view), *(proof for each in about for proof in enlarging(each, view))),
    )


def _evidence(ref: ObjectRef, events: Sequence[DbEvent], view: AccountView) -> tuple[Evidence, ...]:
    return tuple(
        view.proof(ref.name, f"{moment(each.at, view.now)} {quoted(each.message)}") for each in events[-MOST_TOLD:]
    )
