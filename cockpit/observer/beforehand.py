"""What changed before an incident was declared: the first that everybody asks."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.revisions import rolled_out
from cockpit.diagnosis.view import View
from cockpit.incident.beforehand import Happened
from cockpit.incident.entry import TimeSource
from cockpit.observer.folding import Candidate
from cockpit.observer.observation import LONGEST, Kind, Observation, Weight
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.text import clean

SINCE: Final = timedelta(minutes=30)
"""How long before the declaration."""
MOST: Final = 100
"""So many are kept, the newest."""
_ALWAYS: Final = frozenset({Kind.ROLLOUT, Kind.SCALE, Kind.FAILOVER, Kind.OUTAGE})
_WHEN_GRAVE: Final = frozenset({Kind.NODE, Kind.EVENT, Kind.RESTART})
"""Of these, what would be missed: a node that is lost, a failover that RDS tells of, a server that was restarted."""


def happened(
    candidates: Iterable[Candidate], facts: Facts | None, now: datetime, policy: Policy
) -> tuple[Happened, ...]:
    """Tell what changed in the half hour before `now`, in order of time.

    Besides what was seen, it tells the revisions that were rolled out before the cockpit was opened, as the cluster
    itself remembers them.

    Args:
        candidates: what was seen and nobody took into the log.
        facts: has the objects of the cluster.
        now: UTC.
        policy: of the diagnosis.
    """
    seen = [each for each in candidates if _matters(each.last) and each.until >= now - SINCE]
    rolled = {each.last.subject for each in seen if each.last.kind is Kind.ROLLOUT}
    told = [Happened(each.since, each.text, each.time_from, each.last.token) for each in seen]
    if facts is not None:
        told += _rolled_out(facts, now, policy, rolled)
    return tuple(sorted(told, key=lambda each: each.at)[-MOST:])


def _matters(observed: Observation) -> bool:
    if observed.kind is Kind.RESTART and observed.subject.startswith("pod "):
        return False
    return observed.kind in _ALWAYS or (observed.kind in _WHEN_GRAVE and observed.weight is Weight.GRAVE)


def _rolled_out(facts: Facts, now: datetime, policy: Policy, seen: set[str]) -> Iterator[Happened]:
    view = View(facts, now, policy)
    for deployment in view.deployments.values():
        meta = deployment.meta
        rolled = rolled_out(ObjectRef("Deployment", meta.namespace, meta.name), (), view)
        if rolled is None or f"deployment {meta.key}" in seen or not now - SINCE <= rolled.at < now:
            continue
        details = f": {rolled.details}" if rolled.details else ""
        yield Happened(rolled.at, clean(f"{meta.name}: {rolled.name}{details}"[:LONGEST]), TimeSource.SERVER)
