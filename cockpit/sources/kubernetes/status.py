"""STATUS, READY and RESTARTS of a pod, as `kubectl get pods` prints them (Kubernetes: printPod)."""

from datetime import datetime
from typing import NamedTuple

from cockpit.sources.kubernetes import wire

_NO_STATE = wire.ContainerState()


class Summary(NamedTuple):
    """The columns that kubectl computes."""

    status: str
    ready: int
    """Ready containers, native sidecars included."""
    total: int
    restarts: int
    last_restart: datetime | None
    """When the newest of the previous runs ended."""


class _Count:
    """Restarts of some containers."""

    def __init__(self) -> None:
        self.restarts = 0
        self.last: datetime | None = None

    def add(self, container: wire.ContainerStatus) -> None:
        if not container.restart_count:
            return
        self.restarts += container.restart_count
        ended = container.last_state.terminated if container.last_state else None
        if ended is not None and ended.finished_at and (self.last is None or ended.finished_at > self.last):
            self.last = ended.finished_at


def summarize(pod: wire.Pod) -> Summary:
    """Compute what kubectl prints for a pod.

    The pod's own reason goes before its phase; then the first init container that is not through wins; then the
    containers from the last to the first, so that the first one has the last word; deletion goes before all.
    """
    status = _of_pod(pod)
    sidecars = {spec.name for spec in pod.spec.init_containers or () if spec.restart_policy == "Always"}
    total = len(pod.spec.containers or ()) + len(sidecars)
    init_status, ready = _of_init_containers(pod, sidecars)
    init_count, count = _Count(), _Count()
    for container in pod.status.init_container_statuses or ():
        init_count.add(container)
        if container.name in sidecars:
            count.add(container)
    if init_status and not _is_true(pod, "Initialized"):
        status, count = init_status, init_count
    else:
        status, running = _of_containers(pod, init_status or status)
        ready += running
        for container in pod.status.container_statuses or ():
            count.add(container)
    return Summary(_of_deletion(pod) or status, ready, total, count.restarts, count.last)


def _of_pod(pod: wire.Pod) -> str:
    for condition in pod.status.conditions or ():
        if condition.type == "PodScheduled" and condition.reason == "SchedulingGated":
            return "SchedulingGated"
    return pod.status.reason or pod.status.phase or "Unknown"


def _of_init_containers(pod: wire.Pod, sidecars: set[str]) -> tuple[str, int]:
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


def _of_containers(pod: wire.Pod, status: str) -> tuple[str, int]:
    """Give the status that the containers make of `status`, and how many of them run and are ready."""
    ready = 0
    for container in reversed(pod.status.container_statuses or ()):
        state = container.state or _NO_STATE
        if state.waiting is not None and state.waiting.reason:
            status = state.waiting.reason
        elif state.terminated is not None:
            status = _end(state.terminated)
        elif state.running is not None and container.ready:
            ready += 1
    if status == "Completed" and ready:
        return ("Running" if _is_true(pod, "Ready") else "NotReady"), ready
    return status, ready


def _of_deletion(pod: wire.Pod) -> str:
    if pod.metadata.deletion_timestamp is None:
        return ""
    if pod.status.reason == "NodeLost":
        return "Unknown"
    return "" if pod.status.phase in ("Succeeded", "Failed") else "Terminating"


def _end(terminated: wire.Terminated) -> str:
    if terminated.reason:
        return terminated.reason
    return f"Signal:{terminated.signal}" if terminated.signal else f"ExitCode:{terminated.exit_code or 0}"


def _is_true(pod: wire.Pod, condition_type: str) -> bool:
    return any(
        condition.type == condition_type and condition.status == "True" for condition in pod.status.conditions or ()
    )
