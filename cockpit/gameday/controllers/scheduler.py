"""The scheduler: gives every new pod a node."""

from collections import Counter
from collections.abc import Iterable

from cockpit.gameday.api.kinds import NODES, PODS
from cockpit.gameday.api.store import Change, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.pod_state import with_condition
from cockpit.gameday.event_recorder import Event
from cockpit.gameday.timing import timestamp

RETRY = 5.0
"""Seconds until a pod that fits nowhere is tried again."""


class Scheduler:
    """Binds pods to the ready node that has the fewest."""

    watches = (PODS,)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def keys(self, change: Change) -> Iterable[str]:
        """Look at pods without a node."""
        waits = change.type != "DELETED" and not change.now.obj["spec"].get("nodeName")
        return (change.now.key,) if waits else ()

    def reconcile(self, key: str) -> float | None:
        """Bind a pod, or say why it cannot be."""
        namespace, _, name = key.partition("/")
        pod = self._store.find(PODS, namespace, name)
        if pod is None or pod.obj["spec"].get("nodeName") or "deletionTimestamp" in pod.obj["metadata"]:
            return None
        nodes = self._store.list(NODES)
        fitting = [node for node in nodes if _takes_pods(node)]
        if not fitting:
            self._refuse(pod, len(nodes))
            return RETRY
        load = Counter(each.obj["spec"].get("nodeName") for each in self._store.list(PODS))
        node = min(fitting, key=lambda each: (load[each.name], each.name))
        scheduled = {"type": "PodScheduled", "status": "True", "lastTransitionTime": self._now()}
        obj = {
            **pod.obj,
            "spec": {**pod.obj["spec"], "nodeName": node.name},
            "status": with_condition(pod.obj.get("status") or {}, scheduled),
        }
        event = Event("Normal", "Scheduled", f"Successfully assigned {pod.key} to {node.name}")
        self._cluster.events.record_binding(pod, event)
        self._store.replace(pod, obj, keep_generation=True)
        return None

    def _refuse(self, pod: Stored, nodes: int) -> None:
        message = f"0/{nodes} nodes are available: {nodes} node(s) were unschedulable."
        condition = {
            "type": "PodScheduled",
            "status": "False",
            "lastTransitionTime": self._now(),
            "reason": "Unschedulable",
            "message": message,
        }
        status = with_condition(pod.obj.get("status") or {}, condition)
        if status != pod.obj.get("status"):
            self._cluster.events.record_binding(pod, Event("Warning", "FailedScheduling", message))
            self._store.replace(pod, {**pod.obj, "status": status})

    def _now(self) -> str:
        return timestamp(self._cluster.pace.now())


def _takes_pods(node: Stored) -> bool:
    conditions = (node.obj.get("status") or {}).get("conditions") or ()
    is_ready = any(entry["type"] == "Ready" and entry["status"] == "True" for entry in conditions)
    return is_ready and not (node.obj.get("spec") or {}).get("unschedulable")
