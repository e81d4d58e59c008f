"""The facts as rules look at them: what is complete, and what belongs to what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TypeVar

from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.symptoms import Symptom, symptoms
from cockpit.sources.kubernetes.kind_names import EVENTS, NODE_EVENTS
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import (
    DaemonSet,
    Deployment,
    EndpointSlice,
    Event,
    ObjectRef,
    Objects,
    PodTemplate,
    ReplicaSet,
    StatefulSet,
)

T = TypeVar("T")


def known(objects: Objects[T] | None) -> Mapping[str, T] | None:
    """Give the objects of a kind by key; None while they are not all known: half a list gives half-truths."""
    return objects.objects if objects is not None and objects.resource_version else None


def workload_of(pod: Pod) -> ObjectRef:
    """Name the workload that a pod belongs to."""
    return ObjectRef(pod.workload.kind, pod.namespace, pod.workload.name)


def pod_ref(pod: Pod) -> ObjectRef:
    """Name a pod."""
    return ObjectRef("Pod", pod.namespace, pod.name)


class View:
    """Looks things up in the facts. What takes a pass over many objects is made when it is first asked for."""

    def __init__(self, facts: Facts, now: datetime, policy: Policy) -> None:
        self.facts = facts
        self.now = now
        self.policy = policy
        self.pods: Mapping[str, Pod] = facts.pods.pods if facts.pods is not None else {}
        self.deployments = known(facts.deployments) or {}
        self.replica_sets = known(facts.replica_sets) or {}
        self.stateful_sets = known(facts.stateful_sets) or {}
        self.daemon_sets = known(facts.daemon_sets) or {}
        self.jobs = known(facts.jobs) or {}
        self.nodes = known(facts.nodes) or {}
        self.services = known(facts.services) or {}
        self.ingresses = known(facts.ingresses) or {}
        self.autoscalers = known(facts.autoscalers) or {}
        self.volume_claims = known(facts.volume_claims) or {}
        self.certificates = known(facts.certificates) or {}

    def name(self, subject: ObjectRef) -> str:
        """Say what a title calls an object: with its namespace when several are looked at."""
        named = subject.namespace and (self.facts.pods is None or not self.facts.pods.scope)
        return f"{subject.namespace}/{subject.name}" if named else subject.name

    @cached_property
    def symptoms(self) -> Sequence[Symptom]:
        """What ails each pod."""
        now, policy = self.now, self.policy
        return [symptom for pod in self.pods.values() for symptom in symptoms(pod, now, policy)]

    @cached_property
    def pods_by_workload(self) -> Mapping[ObjectRef, Sequence[Pod]]:
        """The pods of each workload."""
        pods: dict[tuple[str, str, str], list[Pod]] = defaultdict(list)
        for pod in self.pods.values():
            pods[pod.workload.kind, pod.namespace, pod.workload.name].append(pod)
        return {ObjectRef(*place): group for place, group in pods.items()}

    @cached_property
    def _pods_by_label(self) -> Mapping[tuple[str, str, str], Sequence[Pod]]:
        pods: dict[tuple[str, str, str], list[Pod]] = defaultdict(list)
        for pod in self.pods.values():
            for name, value in pod.labels.items():
                pods[pod.namespace, name, value].append(pod)
        return pods

    def pods_selected(self, namespace: str, selector: Mapping[str, str]) -> list[Pod]:
        """Find the pods that a service's selector selects; an empty one selects none."""
        wanted = selector.items()
        lists = [self._pods_by_label.get((namespace, name, value), ()) for name, value in wanted]
        return [pod for pod in min(lists, key=len, default=()) if wanted <= pod.labels.items()]

    @cached_property
    def _events(self) -> Mapping[tuple[str, str, str], Sequence[Event]]:
        about: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
        listed = (known(each) or {} for each in (self.facts.events, self.facts.node_events))
        for event in chain.from_iterable(each.values() for each in listed):
            about[event.kind, event.namespace, event.name].append(event)
        return about

    def events(self, about: ObjectRef, *reasons: str, uid: str = "") -> list[Event]:
        """Give the events of some reasons about an object, the newest first.

        Args:
            about: The object.
            reasons: The reasons that are wanted.
            uid: Of the object, to leave out what is told of a namesake that is gone; empty: whoever it was.
        """
        found = [
            event
            for event in self._events.get((about.kind, about.namespace, about.name), ())
            if event.reason in reasons and event.last_at is not None and (not uid or event.uid in ("", uid))
        ]
        return sorted(found, key=_last_at, reverse=True)

    def reading_of(self, event: Event) -> str:
        """Name the reading that an event stands in: where one namespace is read, those about nodes have their own."""
        of_nodes = known(self.facts.node_events) or {}
        return NODE_EVENTS if of_nodes.get(event.meta.key) is event else EVENTS

    def events_of_pods(self, pods: Iterable[Pod], *reasons: str) -> list[Event]:
        """Give the events of some reasons about any of the pods, the newest first."""
        found = chain.from_iterable(self.events(pod_ref(pod), *reasons, uid=pod.uid) for pod in pods)
        return sorted(found, key=_last_at, reverse=True)

    @cached_property
    def _revisions(self) -> Mapping[tuple[str, str], Sequence[ReplicaSet]]:
        revisions: dict[tuple[str, str], list[ReplicaSet]] = defaultdict(list)
        for replica_set in self.replica_sets.values():
            owner = replica_set.meta.owner
            if owner is not None and owner.kind == "Deployment":
                revisions[replica_set.meta.namespace, owner.name].append(replica_set)
        for group in revisions.values():
            group.sort(key=lambda each: each.revision)
        return revisions

    def revisions(self, workload: ObjectRef) -> Sequence[ReplicaSet]:
        """Give the replica sets of a deployment, by ascending revision."""
        if workload.kind != "Deployment":
            return ()
        return self._revisions.get((workload.namespace, workload.name), ())

    def scalable(self, workload: ObjectRef) -> Deployment | StatefulSet | None:
        """Give the deployment or stateful set, if it is known."""
        key = f"{workload.namespace}/{workload.name}"
        if workload.kind == "Deployment":
            return self.deployments.get(key)
        return self.stateful_sets.get(key) if workload.kind == "StatefulSet" else None

    def template(self, workload: ObjectRef) -> PodTemplate:
        """Give what a workload makes its pods from; empty when that is not known."""
        found: Deployment | StatefulSet | DaemonSet | ReplicaSet | None = self.scalable(workload)
        key = f"{workload.namespace}/{workload.name}"
        if workload.kind == "DaemonSet":
            found = self.daemon_sets.get(key)
        elif workload.kind == "ReplicaSet":
            found = self.replica_sets.get(key)
        return found.template if found is not None else PodTemplate()

    @cached_property
    def slices(self) -> Mapping[tuple[str, str], Sequence[EndpointSlice]] | None:
        """The endpoint slices of each service, by namespace and name; None while they are not known."""
        slices = known(self.facts.endpoint_slices)
        if slices is None:
            return None
        found: dict[tuple[str, str], list[EndpointSlice]] = defaultdict(list)
        for each in slices.values():
            found[each.meta.namespace, each.service].append(each)
        return found

    @cached_property
    def autoscaled(self) -> frozenset[ObjectRef]:
        """The workloads whose number of pods an autoscaler sets."""
        return frozenset(
            ObjectRef(each.target.kind, each.meta.namespace, each.target.name) for each in self.autoscalers.values()
        )


def _last_at(event: Event) -> datetime:
    return event.last_at or event.meta.created
