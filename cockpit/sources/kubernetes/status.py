"""STATUS, READY and RESTARTS of a pod, as `kubectl get pods` prints them (Kubernetes: printPod)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.model import SCHEDULING_GATED, TERMINATING

_NO_STATE = wire.ContainerState()


class Summary(msgspec.Struct, frozen=True, gc=False):
    """The columns that kubectl computes."""

    status: str
    ready: int
    """Ready containers, native sidecars included."""
    total: int
    restarts: int
    last_restart: datetime | None
    """When the newest of the previous runs ended."""


Conditions = Mapping[str, wire.Condition]
"""A pod's conditions by type."""


def conditions_of(pod: wire.Pod) -> Conditions:
    """Index the conditions of a pod, of which several rules look at several."""
    return {condition.type: condition for condition in pod.status.conditions or ()}


def summarize(pod: wire.Pod, conditions: Conditions) -> Summary:
    """Compute what kubectl prints for a pod.

    The pod's own reason goes before its phase; then the first init container that is not through wins; then the
    containers from the last to the first, so that the first one has the last word, unless it completed and another
    failed (as servers since 1.36 tell); deletion goes before all.
    """
    statuses, init_statuses = pod.status.container_statuses or (), pod.status.init_container_statuses or ()
    sidecars = _sidecars(pod.spec)
    status = _of_pod(pod, conditions)
    init_status, ready = _of_init_containers(pod, sidecars)
    if init_status and not is_true(conditions, "Initialized"):
        status, counted = init_status, init_statuses
    else:
        status, running = _of_containers(statuses, init_status or status, conditions)
        ready += running
        counted = statuses
        if sidecars:
            counted = [*statuses, *(container for container in init_statuses if container.name in sidecars)]
    restarts, last_restart = _count_restarts(counted)
    total = len(pod.spec.containers or ()) + len(sidecars)
    return Summary(_of_deletion(pod) or status, ready, total, restarts, last_restart)


def is_true(conditions: Conditions, condition_type: str) -> bool:
    """Tell whether a condition is there and holds."""
    condition = conditions.get(condition_type)
    return condition is not None and condition.status == "True"


def _sidecars(spec: wire.PodSpec) -> frozenset[str]:
    """Name the native sidecars: init containers that go on."""
    if not spec.init_containers:
        return frozenset()
    return frozenset(container.name for container in spec.init_containers if container.restart_policy == "Always")


def _of_pod(pod: wire.Pod, conditions: Conditions) -> str:
    scheduled = conditions.get("PodScheduled")
    if scheduled is not None and scheduled.reason == SCHEDULING_GATED:
        return SCHEDULING_GATED
    return pod.status.reason or pod.status.phase or "Unknown"


def _of_init_containers(pod: wire.Pod, sidecars: frozenset[str]) -> tuple[str, int]:
    """Give what the first unfinished init container is at (empty: all are through), and the ready sidecars before."""
    ready = 0
    for index, container in enumerate(pod.status.init_container_statuses or ()):
        state = container.state or _NO_STATE
        if state.terminated is not None and not state.terminated.exit_code:
            continue
        if container.name in sidecars and container.started:
            ready += bool(container.ready)
            continue
        if state.terminated is not None:
            return f"Init:{_end(state.terminated)}", ready
        if state.waiting is not None and state.waiting.reason not in (None, "", "PodInitializing"):
            return f"Init:{state.waiting.reason}", ready
        return f"Init:{index}/{len(pod.spec.init_containers or ())}", ready
    return "", ready


def _of_containers(containers: Sequence[wire.ContainerStatus], status: str, conditions: Conditions) -> tuple[str, int]:
    """Give the status that the containers make of `status`, and how many of them run and are ready."""
    ready, error = 0, ""
    for container in reversed(containers):
        state = container.state or _NO_STATE
        if state.waiting is not None and state.waiting.reason:
            status = state.waiting.reason
        elif state.terminated is not None:
            status = _end(state.terminated)
            error = status if state.terminated.exit_code else error
        elif state.running is not None and container.ready:
            ready += 1
    if status != "Completed":
        return status, ready
    if ready and is_true(conditions, "Ready"):
        return "Running", ready
    return error or ("NotReady" if ready else status), ready


def _count_restarts(containers: Sequence[wire.ContainerStatus]) -> tuple[int, datetime | None]:
    """Give the restarts, and when the newest of the previous runs ended."""
    restarts, last = 0, None
    for container in containers:
        if container.restart_count:
            restarts += container.restart_count
            ended = container.last_state.terminated if container.last_state else None
            if ended is not None and ended.finished_at and (last is None or ended.finished_at > last):
                last = ended.finished_at
    return restarts, last


def _of_deletion(pod: wire.Pod) -> str:
    if pod.metadata.deletion_timestamp is None:
        return ""
    if pod.status.reason == "NodeLost":
        return "Unknown"
    return "" if pod.status.phase in ("Succeeded", "Failed") else TERMINATING


def _end(terminated: wire.Terminated) -> str:
    if terminated.reason:
        return terminated.reason
    return f"Signal:{terminated.signal}" if terminated.signal else f"ExitCode:{terminated.exit_code or 0}"
