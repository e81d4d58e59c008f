"""The conditions and the taints of a node."""

from datetime import datetime
from typing import Any

from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.controllers.node_fit import UNSCHEDULABLE
from cockpit.gameday.timing import timestamp

WELL = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
"""Type, status, reason and message of a healthy node's conditions."""
TAINTS = {
    ("Ready", "False"): ("node.kubernetes.io/not-ready", ("NoSchedule", "NoExecute")),
    ("Ready", "Unknown"): ("node.kubernetes.io/unreachable", ("NoSchedule", "NoExecute")),
    ("MemoryPressure", "True"): ("node.kubernetes.io/memory-pressure", ("NoSchedule",)),
    ("DiskPressure", "True"): ("node.kubernetes.io/disk-pressure", ("NoSchedule",)),
}
"""By a condition and its status: the taint that the node controller sets, and its effects."""
OWN_TAINTS = {UNSCHEDULABLE, *(key for key, _ in TAINTS.values())}


def healthy_conditions(since: datetime, heartbeat: datetime) -> list[Obj]:
    """Write the conditions of a node that has been well for a while."""
    times = {"lastHeartbeatTime": timestamp(heartbeat), "lastTransitionTime": timestamp(since)}
    return [
        {"type": name, "status": status, **times, "reason": reason, "message": message}
        for name, status, reason, message in WELL
    ]


def with_node_condition(node: Stored, now: datetime, **condition: str) -> Obj:
    """Give a node one of whose conditions has changed."""
    conditions = [
        {**entry, **condition, "lastTransitionTime": timestamp(now)} if entry["type"] == condition["type"] else entry
        for entry in node.obj["status"]["conditions"]
    ]
    return {**node.obj, "status": {**node.obj["status"], "conditions": conditions}}


def silent_node(node: Stored, now: datetime) -> Obj:
    """Give a node as the node controller writes it when its kubelet has not been heard of for 40 seconds."""
    unknown = {
        "status": "Unknown",
        "reason": "NodeStatusUnknown",
        "message": "Kubelet stopped posting node status.",
        "lastTransitionTime": timestamp(now),
    }
    conditions = [{**entry, **unknown} for entry in node.obj["status"]["conditions"]]
    return {**node.obj, "status": {**node.obj["status"], "conditions": conditions}}


def condition_status(node: Stored, name: str) -> str:
    """Tell the status of a condition: True, False or Unknown."""
    conditions = (node.obj.get("status") or {}).get("conditions") or ()
    return next((str(entry["status"]) for entry in conditions if entry["type"] == name), "Unknown")


def taints_of(node: Stored, now: datetime) -> list[dict[str, Any]]:
    """Work out the taints of a node; those that people have set stay."""
    spec = node.obj.get("spec") or {}
    before = spec.get("taints") or []
    wanted = [(UNSCHEDULABLE, "NoSchedule")] if spec.get("unschedulable") else []
    for (condition, status), (key, effects) in TAINTS.items():
        if condition_status(node, condition) == status:
            wanted += [(key, effect) for effect in effects]
    kept = [taint for taint in before if taint["key"] not in OWN_TAINTS or (taint["key"], taint["effect"]) in wanted]
    there = {(taint["key"], taint["effect"]) for taint in kept}
    added = [
        {"key": key, "effect": effect, "timeAdded": timestamp(now)}
        for key, effect in wanted
        if (key, effect) not in there
    ]
    return kept + added
