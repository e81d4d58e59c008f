"""Replica sets: as many pods as are wanted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.kinds import PODS, REPLICA_SETS
from cockpit.gameday.api.store import Change, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import itself_or_owner, owned
from cockpit.gameday.controllers.pod_making import create_pod, is_active, new_pod
from cockpit.gameday.controllers.pod_state import is_ready, with_condition
from cockpit.gameday.event_recorder import Event, Source
from cockpit.gameday.timing import timestamp

RETRY = 10.0
"""Seconds until a pod that was refused is tried again."""
SOURCE = Source("replicaset-controller")


class ReplicaSetController:
    """Makes and deletes pods."""

    watches = (REPLICA_SETS, PODS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._refusals: dict[str, tuple[datetime, str]] = {}
        """When and why each replica set was last refused a pod, by uid."""

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the replica set itself, or at the owner of a pod."""
        return itself_or_owner(change, REPLICA_SETS)

    def reconcile(self, key: str) -> float | None:
        """Make missing pods, delete surplus ones, count."""
        replica_set = self._store.find_alive(REPLICA_SETS, key)
        if replica_set is None:
            return None
        pods = [pod for pod in owned(self._store, PODS, replica_set) if is_active(pod)]
        missing = replica_set.obj["spec"]["replicas"] - len(pods)
        problem = self._fill(replica_set, pods, missing)
        if missing < 0:
            pods.sort(key=_deletion_rank)
            for pod in pods[:-missing]:
                self._delete(replica_set, pod)
            pods = pods[-missing:]
        self._write_status(replica_set, pods, problem)
        return RETRY if problem else None

    def _fill(self, replica_set: Stored, pods: list[Stored], missing: int) -> str:
        """Make missing pods; give the reason when they are refused, for which it waits before it tries again."""
        now = self._cluster.pace.now()
        since, problem = self._refusals.get(replica_set.uid, (now, ""))
        if missing > 0 and problem and (now - since).total_seconds() * self._cluster.pace.speed < RETRY:
            return problem
        self._refusals.pop(replica_set.uid, None)
        for _ in range(missing):
            try:
                pods.append(self._create(replica_set))
            except ApiError as refusal:
                self._refusals[replica_set.uid] = now, refusal.message
                event = Event("Warning", "FailedCreate", f"Error creating: {refusal.message}")
                self._cluster.events.record(replica_set, event, SOURCE)
                return refusal.message
        return ""

    def _create(self, replica_set: Stored) -> Stored:
        pod = create_pod(self._cluster, new_pod(replica_set))
        self._record(replica_set, "SuccessfulCreate", f"Created pod: {pod.name}")
        return pod

    def _delete(self, replica_set: Stored, pod: Stored) -> None:
        delete(self._cluster, pod, Deletion())
        self._record(replica_set, "SuccessfulDelete", f"Deleted pod: {pod.name}")

    def _record(self, replica_set: Stored, reason: str, message: str) -> None:
        self._cluster.events.record(replica_set, Event("Normal", reason, message), SOURCE)

    def _write_status(self, replica_set: Stored, pods: list[Stored], problem: str) -> None:
        ready = sum(1 for pod in pods if is_ready(pod.obj))
        status: dict[str, Any] = {"replicas": len(pods)}
        if pods:
            status["fullyLabeledReplicas"] = len(pods)
        if ready:
            status |= {"readyReplicas": ready, "availableReplicas": ready}
        status["observedGeneration"] = replica_set.obj["metadata"]["generation"]
        if problem:
            before = {"conditions": (replica_set.obj.get("status") or {}).get("conditions") or []}
            failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": problem}
            failure["lastTransitionTime"] = timestamp(self._cluster.pace.now())
            status["conditions"] = with_condition(before, failure)["conditions"]
        self._store.replace(replica_set, {**replica_set.obj, "status": status})


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
