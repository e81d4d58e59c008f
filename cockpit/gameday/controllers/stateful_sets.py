"""Stateful sets: pods with names and volumes of their own, started and changed one after the other."""

from collections.abc import Iterable
from typing import Any

from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.kinds import PODS, STATEFUL_SETS, VOLUME_CLAIMS
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import itself_or_owner, owned
from cockpit.gameday.controllers.pod_making import REVISION_LABEL, create_pod, new_pod, revision_hash
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.controllers.revisions import template_hash
from cockpit.gameday.event_recorder import Event, Source

RETRY = 10.0
SOURCE = Source("statefulset-controller")


class StatefulSetController:
    """Keeps the pods of stateful sets, in the order of their numbers."""

    watches = (STATEFUL_SETS, PODS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the stateful set itself, or at the owner of a pod."""
        return itself_or_owner(change, STATEFUL_SETS)

    def reconcile(self, key: str) -> float | None:
        """Take the next step towards the wanted pods, and count."""
        stored = self._store.find_alive(STATEFUL_SETS, key)
        if stored is None:
            return None
        again = self._step(stored, sorted(owned(self._store, PODS, stored), key=ordinal))
        pods = owned(self._store, PODS, stored)
        self._store.replace(stored, {**stored.obj, "status": stateful_set_status(stored, pods)})
        return again

    def _step(self, stored: Stored, pods: list[Stored]) -> float | None:
        wanted = stored.obj["spec"]["replicas"]
        in_order = stored.obj["spec"].get("podManagementPolicy", "OrderedReady") == "OrderedReady"
        there = {ordinal(pod): pod for pod in pods}
        for number in range(wanted):
            pod = there.get(number)
            if pod is None:
                try:
                    self._create(stored, number)
                except ApiError as refusal:
                    what = f"create Pod {stored.name}-{number} in StatefulSet {stored.name} failed error: {refusal}"
                    self._cluster.events.record(stored, Event("Warning", "FailedCreate", what), SOURCE)
                    return RETRY
            elif pod.obj["status"]["phase"] in {"Succeeded", "Failed"}:
                self._delete(stored, pod)
            if in_order and (pod is None or not is_ready(pod.obj) or "deletionTimestamp" in pod.obj["metadata"]):
                return None
        surplus = [pod for pod in pods if ordinal(pod) >= wanted]
        if surplus:
            self._delete(stored, surplus[-1])
        elif stored.obj["spec"].get("updateStrategy", {}).get("type", "RollingUpdate") == "RollingUpdate":
            self._update(stored, pods)
        return None

    def _update(self, stored: Stored, pods: list[Stored]) -> None:
        """Replace the last pod that is of an older template, once all after it are ready."""
        newest = template_hash(stored.obj["spec"]["template"])
        for pod in reversed(pods):
            if revision_hash(pod) != newest:
                self._delete(stored, pod)
                return
            if not is_ready(pod.obj):
                return

    def _create(self, stored: Stored, number: int) -> None:
        for template in stored.obj["spec"].get("volumeClaimTemplates") or ():
            name = f"{template['metadata']['name']}-{stored.name}-{number}"
            if self._store.find(VOLUME_CLAIMS, stored.namespace, name) is None:
                metadata: Obj = {"name": name, "namespace": stored.namespace}
                metadata["labels"] = stored.obj["spec"]["selector"].get("matchLabels") or {}
                claim = {"metadata": metadata, "spec": template["spec"], "status": {"phase": "Pending"}}
                self._store.create(VOLUME_CLAIMS, claim)
        pod = create_pod(self._cluster, stateful_pod(stored, number))
        self._record(stored, "SuccessfulCreate", f"create Pod {pod.name} in StatefulSet {stored.name} successful")

    def _delete(self, stored: Stored, pod: Stored) -> None:
        if "deletionTimestamp" not in pod.obj["metadata"]:
            delete(self._cluster, pod, Deletion())
            self._record(stored, "SuccessfulDelete", f"delete Pod {pod.name} in StatefulSet {stored.name} successful")

    def _record(self, stored: Stored, reason: str, message: str) -> None:
        self._cluster.events.record(stored, Event("Normal", reason, message), SOURCE)


def ordinal(pod: Stored) -> int:
    """Tell the number of a pod of a stateful set."""
    return int(pod.name.rpartition("-")[2])


def stateful_pod(stored: Stored, number: int) -> Obj:
    """Write a pod of a stateful set, with its volumes."""
    spec = stored.obj["spec"]
    name = f"{stored.name}-{number}"
    labels = {
        "apps.kubernetes.io/pod-index": str(number),
        REVISION_LABEL: template_hash(spec["template"]),
        "statefulset.kubernetes.io/pod-name": name,
    }
    volumes = [
        {"name": claim, "persistentVolumeClaim": {"claimName": f"{claim}-{name}"}}
        for claim in (template["metadata"]["name"] for template in spec.get("volumeClaimTemplates") or ())
    ]
    volumes += spec["template"]["spec"].get("volumes") or []
    more: dict[str, Any] = {"hostname": name, **({"volumes": volumes} if volumes else {})}
    return new_pod(stored, name=name, labels=labels, **more)


def stateful_set_status(stored: Stored, pods: list[Stored]) -> Obj:
    """Count the pods of a stateful set."""
    newest = template_hash(stored.obj["spec"]["template"])
    before = stored.obj.get("status") or {}
    ready = sum(1 for pod in pods if is_ready(pod.obj))
    updated = sum(1 for pod in pods if revision_hash(pod) == newest)
    newest_name = f"{stored.name}-{newest}"
    is_done = updated == len(pods) == stored.obj["spec"]["replicas"] == ready
    current = newest_name if is_done else before.get("currentRevision", newest_name)
    counts = {
        "readyReplicas": ready,
        "currentReplicas": sum(1 for pod in pods if f"{stored.name}-{revision_hash(pod)}" == current),
        "updatedReplicas": updated,
    }
    return {
        "observedGeneration": stored.obj["metadata"]["generation"],
        "replicas": len(pods),
        **{field: count for field, count in counts.items() if count},
        "currentRevision": current,
        "updateRevision": newest_name,
        "collisionCount": 0,
        "availableReplicas": ready,
    }
