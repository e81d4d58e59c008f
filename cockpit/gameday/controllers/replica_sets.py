"""Replica sets: as many pods as are wanted."""

from collections.abc import Iterable
from typing import Any

from cockpit.gameday.api.defaults import initial_status
from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.kinds import PODS, REPLICA_SETS
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import owned, owner_key, owner_reference
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.event_recorder import Event, Source


class ReplicaSetController:
    """Makes and deletes pods."""

    watches = (REPLICA_SETS, PODS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the replica set itself, or at the owner of a pod."""
        if change.now.kind == REPLICA_SETS:
            return (change.now.key,)
        key = owner_key(change.now.obj, REPLICA_SETS)
        return () if key is None else (key,)

    def reconcile(self, key: str) -> None:
        """Make missing pods, delete surplus ones, count."""
        namespace, _, name = key.partition("/")
        replica_set = self._store.find(REPLICA_SETS, namespace, name)
        if replica_set is None or "deletionTimestamp" in replica_set.obj["metadata"]:
            return
        pods = [pod for pod in owned(self._store, PODS, replica_set) if _is_active(pod)]
        missing = replica_set.obj["spec"]["replicas"] - len(pods)
        pods += [self._create(replica_set) for _ in range(missing)]
        if missing < 0:
            pods.sort(key=_deletion_rank)
            for pod in pods[:-missing]:
                self._delete(replica_set, pod)
            pods = pods[-missing:]
        self._write_status(replica_set, pods)

    def _create(self, replica_set: Stored) -> Stored:
        pod = self._store.create(PODS, initial_status(PODS, new_pod(replica_set)))
        self._record(replica_set, "SuccessfulCreate", f"Created pod: {pod.name}")
        return pod

    def _delete(self, replica_set: Stored, pod: Stored) -> None:
        delete(self._cluster, pod, Deletion())
        self._record(replica_set, "SuccessfulDelete", f"Deleted pod: {pod.name}")

    def _record(self, replica_set: Stored, reason: str, message: str) -> None:
        self._cluster.events.record(replica_set, Event("Normal", reason, message), Source("replicaset-controller"))

    def _write_status(self, replica_set: Stored, pods: list[Stored]) -> None:
        ready = sum(1 for pod in pods if is_ready(pod.obj))
        status: dict[str, Any] = {"replicas": len(pods)}
        if pods:
            status["fullyLabeledReplicas"] = len(pods)
        if ready:
            status |= {"readyReplicas": ready, "availableReplicas": ready}
        status["observedGeneration"] = replica_set.obj["metadata"]["generation"]
        self._store.replace(replica_set, {**replica_set.obj, "status": status})


def new_pod(owner: Stored) -> Obj:
    """Write a pod from the template of its owner."""
    template = owner.obj["spec"]["template"]
    metadata = template["metadata"]
    return {
        "metadata": {
            "generateName": f"{owner.name}-",
            "namespace": owner.namespace,
            "labels": dict(metadata.get("labels") or {}),
            **({"annotations": metadata["annotations"]} if metadata.get("annotations") else {}),
            "ownerReferences": [owner_reference(owner)],
        },
        "spec": {**template["spec"], "serviceAccountName": template["spec"].get("serviceAccountName", "default")},
    }


def _is_active(pod: Stored) -> bool:
    phase = (pod.obj.get("status") or {}).get("phase")
    return phase not in {"Succeeded", "Failed"} and "deletionTimestamp" not in pod.obj["metadata"]


def _deletion_rank(pod: Stored) -> tuple[bool, bool, bool, int, float]:
    """Order pods so that those come first which are missed least (controller.ActivePods)."""
    statuses = (pod.obj.get("status") or {}).get("containerStatuses", ())
    restarts = sum(status["restartCount"] for status in statuses)
    return (
        bool(pod.obj["spec"].get("nodeName")),
        pod.obj["status"]["phase"] == "Running",
        is_ready(pod.obj),
        -restarts,
        -float(pod.version),
    )
