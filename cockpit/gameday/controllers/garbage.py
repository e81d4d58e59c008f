"""Garbage collection: what an owner leaves behind goes after it."""

from collections.abc import Iterable

from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.kinds import (
    CERTIFICATES,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    REPLICA_SETS,
    SERVICES,
    STATEFUL_SETS,
    STORED_KINDS,
)
from cockpit.gameday.api.store import Change
from cockpit.gameday.cluster import Cluster


class GarbageCollector:
    """Deletes objects whose owner is gone."""

    watches = (DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, CRON_JOBS, JOBS, SERVICES, CERTIFICATES)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def keys(self, change: Change) -> Iterable[str]:
        """Look after the owner that was deleted, by its uid."""
        return (change.now.uid,) if change.type == "DELETED" else ()

    def reconcile(self, key: str) -> None:
        """Delete what the owner with this uid has left."""
        for kind in STORED_KINDS:
            for stored in self._cluster.store.list(kind):
                references = stored.obj["metadata"].get("ownerReferences") or ()
                if any(reference["uid"] == key for reference in references):
                    delete(self._cluster, stored, Deletion())
