"""Deployments: a replica set per revision, and rolling from the old to the new."""

from collections.abc import Iterable
from datetime import datetime

from cockpit.gameday.api.kinds import DEPLOYMENTS, REPLICA_SETS
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.deployment_status import deployment_status, find_condition, seconds_to_deadline
from cockpit.gameday.controllers.ownership import itself_or_owner, owned
from cockpit.gameday.controllers.revisions import (
    REVISION,
    REVISION_HISTORY,
    new_replica_set,
    replica_set_annotations,
    revision_of,
    rolling_limits,
    same_template,
)
from cockpit.gameday.event_recorder import Event, Source


class DeploymentController:
    """Rolls deployments out.

    A rollout adds pods to the new replica set up to maxSurge over the wanted number, and takes pods from the old ones
    as long as no more than maxUnavailable are missing; pods that are not available go first. A template that was
    there before gets its old replica set back under the newest revision number: that is how a rollback works.
    """

    watches = (DEPLOYMENTS, REPLICA_SETS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._moved: dict[str, datetime] = {}
        """When each deployment's rollout last made progress, by uid; more exact than its condition says."""

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the deployment itself, or at the owner of a replica set."""
        return itself_or_owner(change, DEPLOYMENTS)

    def reconcile(self, key: str) -> float | None:
        """Take the next step of a rollout and bring the status up to date."""
        deployment = self._store.find_alive(DEPLOYMENTS, key)
        if deployment is None:
            return None
        sets = owned(self._store, REPLICA_SETS, deployment)
        new = next((each for each in sets if same_template(each, deployment.obj["spec"]["template"])), None)
        old = [each for each in sets if new is None or each.uid != new.uid]
        if not deployment.obj["spec"].get("paused"):
            new = self._new_replica_set(deployment, new, old)
            if deployment.obj["spec"]["strategy"]["type"] == "Recreate":
                self._recreate(deployment, new, old)
            else:
                self._roll(deployment, new, old)
            self._forget_old(deployment, old)
        else:
            self._scale_while_paused(deployment, sets)
        return self._write_status(deployment.namespace, deployment.name)

    def _new_replica_set(self, deployment: Stored, new: Stored | None, old: list[Stored]) -> Stored:
        """Find or make the replica set of the present template and give it the newest revision number."""
        revision = max(map(revision_of, old), default=0) + 1
        if new is None:
            return self._store.create(REPLICA_SETS, new_replica_set(deployment, 0, revision))
        annotations = dict(new.obj["metadata"].get("annotations") or {})
        if revision_of(new) < revision:
            history = [annotations.get(REVISION_HISTORY), annotations.get(REVISION)]
            annotations[REVISION_HISTORY] = ",".join(filter(None, history))
        else:
            revision = revision_of(new)
        annotations |= replica_set_annotations(deployment, revision)
        return self._store.replace(new, {**new.obj, "metadata": {**new.obj["metadata"], "annotations": annotations}})

    def _recreate(self, deployment: Stored, new: Stored, old: list[Stored]) -> None:
        for each in old:
            self._scale(deployment, each, 0)
        if not any(_count(each, "replicas") for each in old):
            self._scale(deployment, new, deployment.obj["spec"]["replicas"])

    def _roll(self, deployment: Stored, new: Stored, old: list[Stored]) -> None:
        wanted = deployment.obj["spec"]["replicas"]
        surge, unavailable = rolling_limits(deployment.obj["spec"])
        total = sum(_wanted(each) for each in (new, *old))
        if _wanted(new) > wanted:
            new = self._scale(deployment, new, wanted)
        elif _wanted(new) < wanted:
            room = max(0, wanted + surge - total)
            new = self._scale(deployment, new, min(wanted, _wanted(new) + room))
        total = _wanted(new) + sum(map(_wanted, old))
        minimum = wanted - unavailable
        missing = _wanted(new) - _count(new, "availableReplicas")
        old = self._scale_down(deployment, old, total - minimum - missing, only_unavailable=True)
        available = sum(min(_wanted(each), _count(each, "availableReplicas")) for each in (new, *old))
        self._scale_down(deployment, old, available - minimum, only_unavailable=False)

    def _scale_down(self, deployment: Stored, old: list[Stored], room: int, *, only_unavailable: bool) -> list[Stored]:
        """Take up to `room` pods from the old replica sets, the oldest first."""
        scaled = []
        for each in sorted(old, key=revision_of):
            most = _wanted(each)
            if only_unavailable:
                most -= min(most, _count(each, "availableReplicas"))
            taken = max(0, min(room, most))
            room -= taken
            scaled.append(self._scale(deployment, each, _wanted(each) - taken))
        return scaled

    def _scale(self, deployment: Stored, replica_set: Stored, replicas: int) -> Stored:
        before = _wanted(replica_set)
        if before == replicas:
            return replica_set
        spec = {**replica_set.obj["spec"], "replicas": replicas}
        scaled = self._store.replace(replica_set, {**replica_set.obj, "spec": spec})
        direction = "up" if replicas > before else "down"
        message = f"Scaled {direction} replica set {replica_set.name} from {before} to {replicas}"
        event = Event("Normal", "ScalingReplicaSet", message)
        self._cluster.events.record(deployment, event, Source("deployment-controller"))
        return scaled

    def _scale_while_paused(self, deployment: Stored, sets: list[Stored]) -> None:
        """Follow a change of the number of pods where it is clear whose they are."""
        active = [each for each in sets if _wanted(each)]
        if len(active) == 1:
            self._scale(deployment, active[0], deployment.obj["spec"]["replicas"])

    def _forget_old(self, deployment: Stored, old: list[Stored]) -> None:
        """Drop the oldest revisions beyond revisionHistoryLimit."""
        limit = deployment.obj["spec"].get("revisionHistoryLimit", 10)
        idle = [each for each in old if not _wanted(each) and not _count(each, "replicas")]
        idle.sort(key=revision_of)
        for each in idle[: max(0, len(idle) - limit)]:
            self._store.remove(self._store.get(REPLICA_SETS, each.namespace, each.name))

    def _write_status(self, namespace: str, name: str) -> float | None:
        deployment = self._store.get(DEPLOYMENTS, namespace, name)
        sets = owned(self._store, REPLICA_SETS, deployment)
        new = next((each for each in sets if same_template(each, deployment.obj["spec"]["template"])), None)
        now = self._cluster.pace.now()
        stood_for = self._stood_for(deployment, now)
        status = deployment_status(deployment, new, sets, now, stood_for=stood_for)
        obj: Obj = {**deployment.obj, "status": status}
        if new is not None:
            metadata = deployment.obj["metadata"]
            annotations = {**(metadata.get("annotations") or {}), REVISION: str(revision_of(new))}
            obj["metadata"] = {**metadata, "annotations": annotations}
        if find_condition(obj, "Progressing") != find_condition(deployment.obj, "Progressing"):
            self._moved[deployment.uid] = now
            stood_for = 0.0
        self._store.replace(deployment, obj)
        return seconds_to_deadline(obj, stood_for)

    def _stood_for(self, deployment: Stored, now: datetime) -> float:
        """Tell for how many seconds of the practice world a rollout has made no progress."""
        moved = self._moved.setdefault(deployment.uid, now)
        return (now - moved).total_seconds() * self._cluster.pace.speed


def _wanted(replica_set: Stored) -> int:
    return int(replica_set.obj["spec"]["replicas"])


def _count(replica_set: Stored, field: str) -> int:
    return int((replica_set.obj.get("status") or {}).get(field, 0))
