"""What the end of a log stream means, seen from the pod."""

from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from cockpit.sources.kubernetes import wire

_BEING_CREATED = ("PodInitializing", "ContainerCreating")
_WAITS = ("waiting to start", *_BEING_CREATED)


class Run(NamedTuple):
    """One run of a container: a restart or a new pod of the same name begins another one."""

    pod_uid: str
    restarts: int


class Next(Enum):
    """What may come of a container whose log has ended."""

    GOES_ON = auto()
    """It runs."""
    STARTS_AGAIN = auto()
    """It does not run, and will."""
    OVER = auto()
    """It will never run again."""


class Outlook(NamedTuple):
    """A container as its log's reader needs to know it."""

    run: Run
    next: Next
    text: str
    """How this run ended; empty while it has not."""
    before: str
    """How the run before this one ended; empty when there was none."""
    node: str = ""
    """Where it runs; empty when that is not decided."""
    begun_at: datetime | None = None
    """When this run began, in whole seconds; None: it has not, or nobody tells."""
    ended_at: datetime | None = None
    """When this run ended, likewise."""


def outlook_of(pod: wire.Pod, container: str) -> Outlook:
    """Say which run of `container` there is, and whether it will go on."""
    status = _status_of(pod, container)
    run = Run(pod.metadata.uid or "", (status.restart_count or 0) if status else 0)
    state = status.state if status else None
    ended = state.terminated if state else None
    before = status.last_state.terminated if status and status.last_state else None
    if pod.status.phase in ("Succeeded", "Failed") or (ended is not None and not _restarts(pod, container, ended)):
        then = Next.OVER
    elif state is not None and state.running is not None:
        then = Next.GOES_ON
    else:
        then = Next.STARTS_AGAIN
    begun_at, ended_at = _begun_at(state, before), ended.finished_at if ended else None
    return Outlook(run, then, _describe(ended), _describe(before), pod.spec.node_name or "", begun_at, ended_at)


def waits_to_start(message: str) -> bool:
    """Tell whether a refusal (HTTP 400) means that there is no log yet, rather than never."""
    return any(words in message for words in _WAITS)


def is_being_created(message: str) -> bool:
    """Tell whether a refusal (HTTP 400) means that the container will start soon, as far as anyone knows."""
    return message.endswith(_BEING_CREATED)


def _status_of(pod: wire.Pod, container: str) -> wire.ContainerStatus | None:
    statuses = (*(pod.status.container_statuses or ()), *(pod.status.init_container_statuses or ()))
    return next((status for status in statuses if status.name == container), None)


def _begun_at(state: wire.ContainerState | None, before: wire.Terminated | None) -> datetime | None:
    """Tell when the newest run began. While a container waits for its next run, that is the one in `lastState`."""
    if state is None or state.waiting is not None:
        return before.started_at if before else None
    begun = state.running or state.terminated
    return begun.started_at if begun else None


def _restarts(pod: wire.Pod, container: str, ended: wire.Terminated) -> bool:
    """Tell whether the kubelet will start a container again that has ended."""
    if pod.metadata.deletion_timestamp is not None:
        return False
    policy = pod.spec.restart_policy or "Always"
    for spec in pod.spec.init_containers or ():
        if spec.name == container:
            if spec.restart_policy == "Always":
                return True
            return policy != "Never" and bool(ended.exit_code)
    return policy == "Always" or (policy == "OnFailure" and bool(ended.exit_code))


def _describe(ended: wire.Terminated | None) -> str:
    """Say how a run ended: `exited with code 1 (Error) after 1 s`."""
    if ended is None:
        return ""
    how = f"was ended by signal {ended.signal}" if ended.signal else f"exited with code {ended.exit_code or 0}"
    reason = f" ({ended.reason})" if ended.reason else ""
    return f"{how}{reason}{_lasted(ended)}"


def _lasted(ended: wire.Terminated) -> str:
    if ended.started_at is None or ended.finished_at is None:
        return ""
    seconds = max(0, round((ended.finished_at - ended.started_at).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f" after {seconds // length} {unit}"
    return f" after {seconds} s"
