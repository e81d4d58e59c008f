"""Nodes: their taints, and what becomes of the pods on a node that does not answer."""

from collections.abc import Iterable
from datetime import datetime

from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.kinds import NODES, PODS
from cockpit.gameday.api.store import Change, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.node_fit import on_node
from cockpit.gameday.controllers.node_state import condition_status, taints_of
from cockpit.gameday.controllers.pod_state import is_ready, with_pod_condition
from cockpit.gameday.event_recorder import Event, Source

SOURCE = Source("node-controller")
EVICTION_TAINTS = {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}


class NodeController:
    """Taints nodes, says that the pods of a silent one are not ready, and takes them away after a while."""

    watches = (NODES, PODS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._silent_since: dict[str, datetime] = {}

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the node itself, or at the silent node of a pod."""
        if change.now.kind == NODES:
            return (change.now.name,)
        node = change.now.obj["spec"].get("nodeName")
        return (node,) if node in self._silent_since else ()

    def reconcile(self, key: str) -> float | None:
        """Bring taints and pods in line with the state of a node."""
        node = self._store.find(NODES, "", key)
        if node is None:
            self._bury(key)
            return None
        now = self._cluster.pace.now()
        taints = taints_of(node, now)
        spec = {field: value for field, value in (node.obj.get("spec") or {}).items() if field != "taints"}
        self._store.replace(node, {**node.obj, "spec": {**spec, **({"taints": taints} if taints else {})}})
        if condition_status(node, "Ready") == "True":
            self._silent_since.pop(key, None)
            return None
        if key not in self._silent_since:
            self._silent_since[key] = now
            self._record(node, "NodeNotReady", f"Node {key} status is now: NodeNotReady")
        return self._look_after(node, now)

    def _bury(self, node: str) -> None:
        """Remove the pods of a node that was deleted."""
        self._silent_since.pop(node, None)
        for pod in self._store.list(PODS):
            if pod.obj["spec"].get("nodeName") == node:
                self._store.remove(pod)

    def _look_after(self, node: Stored, now: datetime) -> float | None:
        """Mark the pods of a silent node, and delete those whose time is up."""
        passed = (now - self._silent_since[node.name]).total_seconds() * self._cluster.pace.speed
        waits = []
        for pod in on_node(self._store.list(PODS), node.name):
            self._mark(pod, now)
            patience = self._patience(pod)
            if patience is None or "deletionTimestamp" in pod.obj["metadata"]:
                continue
            if passed < patience:
                waits.append(patience - passed)
                continue
            current = self._store.get(PODS, pod.namespace, pod.name)
            event = Event("Normal", "TaintManagerEviction", f"Marking for deletion Pod {pod.key}")
            self._cluster.events.record(current, event, Source("taint-eviction-controller"))
            delete(self._cluster, current, Deletion())
        return min(waits, default=None)

    def _mark(self, pod: Stored, now: datetime) -> None:
        if not is_ready(pod.obj):
            return
        status = with_pod_condition(pod.obj["status"], {"type": "Ready", "status": "False"}, now)
        self._store.replace(pod, {**pod.obj, "status": status})
        self._record(pod, "NodeNotReady", "Node is not ready")

    def _patience(self, pod: Stored) -> float | None:
        """Tell how many seconds a pod stays on a silent node; None: for ever."""
        for toleration in pod.obj["spec"].get("tolerations") or ():
            if toleration.get("key") in {None, "", *EVICTION_TAINTS} and toleration.get("effect") in {
                None,
                "NoExecute",
            }:
                seconds = toleration.get("tolerationSeconds")
                return None if seconds is None else float(seconds)
        return self._cluster.timings.eviction

    def _record(self, about: Stored, reason: str, message: str) -> None:
        event = Event("Warning" if about.kind == PODS else "Normal", reason, message)
        self._cluster.events.record(about, event, SOURCE)
