"""What happened to deployments, stateful and daemon sets between two readings."""

from collections.abc import Iterator
from datetime import datetime

from cockpit.observer.observation import Kind, Observation, Weight, before_and_after
from cockpit.observer.pairs import changed
from cockpit.sources.kubernetes.objects import (
    ContainerTemplate,
    DaemonSet,
    Deployment,
    Objects,
    PodTemplate,
    StatefulSet,
)
from cockpit.sources.kubernetes.rollout import condition

Workload = Deployment | StatefulSet | DaemonSet

_CHANGE_CAUSE = "kubernetes.io/change-cause"
_RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
_COMPLETE, _EXCEEDED = "NewReplicaSetAvailable", "ProgressDeadlineExceeded"
"""Reasons of the condition Progressing (Kubernetes: deployment controller)."""


def rollouts(before: Objects[Workload], after: Objects[Workload], at: datetime) -> Iterator[Observation]:
    """Tell new templates and revisions with what differs, rollouts that are finished or stuck, and changes of scale."""
    for was, now in changed(before, after):
        yield from _begun(was, now, at)
        if (ended := _ended(was, now, at)) is not None:
            yield ended
        if was.desired != now.desired and not isinstance(now, DaemonSet):
            what, token = f"scaled {was.desired} → {now.desired}", f"scale {now.meta.generation} {now.desired}"
            yield _observed(was, now, at, Kind.SCALE, what, token)


def _begun(was: Workload, now: Workload, at: datetime) -> Iterator[Observation]:
    revision = _revision(now) if _revision(now) != _revision(was) else ""
    if was.template != now.template:
        what = f"{revision or 'new template'}: {_difference(was.template, now.template)}"
        cause = now.meta.annotations.get(_CHANGE_CAUSE, "")
        if cause and cause != was.meta.annotations.get(_CHANGE_CAUSE):
            what = f"{what} ({cause})"
        yield _observed(was, now, at, Kind.ROLLOUT, what, f"template {now.meta.generation}", Weight.GRAVE)
    elif revision and _revision(was):
        yield _observed(was, now, at, Kind.REVISION, revision, revision, Weight.MINOR)


def _ended(was: Workload, now: Workload, at: datetime) -> Observation | None:
    """Tell that a rollout is finished or stuck; pods that fail later undo neither."""
    if isinstance(now, Deployment):
        before, after = condition(was.conditions, "Progressing"), condition(now.conditions, "Progressing")
        if before is None or after is None or before.reason == after.reason:
            return None
        told = after.updated_at or after.since
        if after.reason == _EXCEEDED:
            what = f"the rollout of {_revision(now)} is stuck: {after.message}"
            token = f"stuck {now.meta.generation}"
            return _observed(was, now, at, Kind.PROGRESS, what, token, Weight.GRAVE).dated(told)
        finished = after.reason == _COMPLETE
    else:
        told, finished = None, was.updated < was.desired <= now.updated
    if not finished:
        return None
    what = f"{_revision(now) or 'the new template'} is rolled out"
    return _observed(was, now, at, Kind.PROGRESS, what, f"finished {now.meta.generation}").dated(told)


def _revision(workload: Workload) -> str:
    match workload:
        case Deployment() if workload.revision:
            return f"revision {workload.revision}"
        case StatefulSet() if workload.update_revision:
            return f"revision {workload.update_revision.removeprefix(f'{workload.meta.name}-')}"
    return ""


def _difference(was: PodTemplate, now: PodTemplate) -> str:
    """Say what differs: images in full, of all else its name, because values may be secrets."""
    known = {container.name: container for container in was.containers}
    told: list[str] = []
    for container in now.containers:
        before = known.pop(container.name, None)
        told += [f"container {container.name} is new"] if before is None else _of_container(before, container)
    told += [f"container {name} is gone" for name in known]
    if was.annotations.get(_RESTARTED_AT) != now.annotations.get(_RESTARTED_AT):
        told.append("a restart was asked for")
    told += [each for each in ("labels", "volumes") if getattr(was, each) != getattr(now, each)]
    return ", ".join(told) or "annotations"


def _of_container(was: ContainerTemplate, now: ContainerTemplate) -> list[str]:
    told = [f"{now.name} {was.image} → {now.image}"] if was.image != now.image else []
    variables = {each.name for each in {*was.env} ^ {*now.env}}
    told += [f"{now.name} {name}" for name in sorted(variables)]
    fields = ("env_from", "resources", "command", "probes")
    return told + [f"{now.name} {each}" for each in fields if getattr(was, each) != getattr(now, each)]


def _observed(
    was: Workload, now: Workload, at: datetime, kind: Kind, what: str, token: str, weight: Weight = Weight.PLAIN
) -> Observation:
    subject, data = f"{type(now).__name__.lower()} {now.meta.key}", before_and_after(was, now)
    return Observation(at, kind, subject, now.meta.name, what, f"{now.meta.uid} {token}", weight, data=data)
