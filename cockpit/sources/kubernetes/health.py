"""How worried a pod should make its reader.

The rule, worst first:

- WRONG: the pod failed or its node is lost; it cannot be scheduled; a container waits for another reason than being
  created (CrashLoopBackOff, ImagePullBackOff, CreateContainerConfigError, …) or ended with an error; or it runs, but
  has begun less than a minute ago after three or more restarts, the last by an error within ten minutes: a crash loop
  between two attempts.
- DOUBTFUL: restarted within ten minutes; not ready for more than a minute while running; pending for more than five
  minutes; still there a minute after its deletion should have been over.
- CHANGING: pending, starting, terminating.
- DONE: succeeded. WELL: all else.

Restarts and starts grow old, so a judgement says until when it holds. `PodsSource` judges a pod when it is listed,
when the API tells of a change, and again when its judgement has run out.
"""

from datetime import datetime, timedelta

import msgspec

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.model import Health
from cockpit.sources.kubernetes.status import Conditions, Summary, is_true

RESTARTED_LATELY = timedelta(minutes=10)
"""As long as the kubelet remembers a crash: a container that has run for so long starts without back-off again."""
START = timedelta(seconds=60)
PENDING = timedelta(minutes=5)
"""Pulling a large image or attaching a volume may take minutes."""
DELETION = timedelta(seconds=60)
CRASH_LOOP_RESTARTS = 3

_BEING_CREATED = frozenset(("", "ContainerCreating", "PodInitializing"))


class Judgement(msgspec.Struct, frozen=True, gc=False):
    """A health, and when to judge again even if nothing is heard of the pod (None: never)."""

    health: Health
    until: datetime | None = None


_WELL = Judgement(Health.WELL)


def judge(
    pod: wire.Pod, conditions: Conditions, summary: Summary, not_ready_since: datetime | None, now: datetime
) -> Judgement:
    """Judge a pod at the time `now` (UTC) by the rule of this module."""
    certain = _certain(pod, conditions, summary)
    if certain is not None:
        return Judgement(certain)
    if pod.metadata.deletion_timestamp is not None:
        return _until(pod.metadata.deletion_timestamp + DELETION, now, Health.CHANGING, Health.DOUBTFUL)
    if summary.last_restart is not None and now < summary.last_restart + RESTARTED_LATELY:
        return _after_restart(pod, summary, summary.last_restart, now)
    if not_ready_since is None:
        return _WELL
    if pod.status.phase == "Running":
        begun = max([not_ready_since, *_starts(pod)])
        return _until(begun + START, now, Health.CHANGING, Health.DOUBTFUL)
    return _until(not_ready_since + PENDING, now, Health.CHANGING, Health.DOUBTFUL)


def unschedulable(conditions: Conditions) -> wire.Condition | None:
    """Find the condition in which the scheduler says that the pod fits nowhere."""
    scheduled = conditions.get("PodScheduled")
    return scheduled if scheduled is not None and scheduled.reason == "Unschedulable" else None


def node_lost(conditions: Conditions) -> bool:
    """Tell whether the pod's node has stopped answering.

    The containers of such a pod still look ready. Only its Ready condition is not, and not because of a readiness gate.
    """
    ready = conditions.get("Ready")
    if ready is None or ready.status == "True" or ready.reason == "ReadinessGatesNotReady":
        return False
    return is_true(conditions, "ContainersReady")


def _certain(pod: wire.Pod, conditions: Conditions, summary: Summary) -> Health | None:
    """Judge what does not depend on the time."""
    phase = pod.status.phase
    if phase == "Succeeded":
        return Health.DONE
    if phase in ("Failed", "Unknown") or summary.status in ("Unknown", "Evicted"):
        return Health.WRONG
    if pod.metadata.deletion_timestamp is not None:
        return None
    return Health.WRONG if unschedulable(conditions) or node_lost(conditions) or _broken(pod) else None


def _broken(pod: wire.Pod) -> bool:
    for container in (*(pod.status.init_container_statuses or ()), *(pod.status.container_statuses or ())):
        if container.ready or container.state is None:
            continue
        waiting, terminated = container.state.waiting, container.state.terminated
        if waiting is not None and (waiting.reason or "") not in _BEING_CREATED:
            return True
        if terminated is not None and terminated.exit_code:
            return True
    return False


def _after_restart(pod: wire.Pod, summary: Summary, last_restart: datetime, now: datetime) -> Judgement:
    begun = max(_starts(pod), default=last_restart)
    if summary.restarts >= CRASH_LOOP_RESTARTS and now < begun + START and _ended_with_error(pod):
        return Judgement(Health.WRONG, begun + START)
    return Judgement(Health.DOUBTFUL, last_restart + RESTARTED_LATELY)


def _ended_with_error(pod: wire.Pod) -> bool:
    ends = [
        container.last_state.terminated for container in pod.status.container_statuses or () if container.last_state
    ]
    return any(end is not None and end.exit_code for end in ends)


def _starts(pod: wire.Pod) -> list[datetime]:
    """List when the running containers began."""
    states = [container.state for container in pod.status.container_statuses or ()]
    return [state.running.started_at for state in states if state and state.running and state.running.started_at]


def _until(moment: datetime, now: datetime, before: Health, after: Health) -> Judgement:
    return Judgement(before, moment) if now < moment else Judgement(after)
