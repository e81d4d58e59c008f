"""Daemon sets: a pod on every node that takes it."""

from collections.abc import Iterable

from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.kinds import DAEMON_SETS, NODES, PODS
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.node_fit import obstacle
from cockpit.gameday.controllers.ownership import itself_or_owner, owned
from cockpit.gameday.controllers.pod_making import REVISION_LABEL, create_pod, is_active, new_pod, revision_hash
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.controllers.revisions import template_hash
from cockpit.gameday.event_recorder import Event, Source

RETRY = 10.0
SOURCE = Source("daemonset-controller")
TOLERATED = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
"""Taints that the pods of every daemon set put up with."""


class DaemonSetController:
    """Keeps one pod of each daemon set on each node, and replaces old ones one node at a time."""

    watches = (DAEMON_SETS, PODS, NODES)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the daemon set itself, at the owner of a pod, or at all of them when a node has changed."""
        if change.now.kind == NODES:
            return [stored.key for stored in self._store.list(DAEMON_SETS)]
        return itself_or_owner(change, DAEMON_SETS)

    def reconcile(self, key: str) -> float | None:
        """Make missing pods, delete those that are old or out of place, count."""
        stored = self._store.find_alive(DAEMON_SETS, key)
        if stored is None:
            return None
        nodes = self._store.list(NODES)
        by_node = {target_node(pod.obj): pod for pod in owned(self._store, PODS, stored)}
        problem = ""
        for node in nodes:
            pod = by_node.get(node.name)
            if pod is None and runs_on(stored, node):
                try:
                    made = create_pod(self._cluster, daemon_pod(stored, node.name))
                    self._record(stored, "SuccessfulCreate", f"Created pod: {made.name}")
                except ApiError as refusal:
                    problem = refusal.message
                    event = Event("Warning", "FailedCreate", f"Error creating: {problem}")
                    self._cluster.events.record(stored, event, SOURCE)
            elif pod is not None and pod.obj["status"]["phase"] in {"Succeeded", "Failed"}:
                self._delete(stored, pod)
        self._update(stored)
        pods = owned(self._store, PODS, stored)
        self._store.replace(stored, {**stored.obj, "status": daemon_set_status(stored, nodes, pods)})
        return RETRY if problem else None

    def _update(self, stored: Stored) -> None:
        strategy = stored.obj["spec"].get("updateStrategy") or {}
        if strategy.get("type", "RollingUpdate") != "RollingUpdate":
            return
        room = int((strategy.get("rollingUpdate") or {}).get("maxUnavailable", 1))
        newest = template_hash(stored.obj["spec"]["template"])
        pods = owned(self._store, PODS, stored)
        room -= sum(1 for pod in pods if not is_ready(pod.obj) or not is_active(pod))
        for pod in [pod for pod in pods if revision_hash(pod) != newest and is_active(pod)]:
            if is_ready(pod.obj):
                if room <= 0:
                    continue
                room -= 1
            self._delete(stored, pod)

    def _delete(self, stored: Stored, pod: Stored) -> None:
        if "deletionTimestamp" not in pod.obj["metadata"]:
            delete(self._cluster, pod, Deletion())
            self._record(stored, "SuccessfulDelete", f"Deleted pod: {pod.name}")

    def _record(self, stored: Stored, reason: str, message: str) -> None:
        self._cluster.events.record(stored, Event("Normal", reason, message), SOURCE)


def daemon_pod(stored: Stored, node: str) -> Obj:
    """Write the pod of a daemon set for a node."""
    spec = stored.obj["spec"]["template"]["spec"]
    tolerations = [{"key": key, "operator": "Exists", "effect": effect} for key, effect in TOLERATED]
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    required = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    return new_pod(
        stored,
        labels={REVISION_LABEL: template_hash(stored.obj["spec"]["template"])},
        tolerations=[*(spec.get("tolerations") or ()), *tolerations],
        affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}},
    )


def target_node(pod: Obj) -> str:
    """Tell the node that a pod of a daemon set was made for."""
    affinity = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    return str(affinity["nodeSelectorTerms"][0]["matchFields"][0]["values"][0])


def runs_on(stored: Stored, node: Stored) -> bool:
    """Tell whether a node takes pods of a daemon set, however full it is."""
    return obstacle(daemon_pod(stored, node.name)["spec"], node) is None


def daemon_set_status(stored: Stored, nodes: list[Stored], pods: list[Stored]) -> Obj:
    """Count the pods of a daemon set."""
    newest = template_hash(stored.obj["spec"]["template"])
    by_node = {target_node(pod.obj): pod for pod in pods}
    # A pod may stay on a node that takes no new ones.
    wanted = [node for node in nodes if runs_on(stored, node) or node.name in by_node]
    chosen = [by_node[node.name] for node in wanted if node.name in by_node]
    ready = sum(1 for pod in chosen if is_ready(pod.obj))
    updated = sum(1 for pod in chosen if revision_hash(pod) == newest)
    optional = {
        "updatedNumberScheduled": updated,
        "numberAvailable": ready,
        "numberUnavailable": len(wanted) - ready,
    }
    return {
        "currentNumberScheduled": len(chosen),
        "numberMisscheduled": 0,
        "desiredNumberScheduled": len(wanted),
        "numberReady": ready,
        "observedGeneration": stored.obj["metadata"]["generation"],
        **{field: count for field, count in optional.items() if count},
    }
