"""The status of a deployment: counts, and the Available and Progressing conditions."""

from datetime import datetime
from typing import Any

from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.controllers.revisions import revision_of, rolling_limits
from cockpit.gameday.timing import timestamp

COMPLETE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"


def deployment_status(
    deployment: Stored, new: Stored | None, sets: list[Stored], now: datetime, *, stood_for: float = 0.0
) -> Obj:
    """Work the status out.

    Args:
        deployment: The deployment with its status so far.
        new: The replica set of its present template.
        sets: All its replica sets.
        now: Stamps the conditions that change.
        stood_for: Seconds since the rollout has last made progress.
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
        *_progressing(deployment, new, counts, now, stood_for),
        *_replica_failure(deployment, new, now),
    ]
    return {
        "observedGeneration": deployment.obj["metadata"]["generation"],
        **{field: count for field, count in counts.items() if count},
        "terminatingReplicas": 0,
        "conditions": _keep_order(before.get("conditions") or [], conditions),
    }


def seconds_to_deadline(deployment: Obj, stood_for: float) -> float | None:
    """Tell how long a rollout may still go without progress; None when none is under way.

    Args:
        deployment: The deployment with its present status.
        stood_for: Seconds since the rollout has last made progress.
    """
    condition = find_condition(deployment, "Progressing")
    if condition is None or condition["reason"] in {COMPLETE, TIMED_OUT, PAUSED}:
        return None
    limit: int = deployment["spec"].get("progressDeadlineSeconds", 600)
    return max(1.0, limit - stood_for + 1)


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


def _progressing(
    deployment: Stored, new: Stored | None, counts: dict[str, int], now: datetime, stood_for: float
) -> list[dict[str, Any]]:
    if deployment.obj["spec"].get("paused"):
        paused = _condition("Progressing", "Unknown", PAUSED, "Deployment is paused")
        return [_stamped(deployment, paused, now)]
    if new is None:
        return []
    before = find_condition(deployment.obj, "Progressing")
    if _is_complete(deployment, counts):
        message = f'ReplicaSet "{new.name}" has successfully progressed.'
        condition = _condition("Progressing", "True", COMPLETE, message)
    elif before is not None and before["reason"] == PAUSED:
        condition = _condition("Progressing", "Unknown", RESUMED, "Deployment is resumed")
    elif before is None or _has_begun_or_moved(deployment, new, counts, before):
        message = f'ReplicaSet "{new.name}" is progressing.'
        moved = _stamped(deployment, _condition("Progressing", "True", "ReplicaSetUpdated", message), now)
        return [{**moved, "lastUpdateTime": timestamp(now)}]
    elif before["reason"] != COMPLETE and stood_for > deployment.obj["spec"].get("progressDeadlineSeconds", 600):
        message = f'ReplicaSet "{new.name}" has timed out progressing.'
        condition = _condition("Progressing", "False", TIMED_OUT, message)
    else:
        return [before]
    return [_stamped(deployment, condition, now)]


def _is_complete(deployment: Stored, counts: dict[str, int]) -> bool:
    wanted: int = deployment.obj["spec"]["replicas"]
    return counts["updatedReplicas"] == wanted == counts["replicas"] and counts["availableReplicas"] >= wanted


def _has_begun_or_moved(deployment: Stored, new: Stored, counts: dict[str, int], condition: dict[str, Any]) -> bool:
    if revision_of(deployment) != revision_of(new):
        return True
    before = deployment.obj.get("status") or {}
    old: int = before.get("replicas", 0) - before.get("updatedReplicas", 0)
    has_moved = (
        counts["updatedReplicas"] > before.get("updatedReplicas", 0)
        or counts["replicas"] - counts["updatedReplicas"] < old
        or counts["availableReplicas"] > before.get("availableReplicas", 0)
    )
    return bool(has_moved) and condition["reason"] != COMPLETE


def _replica_failure(deployment: Stored, new: Stored | None, now: datetime) -> list[dict[str, Any]]:
    """Pass on why the replica set cannot make pods."""
    failure = find_condition(new.obj, "ReplicaFailure") if new is not None else None
    if failure is None:
        return []
    return [_stamped(deployment, _condition("ReplicaFailure", "True", failure["reason"], failure["message"]), now)]


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
