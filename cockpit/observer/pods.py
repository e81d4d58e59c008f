"""What happened to pods between two readings."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cockpit.observer.observation import Kind, Observation, Weight, before_and_after
from cockpit.sources.kubernetes.model import Container, Health, Pod, Pods

_A_START = timedelta(minutes=1)
"""A pod that was not ready since so soon after it was made has never been: that it becomes ready is no news."""


def pods(before: Pods, after: Pods, at: datetime) -> Iterator[Observation]:
    """Tell restarts, what went wrong or is mended, and readiness that was lost or came back.

    Pods that come and go are no news: their rollout, or their node, is. Nor is what happens to a pod on its way out.
    """
    if not (before.resource_version and after.resource_version):  # half a list knows of no change
        return
    known = before.pods
    for key, pod in after.pods.items():
        was = known.get(key)
        if was is pod or was is None:
            continue
        if was.uid == pod.uid and pod.deleting_since is None:
            yield from _of_pod(was, pod, at)


def _of_pod(was: Pod, pod: Pod, at: datetime) -> Iterator[Observation]:
    subject, data = f"pod {pod.key}", before_and_after(was, pod)
    restarted = pod.restarts > was.restarts
    if restarted:
        culprits = _restarted(was, pod)
        ends = [each.last_finished_at for each in culprits if each.last_finished_at is not None]
        ended = max(ends, default=pod.last_restart)
        what, token = _restart(culprits, pod), f"{pod.uid} restart {pod.restarts}"
        count = pod.restarts - was.restarts
        yield Observation(at, Kind.RESTART, subject, pod.name, what, token, count=count, data=data).dated(ended)
    if pod.status != was.status and Health.WRONG in (was.health, pod.health):
        what, token = f"{was.status} → {pod.status}", f"{pod.uid} {pod.status} {pod.restarts}"
        yield Observation(at, Kind.STATUS, subject, pod.name, what, token, data=data)
    elif not restarted and (readiness := _readiness(was, pod)):
        what, token, since = readiness
        token = f"{pod.uid} {token}"
        yield Observation(at, Kind.READINESS, subject, pod.name, what, token, Weight.MINOR, data=data).dated(since)


def _restarted(was: Pod, pod: Pod) -> list[Container]:
    counted = {container.name: container.restarts for container in was.containers}
    return [each for each in pod.containers if each.restarts > counted.get(each.name, 0)]


def _restart(culprits: list[Container], pod: Pod) -> str:
    """Say which containers were restarted, and why the run before ended."""
    told = []
    for each in culprits:
        exit_code = None if each.last_exit_code is None else f"exit {each.last_exit_code}"
        named = each.name if len(pod.containers) > 1 else None
        told.append(", ".join(filter(None, (named, each.last_reason, exit_code))))
    why = "; ".join(filter(None, told))
    return f"restarted ({why})" if why else "restarted"


def _readiness(was: Pod, pod: Pod) -> tuple[str, str, datetime | None] | None:
    """Say that readiness was lost or came back, by what that is known, and since when, if the pod tells."""
    was_ready, is_ready = was.ready >= was.total, pod.ready >= pod.total
    if was_ready == is_ready or pod.health is Health.DONE:
        return None
    if not is_ready:
        return f"not ready ({pod.ready} of {pod.total})", f"unready {pod.not_ready_since}", pod.not_ready_since
    since = was.not_ready_since
    if since is None or since - pod.created < _A_START:
        return None
    return f"ready ({pod.ready} of {pod.total})", f"ready {since}", None
