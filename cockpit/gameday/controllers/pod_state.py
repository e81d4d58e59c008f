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
    conditions = list(status.get("conditions") or ())
    condition = {"lastProbeTime": None, **condition}
    for index, before in enumerate(conditions):
        if before["type"] == condition["type"]:
            if before["status"] == condition["status"]:
                condition["lastTransitionTime"] = before["lastTransitionTime"]
            conditions[index] = condition
            return {**status, "conditions": conditions}
    return {**status, "conditions": [*conditions, condition]}


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


def pod_status(pod: Obj, statuses: list[ContainerStatus], placement: Placement, now: datetime) -> Obj:
    """Work the status of a pod out.

    Args:
        pod: The pod with its status so far, whose conditions keep their times.
        statuses: One for each container.
        placement: Where it runs.
        now: Stamps the conditions that change.
    """
    phase = _phase(pod, statuses)
    status: Obj = {
        **(pod.get("status") or {}),
        "phase": phase,
        "hostIP": placement.host_ip,
        "hostIPs": [{"ip": placement.host_ip}],
        "podIP": placement.pod_ip,
        "podIPs": [{"ip": placement.pod_ip}],
        "startTime": timestamp(placement.started),
        "containerStatuses": sorted(statuses, key=lambda entry: str(entry["name"])),
    }
    for condition in _conditions(phase, statuses):
        status = with_condition(status, {**condition, "lastTransitionTime": timestamp(now)})
    return status


def _phase(pod: Obj, statuses: list[ContainerStatus]) -> str:
    states = [entry["state"] for entry in statuses]
    if pod["spec"].get("restartPolicy") != "Always" and states and all("terminated" in state for state in states):
        has_failed = any(state["terminated"]["exitCode"] for state in states)
        if not has_failed:
            return "Succeeded"
        return "Failed" if pod["spec"]["restartPolicy"] == "Never" else "Running"
    has_started = any(entry.get("containerID") for entry in statuses)
    return "Running" if has_started else "Pending"


def _conditions(phase: str, statuses: list[ContainerStatus]) -> list[dict[str, Any]]:
    unready = [entry["name"] for entry in statuses if not entry["ready"]]
    ready: dict[str, Any] = {"status": "False" if unready else "True"}
    if phase == "Succeeded":
        ready["reason"] = "PodCompleted"
    elif unready:
        ready["reason"] = "ContainersNotReady"
        ready["message"] = f"containers with unready status: [{' '.join(unready)}]"
    return [
        {"type": "PodReadyToStartContainers", "status": "False" if phase in {"Succeeded", "Failed"} else "True"},
        {"type": "Initialized", "status": "True"},
        {"type": "Ready", **ready},
        {"type": "ContainersReady", **ready},
    ]
