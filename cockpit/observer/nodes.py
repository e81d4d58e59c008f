"""What happened to nodes between two readings."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cockpit.observer.observation import Kind, Observation, Weight, before_and_after
from cockpit.observer.pairs import changed, complete
from cockpit.sources.kubernetes.objects import Node, Objects
from cockpit.sources.kubernetes.rollout import condition

_READY = "Ready"


def nodes(before: Objects[Node], after: Objects[Node], at: datetime) -> Iterator[Observation]:
    """Tell readiness that was lost or came back, cordons, and nodes that came or went."""
    for was, now in changed(before, after):
        old, new = condition(was.conditions, _READY), condition(now.conditions, _READY)
        if old is not None and new is not None and old.status != new.status:
            data = before_and_after(was, now)
            if new.status == "True":
                what, weight = "ready", Weight.PLAIN
            else:
                why = ": ".join(filter(None, (new.reason, new.message)))
                what, weight = f"not ready ({why})" if why else "not ready", Weight.GRAVE
            yield _observed(now, at, what, f"{new.status} {new.since}", weight, data).dated(new.since)
        if was.unschedulable != now.unschedulable:
            what = "cordoned" if now.unschedulable else "uncordoned"
            yield _observed(now, at, what, what, Weight.PLAIN, before_and_after(was, now))
    yield from _came_and_went(before, after, at)


def _came_and_went(before: Objects[Node], after: Objects[Node], at: datetime) -> Iterator[Observation]:
    """Tell which nodes are new and which are gone; of another cluster they all would be."""
    old, new = ({node.meta.uid: node for node in each.objects.values()} for each in (before, after))
    if not complete(before, after) or not old.keys() & new.keys():
        return
    for uid in new.keys() - old.keys():
        data = {"after": new[uid]}
        yield _observed(new[uid], at, "joined", "joined", Weight.MINOR, data).dated(new[uid].meta.created)
    for uid in old.keys() - new.keys():
        yield _observed(old[uid], at, "is gone", "gone", Weight.PLAIN, {"before": old[uid]})


def _observed(node: Node, at: datetime, what: str, token: str, weight: Weight, data: Any) -> Observation:
    name = node.meta.name
    return Observation(at, Kind.NODE, f"node {name}", name, what, f"{node.meta.uid} {token}", weight, data=data)
