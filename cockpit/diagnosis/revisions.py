"""Which revision of a workload its pods are of, which came before it, and since when it is rolled out."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cockpit.diagnosis.template_diff import TemplateChange, diff
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import cut
from cockpit.sources.kubernetes.kind_names import REPLICA_SETS
from cockpit.sources.kubernetes.model import PODS, Pod
from cockpit.sources.kubernetes.objects import ObjectRef, ReplicaSet

LONGEST_DIFF = 120
"""Characters of a difference between revisions in a text."""
MOST_DIFFERENCES = 2

_REVISION_HASH = "controller-revision-hash"
"""Label of the pods of stateful and daemon sets."""


class Rolled(msgspec.Struct, frozen=True):
    """A revision that was rolled out."""

    name: str
    """`revision 12`; of the first one, `it was created`."""
    at: datetime
    source: str
    """Reading that tells of it."""
    ref: str
    differences: tuple[TemplateChange, ...] = ()
    """From the revision before it."""
    previous: int = 0
    """Number of the revision before it; 0: there is none, or the kind has no numbers."""

    @property
    def details(self) -> str:
        """Say what is different: `image shop/api:1.4.2 → 1.4.3, and 2 more`."""
        texts = list(dict.fromkeys(change.text for change in self.differences))
        more = len(texts) - MOST_DIFFERENCES
        told = ", ".join(texts[:MOST_DIFFERENCES]) + (f", and {more} more" if more > 0 else "")
        return cut(told, LONGEST_DIFF)


def rolled_out(workload: ObjectRef, pods: Sequence[Pod], view: View) -> Rolled | None:
    """Tell which revision the newest of some pods of a workload belong to; None when that is not known."""
    if workload.kind == "Deployment":
        return _of_deployment(workload, pods, view)
    if workload.kind in ("StatefulSet", "DaemonSet"):
        return _of_set(workload, pods, view)
    return None


def newest(workload: ObjectRef, view: View) -> ReplicaSet | None:
    """Give the newest revision of a deployment."""
    revisions = view.revisions(workload)
    return revisions[-1] if revisions else None


def previous(workload: ObjectRef, revision: int, view: View) -> ReplicaSet | None:
    """Give the revision before a revision of a deployment."""
    return next((each for each in reversed(view.revisions(workload)) if each.revision < revision), None)


def belongs(pod: Pod, replica_set: ReplicaSet) -> bool:
    """Tell whether a pod was made by a replica set."""
    made_by = pod.labels.get("pod-template-hash")
    if made_by:
        return replica_set.meta.name.endswith(f"-{made_by}")
    return pod.name.startswith(f"{replica_set.meta.name}-")


def _of_deployment(workload: ObjectRef, pods: Sequence[Pod], view: View) -> Rolled | None:
    replica_set = newest(workload, view)
    if replica_set is None or not replica_set.revision:
        return None
    its = [pod for pod in pods if belongs(pod, replica_set)]
    if pods and not its:
        return None  # the trouble is with pods of an older revision
    before = previous(workload, replica_set.revision, view)
    return Rolled(
        name=f"revision {replica_set.revision}" if before or replica_set.revision > 1 else "it was created",
        at=_rolled_out_at(workload, replica_set, its, view),
        source=REPLICA_SETS,
        ref=replica_set.meta.key,
        differences=diff(before.template, replica_set.template) if before else (),
        previous=before.revision if before else 0,
    )


def _rolled_out_at(workload: ObjectRef, replica_set: ReplicaSet, its: Sequence[Pod], view: View) -> datetime:
    """Tell when a revision was rolled out: a rollback takes up the replica set of an older one, with its age."""
    if all(each.meta.created <= replica_set.meta.created for each in view.revisions(workload)):
        return replica_set.meta.created
    begun = [
        event.first_at
        for event in view.events(workload, "ScalingReplicaSet")
        if f"Scaled up replica set {replica_set.meta.name} " in f"{event.message} " and " from 0 to " in event.message
    ]
    return next((at for at in begun if at is not None), min((pod.created for pod in its), default=view.now))


def _of_set(workload: ObjectRef, pods: Sequence[Pod], view: View) -> Rolled | None:
    """Tell a revision of a stateful or daemon set by the pods that have it: nothing else says since when."""
    newest_pod = max(pods, key=lambda pod: (pod.created, pod.key), default=None)
    made_from = newest_pod.labels.get(_REVISION_HASH) if newest_pod else None
    if not newest_pod or not made_from:
        return None
    siblings = view.pods_by_workload.get(workload, ())
    first = min((each for each in siblings if each.labels.get(_REVISION_HASH) == made_from), key=_created, default=None)
    if first is None:
        return None
    return Rolled(f"revision {made_from.rpartition('-')[2]}", first.created, PODS, first.key)


def _created(pod: Pod) -> datetime:
    return pod.created
