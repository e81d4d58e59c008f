"""What ails a single pod, and how it is recognised."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.policy import Policy
from cockpit.sources.kubernetes.model import SCHEDULING_GATED, Container, Health, Pod

ATTEMPT = timedelta(seconds=60)
"""A container that began less than this ago, after a crash, is between two rounds of a crash loop."""
RESTARTS_WITHIN = timedelta(hours=1)
LOST_READINESS = timedelta(seconds=10)
"""A lone pod may be not ready any more for so long: it has failed its probe several times already (failureThreshold, 3
by default)."""
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
_STATUS_BEING_CREATED = _BEING_CREATED | {"Pending"}
_START_FAILURES = frozenset(("StartError", "ContainerCannotRun", "RunContainerError"))
_NODE_LOST = frozenset(("NodeLost", "NodeNotReady"))
_OUT_OF_MEMORY = "OOMKilled"
_UNSCHEDULABLE = "Unschedulable"


class Symptom(NamedTuple):
    """A cause as one pod shows it."""

    cause: Cause
    pod: Pod
    since: datetime | None
    container: Container | None = None


def symptoms(pod: Pod, now: datetime, policy: Policy) -> Iterator[Symptom]:
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
        if now - pod.created > policy.unscheduled and pod.status != SCHEDULING_GATED:
            yield Symptom(Cause.PENDING, pod, pod.created)
    elif pod.health is Health.WELL:
        yield from _symptoms_of_restarts(pod, now, policy)
    else:
        yield from _symptoms_of_containers(pod, now, policy)


def _symptoms_of_containers(pod: Pod, now: datetime, policy: Policy) -> Iterator[Symptom]:
    found: set[Cause] = set()
    for container in pod.containers:
        cause = _init_cause(container) if container.init and not container.sidecar else _cause(pod, container, now)
        if cause is not None and cause not in found:
            found.add(cause)
            yield Symptom(cause, pod, pod.not_ready_since or pod.last_restart, container)
    if found:
        return
    if any(container.state == "running" for container in pod.containers if not container.init):
        if pod.not_ready_since is not None and now - _settled(pod, pod.not_ready_since) > policy.not_ready:
            yield Symptom(Cause.NOT_READY, pod, pod.not_ready_since)
        else:
            yield from _symptoms_of_restarts(pod, now, policy)
    elif is_being_created(pod) and now - (pod.not_ready_since or pod.created) > policy.creating:
        yield Symptom(Cause.PENDING, pod, pod.not_ready_since or pod.created)


def _symptoms_of_restarts(pod: Pod, now: datetime, policy: Policy) -> Iterator[Symptom]:
    """Tell what the restarts of a pod that runs give away: that it ran out of memory, or that they are many."""
    if pod.last_restart is None or now - pod.last_restart > RESTARTS_WITHIN:
        return
    for container in pod.containers:
        ended_at = container.last_finished_at
        if container.last_reason == _OUT_OF_MEMORY and ended_at is not None and now - ended_at <= RESTARTS_WITHIN:
            yield Symptom(Cause.OOM, pod, ended_at, container)
            return
    # All restarts of a young pod are known; of an older one, those since the session began.
    count = pod.restarts if now - pod.created <= RESTARTS_WITHIN else pod.restarts_rise
    if count > policy.restarts_per_hour:
        yield Symptom(Cause.RESTARTS, pod, pod.last_restart)


def lost_readiness(pod: Pod, now: datetime) -> Symptom | None:
    """Tell whether a pod that runs was ready, and is not any more: that is no slow start."""
    since = pod.not_ready_since
    starts = [container.started_at for container in pod.containers if container.state == "running"]
    if since is None or not starts or now < since:
        return None
    began_before = all(started_at is not None and started_at < since for started_at in starts)
    return Symptom(Cause.NOT_READY, pod, since) if began_before else None


def is_being_created(pod: Pod) -> bool:
    """Tell whether the pod is on its node and waits for its volumes, its network or its images."""
    return bool(pod.node) and pod.deleting_since is None and pod.status in _STATUS_BEING_CREATED


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


def _settled(pod: Pod, not_ready_since: datetime) -> datetime:
    """Give from when on the pod could have become ready: a restart gives it time again."""
    starts = (container.started_at for container in pod.containers if container.state == "running")
    return max([not_ready_since, *(start for start in starts if start is not None)])
