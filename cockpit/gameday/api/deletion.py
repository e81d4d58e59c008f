"""Deletion: grace periods of pods, finalizers, and what becomes of the objects that are owned."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from cockpit.gameday.api.errors import ApiError, conflict
from cockpit.gameday.api.kinds import NAMESPACES, PODS, STORED_KINDS
from cockpit.gameday.api.store import Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.timing import timestamp


class Deletion(msgspec.Struct, frozen=True):
    """How something is to be deleted (Kubernetes: DeleteOptions)."""

    grace: int | None = None
    """Seconds that a pod gets to stop; None: as its spec says."""
    orphans: bool = False
    """Whether what it owns stays."""
    uid: str = ""
    """Delete only if it has this uid."""
    version: str = ""
    """Delete only if it has this resourceVersion."""

    @classmethod
    def read(cls, query: Mapping[str, str], options: Mapping[str, Any]) -> "Deletion":
        """Read the parameters and the body of a request; the body has the last word."""
        grace = options.get("gracePeriodSeconds", query.get("gracePeriodSeconds"))
        policy = options.get("propagationPolicy") or query.get("propagationPolicy", "")
        preconditions = options.get("preconditions") or {}
        return cls(
            grace=None if grace is None else int(grace),
            orphans=policy == "Orphan" or options.get("orphanDependents") is True,
            uid=preconditions.get("uid") or "",
            version=preconditions.get("resourceVersion") or "",
        )

    def check(self, stored: Stored) -> None:
        """Hold the preconditions against an object.

        Raises:
            ApiError: 409, it is another one, or it has changed.
        """
        for field, wanted, there in (
            ("UID", self.uid, stored.uid),
            ("ResourceVersion", self.version, str(stored.version)),
        ):
            if wanted and wanted != there:
                problem = f"Precondition failed: {field} in precondition: {wanted}, {field} in object meta: {there}"
                details = conflict(stored.kind, stored.name).details
                message = f'Operation cannot be fulfilled on {stored.kind.resource} "{stored.name}": {problem}'
                raise ApiError(409, "Conflict", message, details)


def delete(cluster: Cluster, stored: Stored, deletion: Deletion) -> Stored | None:
    """Delete an object.

    Pods that run are only marked; the kubelet removes them when they have stopped. Objects with finalizers are only
    marked, too.

    Returns:
        The marked object; None when it is gone.
    """
    metadata = stored.obj["metadata"]
    is_running = stored.kind == PODS and bool(stored.obj["spec"].get("nodeName")) and _still_runs(stored)
    grace = 0
    if is_running:
        grace = stored.obj["spec"]["terminationGracePeriodSeconds"] if deletion.grace is None else deletion.grace
    if deletion.orphans:
        _orphan(cluster, stored)
    if grace or metadata.get("finalizers"):
        if "deletionTimestamp" in metadata:
            return stored
        marks = {
            "deletionTimestamp": timestamp(cluster.pace.now() + timedelta(seconds=grace)),
            "deletionGracePeriodSeconds": grace,
        }
        return cluster.store.replace(stored, {**stored.obj, "metadata": {**metadata, **marks}})
    last = cluster.store.remove(stored)
    if stored.kind == NAMESPACES:
        _empty_namespace(cluster, stored.name)
    return last if stored.kind == PODS else None


def _still_runs(pod: Stored) -> bool:
    return (pod.obj.get("status") or {}).get("phase") not in {"Succeeded", "Failed"}


def _orphan(cluster: Cluster, owner: Stored) -> None:
    for kind in STORED_KINDS:
        for stored in cluster.store.list(kind, owner.namespace):
            references = stored.obj["metadata"].get("ownerReferences") or []
            kept = [reference for reference in references if reference["uid"] != owner.uid]
            if len(kept) != len(references):
                metadata = {**stored.obj["metadata"], "ownerReferences": kept}
                cluster.store.replace(stored, {**stored.obj, "metadata": metadata})


def _empty_namespace(cluster: Cluster, namespace: str) -> None:
    for kind in STORED_KINDS:
        if kind.namespaced:
            for stored in cluster.store.list(kind, namespace):
                cluster.store.remove(stored)
