"""Pods made from a template by a controller."""

from collections.abc import Mapping
from typing import Any

from cockpit.gameday.api.defaults import initial_status
from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.api.quota import require_quota
from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import owner_reference

REVISION_LABEL = "controller-revision-hash"
"""By which stateful sets and daemon sets know the template of a pod."""


def new_pod(owner: Stored, *, name: str = "", labels: Mapping[str, str] | None = None, **spec: Any) -> Obj:
    """Write a pod from the template of its owner.

    Args:
        owner: A workload.
        name: The name of the pod; empty: one that begins like the owner's is generated.
        labels: Labels besides those of the template.
        **spec: Fields of the pod's spec besides those of the template.
    """
    template = owner.obj["spec"]["template"]
    metadata = template["metadata"]
    return {
        "metadata": {
            **({"name": name} if name else {"generateName": f"{owner.name}-"}),
            "namespace": owner.namespace,
            "labels": {**(metadata.get("labels") or {}), **(labels or {})},
            **({"annotations": metadata["annotations"]} if metadata.get("annotations") else {}),
            "ownerReferences": [owner_reference(owner)],
        },
        "spec": {"serviceAccountName": "default", **template["spec"], **spec},
    }


def create_pod(cluster: Cluster, pod: Obj) -> Stored:
    """Store a new pod.

    Raises:
        ApiError: 403, a quota would be exceeded; 409, there is a pod of that name.
    """
    metadata = pod["metadata"]
    if "name" not in metadata:
        pod = {**pod, "metadata": {**metadata, "name": metadata["generateName"] + cluster.store.random_suffix()}}
    require_quota(cluster.store, metadata["namespace"], pod)
    return cluster.store.create(PODS, initial_status(PODS, pod))


def is_active(pod: Stored) -> bool:
    """Tell whether a pod has neither ended nor is about to."""
    phase = (pod.obj.get("status") or {}).get("phase")
    return phase not in {"Succeeded", "Failed"} and "deletionTimestamp" not in pod.obj["metadata"]


def revision_hash(pod: Stored) -> str:
    """Tell which template a pod of a stateful set or a daemon set was made from."""
    return str((pod.obj["metadata"].get("labels") or {}).get(REVISION_LABEL, ""))
