"""Volume claims: bound as soon as their storage class exists."""

from collections.abc import Iterable
from datetime import datetime

from cockpit.gameday.api.kinds import STORAGE_CLASSES, VOLUME_CLAIMS
from cockpit.gameday.api.store import Change, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.event_recorder import Event, Source

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
PROVISIONING = 2.0
"""Seconds until a new volume is there."""
RETRY = 15.0
SOURCE = Source("persistentvolume-controller")


class VolumeController:
    """Binds volume claims to volumes that it makes up."""

    watches = (VOLUME_CLAIMS, STORAGE_CLASSES)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._asked_at: dict[str, datetime] = {}
        """When each claim's volume was ordered, by uid."""

    def keys(self, change: Change) -> Iterable[str]:
        """Look at a claim that waits; at all of them when there is a new storage class."""
        if change.now.kind == VOLUME_CLAIMS:
            return (change.now.key,)
        return [claim.key for claim in self._store.list(VOLUME_CLAIMS)]

    def reconcile(self, key: str) -> float | None:
        """Bind a claim, or say why it cannot be."""
        claim = self._store.find_alive(VOLUME_CLAIMS, key)
        if claim is None or (claim.obj.get("status") or {}).get("phase") == "Bound":
            return None
        wanted = claim.obj["spec"].get("storageClassName") or self._default_class()
        if not wanted:
            message = "no persistent volumes available for this claim and no storage class is set"
            self._record(claim, Event("Normal", "FailedBinding", message))
            return RETRY
        if self._store.find(STORAGE_CLASSES, "", wanted) is None:
            message = f'storageclass.storage.k8s.io "{wanted}" not found'
            self._record(claim, Event("Warning", "ProvisioningFailed", message))
            return RETRY
        now = self._cluster.pace.now()
        asked_at = self._asked_at.setdefault(claim.uid, now)
        left = PROVISIONING - (now - asked_at).total_seconds() * self._cluster.pace.speed
        if left > 0:
            return left
        self._bind(claim, wanted)
        return None

    def _bind(self, claim: Stored, storage_class: str) -> None:
        volume = f"pvc-{claim.uid}"
        self._record(claim, Event("Normal", "ProvisioningSucceeded", f"Successfully provisioned volume {volume}"))
        spec = {**claim.obj["spec"], "volumeName": volume, "storageClassName": storage_class}
        status = {
            "phase": "Bound",
            "accessModes": spec.get("accessModes") or [],
            "capacity": {"storage": ((spec.get("resources") or {}).get("requests") or {}).get("storage", "1Gi")},
        }
        self._store.replace(claim, {**claim.obj, "spec": spec, "status": status})

    def _default_class(self) -> str:
        for stored in self._store.list(STORAGE_CLASSES):
            if (stored.obj["metadata"].get("annotations") or {}).get(DEFAULT_CLASS) == "true":
                return stored.name
        return ""

    def _record(self, claim: Stored, event: Event) -> None:
        self._cluster.events.record(claim, event, SOURCE)
