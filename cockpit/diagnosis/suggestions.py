"""What could help: nothing is done here, a person decides."""

import re
from collections.abc import Iterator

import msgspec

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Suggestion, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.revisions import newest, previous, rolled_out
from cockpit.diagnosis.rollouts import still_serving
from cockpit.diagnosis.template_diff import Field
from cockpit.diagnosis.view import View, pod_ref
from cockpit.sources.kubernetes.objects import ObjectRef, ReplicaSet

MOST_PODS = 3

_ROLLED = frozenset(
    (
        Cause.CRASH_LOOP,
        Cause.OOM,
        Cause.IMAGE_PULL,
        Cause.CONFIG,
        Cause.INIT,
        Cause.NOT_CREATED,
        Cause.PENDING,
        Cause.NOT_READY,
        Cause.ROLLOUT_STUCK,
        Cause.MEMORY,
        Cause.CPU,
        Cause.LOG_ERRORS,
    )
)
"""Causes that a revision may bring with it."""
_RESTARTED = ("Deployment", "StatefulSet", "DaemonSet")
_SCALED_FROM = re.compile(r"from (\d{1,9}) to \d")
_SCALED_TO_ZERO = re.compile(r"from (\d{1,9}) to 0\b")


def with_suggestions(problem: Problem, view: View) -> Problem:
    """Add what could help, the likeliest first."""
    back = tuple(_rollback(problem, view))
    # New pods of a revision that is to blame would be no better.
    anew = () if back else tuple(_anew(problem, view))
    return msgspec.structs.replace(problem, actions=(*back, *problem.actions, *anew, *_others(problem, view)))


def _rollback(problem: Problem, view: View) -> Iterator[Suggestion]:
    """Suggest the revision before, when the trouble came with the newest one."""
    if problem.cause not in _ROLLED or problem.subject.kind != "Deployment":
        return
    rolled = rolled_out(problem.subject, problem.pods, view)
    if rolled is None or not rolled.previous:
        return
    with_it = problem.changed is not None and problem.changed.at == rolled.at
    if not with_it and problem.cause is not Cause.ROLLOUT_STUCK and not still_serving(problem, view):
        return
    details = f" ({rolled.details})" if rolled.details else ""
    why = f"it came with {rolled.name}{details}"
    yield Suggestion(Verb.ROLLBACK, problem.subject, why, {"revision": str(rolled.previous)})
    current, before = newest(problem.subject, view), previous(problem.subject, rolled.previous + 1, view)
    if problem.cause is Cause.IMAGE_PULL and current is not None and before is not None:
        yield from _former_image(problem.subject, current, before, [change.field for change in rolled.differences])


def _former_image(
    subject: ObjectRef, current: ReplicaSet, before: ReplicaSet, differences: list[Field]
) -> Iterator[Suggestion]:
    """Suggest the image of the revision before where more than the image has changed."""
    if set(differences) <= {Field.IMAGE}:
        return
    images = {each.name: each.image for each in before.template.containers}
    for container in current.template.containers:
        former = images.get(container.name)
        if former and former != container.image:
            parameters = {"container": container.name, "image": former}
            yield Suggestion(Verb.SET_IMAGE, subject, f"the image of revision {before.revision}", parameters)


def _anew(problem: Problem, view: View) -> Iterator[Suggestion]:
    """Suggest to begin anew: with single pods while others are ready, with all of them otherwise."""
    subject = problem.subject
    if problem.cause is Cause.NOT_READY:
        if len(problem.pods) < len(view.pods_by_workload.get(subject, ())):
            for pod in problem.pods[:MOST_PODS]:
                yield Suggestion(Verb.DELETE_POD, pod_ref(pod), "others are ready; a new one takes its place")
        elif subject.kind in _RESTARTED:
            yield Suggestion(Verb.RESTART, subject, "none of its pods is ready")
    elif problem.cause in (Cause.MEMORY, Cause.LOG_ERRORS) and subject.kind in _RESTARTED:
        yield Suggestion(Verb.RESTART, subject, "new pods begin afresh")


def _others(problem: Problem, view: View) -> Iterator[Suggestion]:
    if problem.subject.kind == "StatefulSet":
        yield from _left_behind(problem, view)
    if problem.cause is Cause.EVICTED:
        for pod in problem.pods[:MOST_PODS]:
            yield Suggestion(Verb.DELETE_POD, pod_ref(pod), "it will not run again")
    elif problem.cause in (Cause.CPU, Cause.SCALED_TO_ZERO, Cause.PENDING, Cause.NOT_CREATED):
        yield from _scale(problem, view)


def _left_behind(problem: Problem, view: View) -> Iterator[Suggestion]:
    """Suggest to delete the broken pods of an older revision: a stateful set does not replace them by itself."""
    stateful_set = view.stateful_sets.get(f"{problem.subject.namespace}/{problem.subject.name}")
    if stateful_set is None or not stateful_set.update_revision:
        return
    for pod in problem.pods[:MOST_PODS]:
        revision = pod.labels.get("controller-revision-hash")
        if revision and revision != stateful_set.update_revision and pod.not_ready_since is not None:
            why = "it is of an older revision, and a stateful set does not replace a pod that is not ready"
            yield Suggestion(Verb.DELETE_POD, pod_ref(pod), why)


def _scale(problem: Problem, view: View) -> Iterator[Suggestion]:
    subject = problem.subject
    workload = view.scalable(subject)
    if workload is None or subject in view.autoscaled:
        return
    if problem.cause is Cause.CPU:
        yield _to(subject, workload.desired + 1, "another pod takes part of the load")
    elif problem.cause is Cause.SCALED_TO_ZERO:
        events = view.events(subject, "ScalingReplicaSet")
        before = next((match for event in events if (match := _SCALED_TO_ZERO.search(event.message))), None)
        yield _to(subject, int(before[1]) if before else 1, "a service sends requests to it")
    elif problem.changed is not None and (match := _SCALED_FROM.search(problem.changed.short)):
        yield _to(subject, int(match[1]), "it ran with so many before")


def _to(subject: ObjectRef, replicas: int, why: str) -> Suggestion:
    return Suggestion(Verb.SCALE, subject, why, {"replicas": str(replicas)})
