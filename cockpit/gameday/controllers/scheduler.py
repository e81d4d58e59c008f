"""The scheduler: gives every new pod a node."""

from collections.abc import Iterable

from cockpit.gameday.api.kinds import NODES, PODS, VOLUME_CLAIMS
from cockpit.gameday.api.store import Change, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.node_fit import obstacles, on_node, refusal
from cockpit.gameday.controllers.pod_state import with_pod_condition
from cockpit.gameday.event_recorder import Event

RETRY = 30.0
"""Seconds until a pod that fits nowhere is tried again, though nothing has changed."""


class Scheduler:
    """Binds pods to the node with the fewest of those on which they fit."""

    watches = (PODS, NODES, VOLUME_CLAIMS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def keys(self, change: Change) -> Iterable[str]:
        """Look at a pod without a node; at all of them when there may be room or a volume for them now."""
        if change.now.kind != PODS or change.type == "DELETED":
            return [pod.key for pod in self._store.list(PODS) if _waits(pod)]
        return (change.now.key,) if _waits(change.now) else ()

    def reconcile(self, key: str) -> float | None:
        """Bind a pod, or say why it cannot be."""
        pod = self._store.find_alive(PODS, key)
        if pod is None or not _waits(pod):
            return None
        nodes = self._store.list(NODES)
        unbound = self._unbound_claim(pod)
        if unbound:
            none = f"0/{len(nodes)} nodes are available"
            helpless = f"preemption: {none}: {len(nodes)} Preemption is not helpful for scheduling."
            self._refuse(pod, f"{none}: {unbound}. {helpless}")
            return RETRY
        pods = self._store.list(PODS)
        load = {node.name: on_node(pods, node.name) for node in nodes}
        found = {node.name: obstacles(pod.obj["spec"], node, load[node.name]) for node in nodes}
        fitting = [name for name, against in found.items() if not against]
        if not fitting:
            self._refuse(pod, refusal(found) if found else "no nodes available to schedule pods")
            return RETRY
        self._bind(pod, min(fitting, key=lambda each: (len(load[each]), each)))
        return None

    def _unbound_claim(self, pod: Stored) -> str:
        """Tell what is wrong with the volume claims of a pod; empty: nothing."""
        for volume in pod.obj["spec"].get("volumes") or ():
            name = (volume.get("persistentVolumeClaim") or {}).get("claimName")
            if name is None:
                continue
            claim = self._store.find(VOLUME_CLAIMS, pod.namespace, name)
            if claim is None:
                return f'persistentvolumeclaim "{name}" not found'
            if (claim.obj.get("status") or {}).get("phase") != "Bound":
                return "pod has unbound immediate PersistentVolumeClaims"
        return ""

    def _bind(self, pod: Stored, node: str) -> None:
        scheduled = {"type": "PodScheduled", "status": "True"}
        obj = {
            **pod.obj,
            "spec": {**pod.obj["spec"], "nodeName": node},
            "status": with_pod_condition(pod.obj["status"], scheduled, self._cluster.pace.now()),
        }
        event = Event("Normal", "Scheduled", f"Successfully assigned {pod.key} to {node}")
        self._cluster.events.record_binding(pod, event)
        self._store.replace(pod, obj, keep_generation=True)

    def _refuse(self, pod: Stored, message: str) -> None:
        condition = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": message,
        }
        status = with_pod_condition(pod.obj["status"], condition, self._cluster.pace.now())
        if status != pod.obj["status"]:
            self._cluster.events.record_binding(pod, Event("Warning", "FailedScheduling", message))
            self._store.replace(pod, {**pod.obj, "status": status})


def _waits(pod: Stored) -> bool:
    return not pod.obj["spec"].get("nodeName")
