"""The status of a deployment: counts, and the Available and Progressing conditions."""

from datetime import datetime
from typing import Any

from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.controllers.revisions import revision_of, rolling_limits
from cockpit.gameday.timing import parse_timestamp, timestamp

COMPLETE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"


def deployment_status(deployment: Stored, new: Stored | None, sets: list[Stored], now: datetime) -> Obj:
    """Work the status out.

    Args:
        deployment: The deployment with its status so far.
        new: The replica set of its present template.
        sets: All its replica sets.
        now: Stamps the conditions that change.
    """
    wanted = deployment.obj["spec"]["replicas"]
    available = _total(sets, "availableReplicas")
    counts = {
        "replicas": _total(sets, "replicas"),
        "updatedReplicas": 0 if new is None else _total([new], "replicas"),
        "readyReplicas": _total(sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, sum(each.obj["spec"]["replicas"] for each in sets) - available),
    }
    before = deployment.obj.get("status") or {}
    conditions = [
        _available(deployment, available, wanted, now),
        *_progressing(deployment, new, counts, now),
    ]
    return {
        "observedGeneration": deployment.obj["metadata"]["generation"],
        **{field: count for field, count in counts.items() if count},
        "terminatingReplicas": 0,
        "conditions": _keep_order(before.get("conditions") or [], conditions),
    }


def seconds_to_deadline(deployment: Stored, now: datetime) -> float | None:
    """Tell how long a rollout may still go without progress; None when none is under way."""
    condition = find_condition(deployment.obj, "Progressing")
    if condition is None or condition["reason"] in {COMPLETE, TIMED_OUT}:
        return None
    passed = (now - parse_timestamp(condition["lastUpdateTime"])).total_seconds()
    limit: int = deployment.obj["spec"].get("progressDeadlineSeconds", 600)
    return max(1.0, limit - passed + 1)


def find_condition(obj: Obj, name: str) -> dict[str, Any] | None:
    """Give a condition of an object by its type."""
    for condition in (obj.get("status") or {}).get("conditions") or ():
        if condition["type"] == name:
            return dict(condition)
    return None


def _total(sets: list[Stored], field: str) -> int:
    return sum((each.obj.get("status") or {}).get(field, 0) for each in sets)


def _available(deployment: Stored, available: int, wanted: int, now: datetime) -> dict[str, Any]:
    enough = available >= wanted - rolling_limits(deployment.obj["spec"])[1]
    reason = "MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable"
    message = f"Deployment {'has' if enough else 'does not have'} minimum availability."
    condition = _condition("Available", "True" if enough else "False", reason, message)
    return _stamped(deployment, condition, now)


def _progressing(deployment: Stored, new: Stored | None, counts: dict[str, int], now: datetime) -> list[dict[str, Any]]:
    if new is None:
        return []
    spec, before = deployment.obj["spec"], deployment.obj.get("status") or {}
    condition = find_condition(deployment.obj, "Progressing")
    is_new_revision = revision_of(deployment) != revision_of(new)
    wanted = spec["replicas"]
    is_complete = counts["updatedReplicas"] == wanted == counts["replicas"] and counts["availableReplicas"] >= wanted
    if is_complete:
        message = f'ReplicaSet "{new.name}" has successfully progressed.'
        return [_stamped(deployment, _condition("Progressing", "True", COMPLETE, message), now)]
    has_moved = (
        counts["updatedReplicas"] > before.get("updatedReplicas", 0)
        or counts["replicas"] - counts["updatedReplicas"] < before.get("replicas", 0) - before.get("updatedReplicas", 0)
        or counts["availableReplicas"] > before.get("availableReplicas", 0)
    )
    if is_new_revision or condition is None or (has_moved and condition["reason"] != COMPLETE):
        message = f'ReplicaSet "{new.name}" is progressing.'
        moved = _stamped(deployment, _condition("Progressing", "True", "ReplicaSetUpdated", message), now)
        return [{**moved, "lastUpdateTime": timestamp(now)}]
    passed = (now - parse_timestamp(condition["lastUpdateTime"])).total_seconds()
    if condition["reason"] != COMPLETE and passed > spec.get("progressDeadlineSeconds", 600):
        message = f'ReplicaSet "{new.name}" has timed out progressing.'
        return [_stamped(deployment, _condition("Progressing", "False", TIMED_OUT, message), now)]
    return [condition]


def _condition(name: str, status: str, reason: str, message: str) -> dict[str, Any]:
    return {"type": name, "status": status, "reason": reason, "message": message}


def _stamped(deployment: Stored, condition: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Give a condition its times, which change only with its status or its reason."""
    before = find_condition(deployment.obj, condition["type"]) or {}
    same_status = before.get("status") == condition["status"]
    same = all(before.get(field) == condition[field] for field in condition)
    return {
        **condition,
        "lastUpdateTime": before["lastUpdateTime"] if same else timestamp(now),
        "lastTransitionTime": before["lastTransitionTime"] if same_status else timestamp(now),
    }


def _keep_order(before: list[dict[str, Any]], conditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order = [condition["type"] for condition in before]
    return sorted(conditions, key=lambda entry: order.index(entry["type"]) if entry["type"] in order else len(order))
