"""What a change of a workload means for its pods while it goes on: told before it is confirmed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cockpit.actions.live import Live
from cockpit.sources.kubernetes.objects import Autoscaler

RECREATE = "Recreate"
ON_DELETE = "OnDelete"


def rollout_warnings(live: Live) -> tuple[str, ...]:
    """Warn of what making all pods anew does to a Deployment, StatefulSet or DaemonSet."""
    match live.ref.kind:
        case "Deployment":
            told = _of_deployment(live)
        case "StatefulSet":
            told = _of_stateful_set(live)
        case _:
            told = []
    if _update(live).get("type") == ON_DELETE:
        told = ["its update strategy is OnDelete: no pod is made anew before somebody deletes it"]
    return (*told, *_under_way(live))


def autoscaler_warnings(live: Live, autoscalers: Sequence[Autoscaler], replicas: int) -> tuple[str, ...]:
    """Warn that an autoscaler will have its own idea of the replicas."""
    return tuple(
        f"the HPA {each.meta.name} ({each.least} to {each.most}) will undo the scaling"
        for each in autoscalers
        if (each.target.kind, each.target.name) == (live.ref.kind, live.ref.name) and replicas and _replicas(live)
    )


def _of_deployment(live: Live) -> list[str]:
    replicas = _replicas(live)
    strategy = live.spec.get("strategy") or {}
    if strategy.get("type") == RECREATE:
        return [f"strategy Recreate: it will be down from when {_all(replicas)} ends until a new pod is ready"]
    rolling = strategy.get("rollingUpdate") or {}
    surge = _share(rolling.get("maxSurge", "25%"), replicas, up=True)
    missing = _share(rolling.get("maxUnavailable", "25%"), replicas, up=False) or (0 if surge else 1)
    if replicas and missing >= replicas:
        return [f"{_count(replicas)}: it will be down until a new pod is ready"]
    return []


def _of_stateful_set(live: Live) -> list[str]:
    replicas = _replicas(live)
    told = ["1 replica: it will be down until the new pod is ready"] if replicas == 1 else []
    first = (_update(live).get("rollingUpdate") or {}).get("partition") or 0
    if first:
        told.append(f"partition {first}: pods with lower numbers stay as they are")
    return told


def _under_way(live: Live) -> list[str]:
    """Tell that an earlier change is still being rolled out."""
    desired = live.status.get("desiredNumberScheduled", _replicas(live))
    updated = live.status.get("updatedNumberScheduled", live.status.get("updatedReplicas", 0))
    observed = live.status.get("observedGeneration", 0) >= live.metadata.get("generation", 0)
    return [] if observed and updated >= desired else [f"a rollout is under way: {updated} of {desired} updated"]


def _update(live: Live) -> Mapping[str, Any]:
    strategy: Mapping[str, Any] = live.spec.get("updateStrategy") or {}
    return strategy


def _replicas(live: Live) -> int:
    return int(live.spec.get("replicas", 1))


def _share(value: int | str, replicas: int, *, up: bool) -> int:
    """Read maxSurge (rounded up) or maxUnavailable (rounded down)."""
    if isinstance(value, int):
        return value
    share = replicas * int(value.rstrip("%")) / 100
    return math.ceil(share) if up else math.floor(share)


def _count(replicas: int) -> str:
    return f"{replicas} replica{'' if replicas == 1 else 's'}"


def _all(replicas: int) -> str:
    return "its pod" if replicas == 1 else f"the last of its {replicas} pods"
