"""Revisions of a deployment: its replica sets, their numbers and the hash of their pod template."""

import zlib
from typing import Any

import msgspec

from cockpit.gameday.api.store import NAME_ALPHABET, Obj, Stored
from cockpit.gameday.controllers.ownership import owner_reference

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
NOT_INHERITED = ("kubectl.kubernetes.io/last-applied-configuration", REVISION, REVISION_HISTORY)
"""Annotations that a replica set does not take over from its deployment."""


def revision_of(stored: Stored) -> int:
    """Tell the revision of a replica set or a deployment; 0 when it has none yet."""
    return int((stored.obj["metadata"].get("annotations") or {}).get(REVISION, 0))


def same_template(replica_set: Stored, template: Obj) -> bool:
    """Tell whether a replica set makes pods of this template."""
    own = _comparable(replica_set.obj["spec"]["template"])
    return bool(own == _comparable(template))


def _comparable(template: Obj) -> Any:
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH_LABEL}
    return _without_empties({**template, "metadata": {**metadata, "labels": labels}})


def _without_empties(value: Any) -> Any:
    if isinstance(value, dict):
        slim = {key: _without_empties(item) for key, item in value.items()}
        return {key: item for key, item in slim.items() if item not in (None, {}, [])}
    return [_without_empties(item) for item in value] if isinstance(value, list) else value


def template_hash(template: Obj) -> str:
    """Name a pod template by its content, in the letters that Kubernetes uses for it."""
    number = zlib.crc32(msgspec.json.encode(_comparable(template), order="sorted"))
    letters = []
    for _ in range(10):
        number, rest = divmod(number * 31 + 7, len(NAME_ALPHABET))
        letters.append(NAME_ALPHABET[rest])
    return "".join(letters)


def new_replica_set(deployment: Stored, replicas: int, revision: int) -> Obj:
    """Write the replica set for a deployment's present template."""
    spec = deployment.obj["spec"]
    template = spec["template"]
    digest = template_hash(template)
    labels = {**(template["metadata"].get("labels") or {}), HASH_LABEL: digest}
    match_labels = {**(spec["selector"].get("matchLabels") or {}), HASH_LABEL: digest}
    return {
        "metadata": {
            "name": f"{deployment.name}-{digest}",
            "namespace": deployment.namespace,
            "labels": labels,
            "annotations": replica_set_annotations(deployment, revision),
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {
            "replicas": replicas,
            "selector": {**spec["selector"], "matchLabels": match_labels},
            "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
        },
        "status": {"replicas": 0},
    }


def replica_set_annotations(deployment: Stored, revision: int) -> dict[str, str]:
    """Write the annotations by which a replica set remembers its revision and why it came."""
    own = deployment.obj["metadata"].get("annotations") or {}
    desired = deployment.obj["spec"]["replicas"]
    return {
        **{key: value for key, value in own.items() if key not in NOT_INHERITED},
        DESIRED_REPLICAS: str(desired),
        MAX_REPLICAS: str(desired + rolling_limits(deployment.obj["spec"])[0]),
        REVISION: str(revision),
    }


def rolling_limits(spec: Obj) -> tuple[int, int]:
    """Resolve maxSurge (rounded up) and maxUnavailable (rounded down); never both zero."""
    rolling = (spec.get("strategy") or {}).get("rollingUpdate")
    if rolling is None:
        return 0, 0
    replicas = spec["replicas"]
    surge = resolve_share(rolling.get("maxSurge", "25%"), replicas, up=True)
    unavailable = resolve_share(rolling.get("maxUnavailable", "25%"), replicas, up=False)
    return surge, unavailable if surge or unavailable else 1


def resolve_share(amount: int | str, replicas: int, *, up: bool) -> int:
    """Read a number of pods that may be written as a share of them: `2`, `25%`."""
    if isinstance(amount, int):
        return amount
    hundredfold = int(amount.rstrip("%")) * replicas
    return -(-hundredfold // 100) if up else hundredfold // 100
