"""The status of a pod, worked out from the states of its containers."""

from datetime import datetime
from typing import Any

import msgspec

from cockpit.gameday.api.store import Obj
from cockpit.gameday.timing import timestamp

ContainerStatus = dict[str, Any]


def is_ready(pod: Obj) -> bool:
    """Tell whether a pod's Ready condition is True."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(entry["type"] == "Ready" and entry["status"] == "True" for entry in conditions)


def with_condition(status: Obj, condition: dict[str, Any]) -> Obj:
    """Give a status with one condition changed; its time stays while its status does."""
    conditions, condition = list(status.get("conditions") or ()), dict(condition)
    for index, before in enumerate(conditions):
        if before["type"] == condition["type"]:
            if before["status"] == condition["status"] and "lastTransitionTime" in before:
                condition["lastTransitionTime"] = before["lastTransitionTime"]
            conditions[index] = condition
            return {**status, "conditions": conditions}
    return {**status, "conditions": [*conditions, condition]}


def with_pod_condition(status: Obj, condition: dict[str, Any], now: datetime) -> Obj:
    """Give the status of a pod with one condition changed at a moment."""
    return with_condition(status, {"lastProbeTime": None, "lastTransitionTime": timestamp(now), **condition})


def waiting_status(container: Obj, reason: str, message: str = "") -> ContainerStatus:
    """Write the status of a container that has not started yet."""
    waiting = {"reason": reason, "message": message} if message else {"reason": reason}
    return {
        "name": container["name"],
        "state": {"waiting": waiting},
        "lastState": {},
        "ready": False,
        "restartCount": 0,
        "image": container["image"],
        "imageID": "",
        "started": False,
    }


def running_status(container: Obj, container_id: str, image_id: str, started: datetime) -> ContainerStatus:
    """Write the status of a container that runs and is ready."""
    return {
        **waiting_status(container, ""),
        "state": {"running": {"startedAt": timestamp(started)}},
        "ready": True,
        "imageID": image_id,
        "containerID": container_id,
        "started": True,
    }


class Placement(msgspec.Struct, frozen=True):
    """Where a pod runs."""

    pod_ip: str
    host_ip: str
    started: datetime
    """When the kubelet took the pod."""


def pod_status(
    pod: Obj, statuses: list[ContainerStatus], init: list[ContainerStatus], placement: Placement, now: datetime
) -> Obj:
    """Work the status of a pod out.

    Args:
        pod: The pod with its status so far, whose conditions keep their times.
        statuses: One for each container.
        init: One for each init container.
        placement: Where it runs.
        now: Stamps the conditions that change.
    """
    phase = _phase(pod, statuses, init)
    status: Obj = {
        **(pod.get("status") or {}),
        "phase": phase,
        "hostIP": placement.host_ip,
        "hostIPs": [{"ip": placement.host_ip}],
        "podIP": placement.pod_ip,
        "podIPs": [{"ip": placement.pod_ip}],
        "startTime": timestamp(placement.started),
        "containerStatuses": _by_name(statuses),
    }
    if init:
        status["initContainerStatuses"] = _by_name(init)
    for condition in _conditions(phase, statuses, init):
        status = with_pod_condition(status, condition, now)
    return status


def _by_name(statuses: list[ContainerStatus]) -> list[ContainerStatus]:
    return sorted(statuses, key=lambda entry: str(entry["name"]))


def _phase(pod: Obj, statuses: list[ContainerStatus], init: list[ContainerStatus]) -> str:
    policy = pod["spec"].get("restartPolicy")
    states = [entry["state"] for entry in statuses]
    if policy == "Never" and any(entry["state"].get("terminated", {}).get("exitCode") for entry in init):
        return "Failed"
    if policy != "Always" and states and all("terminated" in state for state in states):
        has_failed = any(state["terminated"]["exitCode"] for state in states)
        if not has_failed:
            return "Succeeded"
        return "Failed" if policy == "Never" else "Running"
    has_started = any(entry.get("containerID") for entry in statuses)
    return "Running" if has_started else "Pending"


def _conditions(phase: str, statuses: list[ContainerStatus], init: list[ContainerStatus]) -> list[dict[str, Any]]:
    unready = [entry["name"] for entry in statuses if not entry["ready"]]
    ready: dict[str, Any] = {"status": "False" if unready else "True"}
    if phase in {"Succeeded", "Failed"}:
        ready["reason"] = "PodCompleted" if phase == "Succeeded" else "PodFailed"
    elif unready:
        ready["reason"] = "ContainersNotReady"
        ready["message"] = f"containers with unready status: [{' '.join(unready)}]"
    incomplete = [entry["name"] for entry in init if entry["state"].get("terminated", {}).get("exitCode") != 0]
    initialized: dict[str, Any] = {"status": "True"}
    if incomplete:
        message = f"containers with incomplete status: [{' '.join(incomplete)}]"
        initialized = {"status": "False", "reason": "ContainersNotInitialized", "message": message}
    return [
        {"type": "PodReadyToStartContainers", "status": "False" if phase in {"Succeeded", "Failed"} else "True"},
        {"type": "Initialized", **initialized},
        {"type": "Ready", **ready},
        {"type": "ContainersReady", **ready},
    ]
