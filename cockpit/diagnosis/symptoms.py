"""What ails a single pod: the causes that a finding can have, and how each is recognised."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from cockpit.sources.kubernetes.model import Container, Health, Pod

NOT_READY = timedelta(seconds=60)
"""A running pod may be not ready for so long before it is a finding."""
UNSCHEDULED = timedelta(seconds=30)
"""A pod may wait for a node for so long."""
CREATING = timedelta(minutes=2)
"""A pod on its node may wait for its volumes and images for so long."""
ATTEMPT = timedelta(seconds=60)
"""A container that began less than this ago, after a crash, is between two rounds of a crash loop."""
RESTARTS_WITHIN = timedelta(hours=1)
MOST_RESTARTS = 5
"""More restarts than this within the hour are a finding."""
CRASHES_OF_A_LOOP = 2
"""The kubelet restarts at once after the first crash, and backs off from the second on."""

_IMAGE_REASONS = frozenset(
    (
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    )
)
_BEING_CREATED = frozenset(("", "ContainerCreating", "PodInitializing"))
_START_FAILURES = frozenset(("StartError", "ContainerCannotRun", "RunContainerError"))
_NODE_LOST = frozenset(("NodeLost", "NodeNotReady"))
_OUT_OF_MEMORY = "OOMKilled"
_UNSCHEDULABLE = "Unschedulable"


class Cause(StrEnum):
    """Why a pod does not do its work, worst first. The values are also the anchors of the runbook scenarios."""

    NODE_LOST = "node-lost"
    CRASH_LOOP = "crash-loop"
    OOM = "oom"
    IMAGE_PULL = "image-pull"
    CONFIG = "config"
    INIT = "init"
    PENDING = "pending"
    FAILED = "failed"
    EVICTED = "evicted"
    NOT_READY = "not-ready"
    RESTARTS = "restarts"


class Symptom(NamedTuple):
    """A cause as one pod shows it."""

    cause: Cause
    pod: Pod
    since: datetime | None
    container: Container | None = None


def symptoms(pod: Pod, now: datetime) -> Iterator[Symptom]:
    """Tell everything that ails a pod at the time `now`, each cause once."""
    if pod.health is Health.DONE:
        return
    if pod.reason in _NODE_LOST or (pod.status == "Unknown" and pod.node):
        yield Symptom(Cause.NODE_LOST, pod, pod.not_ready_since)
    elif pod.deleting_since is not None:
        return
    elif pod.reason and pod.reason != _UNSCHEDULABLE:
        yield Symptom(Cause.EVICTED, pod, pod.not_ready_since)
    elif pod.reason == _UNSCHEDULABLE or not pod.node:
        if now - pod.created > UNSCHEDULED and pod.status != "SchedulingGated":
            yield Symptom(Cause.PENDING, pod, pod.created)
    elif pod.health is Health.WELL:
        if _restarts_often(pod, now):
            yield Symptom(Cause.RESTARTS, pod, pod.last_restart)
    else:
        yield from _symptoms_of_containers(pod, now)


def _symptoms_of_containers(pod: Pod, now: datetime) -> Iterator[Symptom]:
    found: set[Cause] = set()
    for container in pod.containers:
        cause = _init_cause(container) if container.init and not container.sidecar else _cause(pod, container, now)
        if cause is not None and cause not in found:
            found.add(cause)
            yield Symptom(cause, pod, pod.not_ready_since or pod.last_restart, container)
    if found:
        return
    if any(container.state == "running" for container in pod.containers if not container.init):
        if pod.not_ready_since is not None and now - _settled(pod, pod.not_ready_since) > NOT_READY:
            yield Symptom(Cause.NOT_READY, pod, pod.not_ready_since)
        elif _restarts_often(pod, now):
            yield Symptom(Cause.RESTARTS, pod, pod.last_restart)
    elif now - (pod.not_ready_since or pod.created) > CREATING and pod.status in _BEING_CREATED | {"Pending"}:
        yield Symptom(Cause.PENDING, pod, pod.not_ready_since or pod.created)


def _init_cause(container: Container) -> Cause | None:
    """Recognise why an init container keeps its pod from starting."""
    if container.state == "waiting":
        if container.reason == "CrashLoopBackOff":
            return Cause.INIT
        return _waiting_cause(container)
    return Cause.INIT if container.state == "terminated" and container.exit_code else None


def _cause(pod: Pod, container: Container, now: datetime) -> Cause | None:
    """Recognise why a container does not run, or will not for long."""
    if container.state == "waiting":
        return _crash_cause(container.last_reason) if _backs_off(container) else _waiting_cause(container)
    if container.state == "terminated":
        if not container.exit_code:
            return None
        if _is_restarted(pod):
            return _crash_cause(container.reason) if container.restarts >= CRASHES_OF_A_LOOP else None
        return Cause.OOM if container.reason == _OUT_OF_MEMORY else Cause.FAILED
    between_crashes = (
        container.state == "running"
        and container.restarts >= CRASHES_OF_A_LOOP
        and container.started_at is not None
        and now - container.started_at < ATTEMPT
    )
    return _crash_cause(container.last_reason) if between_crashes else None


def _backs_off(container: Container) -> bool:
    return container.reason == "CrashLoopBackOff"


def _waiting_cause(container: Container) -> Cause | None:
    if container.reason in _BEING_CREATED:
        return None
    return Cause.IMAGE_PULL if container.reason in _IMAGE_REASONS else Cause.CONFIG


def _crash_cause(reason: str) -> Cause:
    if reason == _OUT_OF_MEMORY:
        return Cause.OOM
    return Cause.CONFIG if reason in _START_FAILURES else Cause.CRASH_LOOP


def _is_restarted(pod: Pod) -> bool:
    """Tell whether the kubelet restarts the pod's containers; pods of jobs and lone pods may be left as they ended."""
    return pod.workload.kind not in ("Job", "Pod") or pod.restarts > 0


def _restarts_often(pod: Pod, now: datetime) -> bool:
    """Tell of restarts within the hour, as far as is known: those since the session began, or all of a young pod."""
    if pod.last_restart is None or now - pod.last_restart > RESTARTS_WITHIN:
        return False
    known = pod.restarts if now - pod.created <= RESTARTS_WITHIN else pod.restarts_rise
    return known > MOST_RESTARTS


def _settled(pod: Pod, not_ready_since: datetime) -> datetime:
    """Give from when on the pod could have become ready: a restart gives it time again."""
    starts = (container.started_at for container in pod.containers if container.state == "running")
    return max([not_ready_since, *(start for start in starts if start is not None)])
