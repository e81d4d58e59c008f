"""Horizontal pod autoscalers: as many pods as the use of cpu or memory asks for, within limits."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from cockpit.gameday.api.kinds import AUTOSCALERS, DEPLOYMENTS, PODS, STATEFUL_SETS
from cockpit.gameday.api.metrics import container_usage
from cockpit.gameday.api.selectors import match_labels
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.pod_making import is_active
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.event_recorder import Event, Source
from cockpit.gameday.quantity import amount
from cockpit.gameday.timing import timestamp

SYNC = 15.0
"""Seconds between two looks at the metrics."""
TOLERANCE = 0.1
"""A use that differs by less from the wanted one changes nothing."""
STABLE_FOR = 300.0
"""Seconds for which fewer pods must be enough before there are fewer."""
SOURCE = Source("horizontal-pod-autoscaler")


class Use(msgspec.Struct, frozen=True):
    """How much of a resource the pods of a target use."""

    resource: str
    percent: int
    """Of what they request."""
    average: int
    """Millicores, or bytes."""
    wanted_percent: int


class AutoscalerController:
    """Scales deployments and stateful sets."""

    watches = (AUTOSCALERS,)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._fewer_since: dict[str, datetime] = {}

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the autoscaler itself."""
        return () if change.type == "DELETED" else (change.now.key,)

    def reconcile(self, key: str) -> float | None:
        """Measure, scale, and write the status."""
        scaler = self._store.find_alive(AUTOSCALERS, key)
        target = None if scaler is None else self._target(scaler)
        if scaler is None or target is None:
            return None if scaler is None else SYNC
        use = self._measure(scaler, target)
        current = int(target.obj["spec"]["replicas"])
        wanted = current if use is None else self._wanted(use, current)
        least, most = scaler.obj["spec"].get("minReplicas", 1), scaler.obj["spec"]["maxReplicas"]
        reachable = min(most, max(least, wanted), max(2 * current, current + 4))
        if reachable < current and not self._has_been_few_for_long(scaler):
            reachable = current
        if reachable >= current:
            self._fewer_since.pop(scaler.uid, None)
        if reachable != current:
            self._scale(scaler, target, reachable)
        self._write_status(scaler, use, current, reachable, wanted)
        return SYNC

    def _target(self, scaler: Stored) -> Stored | None:
        reference = scaler.obj["spec"]["scaleTargetRef"]
        for kind in (DEPLOYMENTS, STATEFUL_SETS):
            if kind.kind == reference["kind"]:
                return self._store.find(kind, scaler.namespace, reference["name"])
        return None

    def _measure(self, scaler: Stored, target: Stored) -> Use | None:
        """Measure the first resource that the autoscaler names; None: it cannot be."""
        metric = next(iter(scaler.obj["spec"].get("metrics") or ()), None)
        if metric is None or metric.get("type") != "Resource":
            return None
        resource, wanted = metric["resource"]["name"], metric["resource"]["target"].get("averageUtilization")
        used = requested = count = 0
        for pod in self._store.list(PODS, target.namespace):
            labels = pod.obj["metadata"].get("labels") or {}
            if not is_active(pod) or not is_ready(pod.obj) or not match_labels(target.obj["spec"]["selector"], labels):
                continue
            count += 1
            for status in pod.obj["status"]["containerStatuses"]:
                usage = container_usage(self._cluster, pod, status)
                if usage is not None:
                    used += usage[0] if resource == "cpu" else usage[1] * 1024
            requested += _requested(pod, resource)
        if not count or not requested or wanted is None:
            return None
        return Use(resource, round(100 * used / requested), used // count, wanted)

    def _wanted(self, use: Use, current: int) -> int:
        ratio = use.percent / use.wanted_percent
        return current if abs(ratio - 1) <= TOLERANCE else math.ceil(current * ratio)

    def _has_been_few_for_long(self, scaler: Stored) -> bool:
        now = self._cluster.pace.now()
        since = self._fewer_since.setdefault(scaler.uid, now)
        return (now - since).total_seconds() * self._cluster.pace.speed >= STABLE_FOR

    def _scale(self, scaler: Stored, target: Stored, replicas: int) -> None:
        more = replicas > target.obj["spec"]["replicas"]
        self._store.replace(target, {**target.obj, "spec": {**target.obj["spec"], "replicas": replicas}})
        why = "cpu resource utilization (percentage of request) above target" if more else "All metrics below target"
        event = Event("Normal", "SuccessfulRescale", f"New size: {replicas}; reason: {why}")
        self._cluster.events.record(scaler, event, SOURCE)

    def _write_status(self, scaler: Stored, use: Use | None, current: int, reachable: int, wanted: int) -> None:
        before = scaler.obj.get("status") or {}
        now = timestamp(self._cluster.pace.now())
        status: Obj = {"currentReplicas": current, "desiredReplicas": reachable}
        if use is not None:
            average = f"{use.average}m" if use.resource == "cpu" else str(use.average)
            measured = {"averageValue": average, "averageUtilization": use.percent}
            status["currentMetrics"] = [{"type": "Resource", "resource": {"name": use.resource, "current": measured}}]
        else:
            message = "failed to get cpu utilization: no metrics returned from resource metrics API"
            self._cluster.events.record(scaler, Event("Warning", "FailedGetResourceMetric", message), SOURCE)
        if reachable != current or "lastScaleTime" in before:
            status["lastScaleTime"] = now if reachable != current else before["lastScaleTime"]
        times = {entry["type"]: entry for entry in before.get("conditions") or ()}
        status["conditions"] = [
            {**condition, "lastTransitionTime": _transition(times.get(condition["type"]), condition, now)}
            for condition in _conditions(scaler.obj["spec"], use, current, reachable, wanted)
        ]
        self._store.replace(scaler, {**scaler.obj, "status": status})


def _requested(pod: Stored, resource: str) -> int:
    """Add up what the containers of a pod request: millicores, or bytes."""
    asked = [
        ((container.get("resources") or {}).get("requests") or {}).get(resource, 0)
        for container in pod.obj["spec"]["containers"]
    ]
    return int(sum(amount(text) for text in asked) * (1000 if resource == "cpu" else 1))


def _conditions(spec: Obj, use: Use | None, current: int, reachable: int, wanted: int) -> list[dict[str, Any]]:
    if reachable != current:
        able = ("SucceededRescale", f"the HPA controller was able to update the target scale to {reachable}")
    else:
        able = ("ReadyForNewScale", "recommended size matches current size")
    if use is None:
        reason = "the HPA was unable to compute the replica count: failed to get cpu utilization"
        active = ("False", "FailedGetResourceMetric", reason)
    else:
        counted = f"{use.resource} resource utilization (percentage of request)"
        message = f"the HPA was able to successfully calculate a replica count from {counted}"
        active = ("True", "ValidMetricFound", message)
    if wanted > spec["maxReplicas"]:
        limited = ("True", "TooManyReplicas", "the desired replica count is more than the maximum replica count")
    elif wanted < spec.get("minReplicas", 1):
        limited = ("True", "TooFewReplicas", "the desired replica count is less than the minimum replica count")
    else:
        limited = ("False", "DesiredWithinRange", "the desired count is within the acceptable range")
    written = (("AbleToScale", "True", *able), ("ScalingActive", *active), ("ScalingLimited", *limited))
    return [
        {"type": name, "status": status, "reason": reason, "message": message}
        for name, status, reason, message in written
    ]


def _transition(before: Obj | None, condition: Obj, now: str) -> str:
    is_same = before is not None and before["status"] == condition["status"]
    return str(before["lastTransitionTime"]) if before is not None and is_same else now
