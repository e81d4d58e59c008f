"""What is wrong with pods: one problem for each workload and cause."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from cockpit.diagnosis import crashes, image_pull, missing, probes, scheduling
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.explanation import Explanation
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.symptoms import ATTEMPT, LOST_READINESS, Symptom, lost_readiness
from cockpit.diagnosis.view import View, pod_ref, workload_of
from cockpit.diagnosis.wording import container_fact, counted, one_line
from cockpit.sources.kubernetes.model import PODS, Health, Pod
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.kubernetes.rollout import condition

MOST_EVIDENCE = 3

_VERBS = {
    Cause.CRASH_LOOP: ("crash-loops", "crash-loop"),
    Cause.OOM: ("runs out of memory (OOMKilled)", "run out of memory (OOMKilled)"),
    Cause.IMAGE_PULL: ("cannot pull {image}", "cannot pull {image}"),
    Cause.CONFIG: ("cannot start", "cannot start"),
    Cause.INIT: ("waits for init container {container}", "wait for init container {container}"),
    Cause.PENDING: ("is pending", "are pending"),
    Cause.FAILED: ("failed", "failed"),
    Cause.EVICTED: ("ended by the cluster ({reason})", "ended by the cluster ({reason})"),
    Cause.NOT_READY: ("is not ready", "are not ready"),
    Cause.RESTARTS: ("restarted {restarts} times", "restarted {restarts} times"),
}
"""What one pod does, and what several do."""
_LEFT_BEHIND = (Cause.FAILED, Cause.EVICTED)
"""Pods that will never run again and stay listed, often long after others have taken their place."""


class _Census:
    """The pods of a workload."""

    def __init__(self, pods: Sequence[Pod]) -> None:
        alive = [pod for pod in pods if pod.health is not Health.DONE and pod.deleting_since is None]
        self.alive = len(alive)
        self.ready = sum(pod.not_ready_since is None for pod in alive)
        self.done = sum(pod.health is Health.DONE for pod in pods)


def problems(view: View) -> Iterator[Problem]:
    """Find what ails pods. Those of lost nodes are told by `nodes`."""
    workloads: dict[tuple[Cause, ObjectRef], list[Symptom]] = defaultdict(list)
    for symptom in _symptoms(view):
        workloads[symptom.cause, workload_of(symptom.pod)].append(symptom)
    for (cause, workload), found in workloads.items():
        census = _Census(view.pods_by_workload[workload])
        if cause is not Cause.FAILED or not _was_replaced(workload, census, view):
            yield problem(cause, workload, found, view)


def _symptoms(view: View) -> Iterator[Symptom]:
    told: set[str] = set()
    for pod in view.pods.values():
        if pod.health is not Health.WELL and (symptom := missing.missing_symptom(pod, view)):
            told.add(pod.key)
            yield symptom
    for symptom in view.symptoms:
        if symptom.pod.key not in told and symptom.cause is not Cause.NODE_LOST:
            yield symptom
    told |= {symptom.pod.key for symptom in view.symptoms}
    yield from (symptom for symptom in _outages(view) if symptom.pod.key not in told)


def _outages(view: View) -> Iterator[Symptom]:
    """Find the workloads of which every pod was ready and none is: to be told that, nobody waits for a slow start.

    That all of several have stopped at once is no chance; a single one may just come back.
    """
    unready = (pod for pod in view.pods.values() if pod.not_ready_since is not None)
    for workload in dict.fromkeys(workload_of(pod) for pod in unready if lost_readiness(pod, view.now)):
        pods = view.pods_by_workload[workload]
        alive = [pod for pod in pods if pod.health is not Health.DONE and pod.deleting_since is None]
        lost = [symptom for pod in alive if (symptom := lost_readiness(pod, view.now))]
        lasts = any(each.since is not None and view.now - each.since > LOST_READINESS for each in lost)
        if len(lost) == len(alive) and (lasts or len(lost) > 1):
            yield from lost


def _was_replaced(workload: ObjectRef, census: _Census, view: View) -> bool:
    """Tell whether a job was tried again and succeeded, or still is going to be."""
    job = view.jobs.get(f"{workload.namespace}/{workload.name}") if workload.kind == "Job" else None
    if job is None:
        return census.done > 0
    complete = condition(job.conditions, "Complete")
    return census.done > 0 or (complete is not None and complete.status == "True")


def problem(cause: Cause, workload: ObjectRef, found: Sequence[Symptom], view: View) -> Problem:
    """Make one problem of what pods of a workload show."""
    census = _Census(view.pods_by_workload[workload])
    explanation = _explain(cause, found, view)
    lone = workload.kind == "Pod"
    total = len(found) if cause in _LEFT_BEHIND else census.alive
    what = ("" if lone else _count(cause, len(found), total)) + _verb(cause, found, view)
    objects = () if lone else tuple(pod_ref(symptom.pod) for symptom in found[:MOST_EVIDENCE])
    return Problem(
        cause=cause,
        key=f"pods/{cause}/{workload.namespace}/{workload.kind}/{workload.name}",
        severity=_severity(cause, found, census, view),
        subject=workload,
        name=view.name(workload),
        what=what + (f", {explanation.detail}" if explanation.detail else ""),
        why=explanation.why,
        evidence=(*_evidence(found), *explanation.evidence),
        since=_since(cause, found, view),
        objects=(*objects, *explanation.objects),
        actions=explanation.actions,
        shared=explanation.shared,
        pods=tuple(symptom.pod for symptom in found),
    )


def _severity(cause: Cause, found: Sequence[Symptom], census: _Census, view: View) -> FindingSeverity:
    """Judge how bad a problem is.

    What is slow, or has been replaced, is doubtful as long as other pods of the workload serve; so is what has happened
    to pods that run again.
    """
    if cause is Cause.RESTARTS:
        return FindingSeverity.DOUBTFUL
    if cause is Cause.PENDING and not any(symptom.pod.reason for symptom in found):
        return FindingSeverity.DOUBTFUL
    if cause is Cause.OOM and all(_runs_again(symptom, view) for symptom in found):
        return FindingSeverity.DOUBTFUL
    if cause in (Cause.NOT_READY, *_LEFT_BEHIND) and census.ready:
        return FindingSeverity.DOUBTFUL
    return FindingSeverity.WRONG


def _runs_again(symptom: Symptom, view: View) -> bool:
    container = symptom.container
    if container is None or container.state != "running":
        return False
    return container.started_at is None or view.now - container.started_at >= ATTEMPT


def _since(cause: Cause, found: Sequence[Symptom], view: View) -> datetime | None:
    """Tell when it began. The kubelet's first event of a crash loop goes before a pod's newest attempt."""
    begins = [symptom.since for symptom in found if symptom.since is not None]
    if cause in (Cause.CRASH_LOOP, Cause.OOM, Cause.INIT):
        backing_off = view.events_of_pods((symptom.pod for symptom in found[:MOST_EVIDENCE]), "BackOff")
        begins.extend(event.first_at for event in backing_off if event.first_at is not None)
    return min(begins, default=None)


def _evidence(found: Sequence[Symptom]) -> tuple[Evidence, ...]:
    return tuple(Evidence(PODS, symptom.pod.key, fact(symptom)) for symptom in found[:MOST_EVIDENCE])


def fact(symptom: Symptom) -> str:
    """Say what one pod shows: `worker: CrashLoopBackOff, exit 1, 8 restarts`."""
    pod, container = symptom.pod, symptom.container
    if container is not None:
        return container_fact(container)
    message = one_line(pod.message)
    return f"{one_line(pod.status)}, {pod.ready}/{pod.total} ready" + (f": {message}" if message else "")


def _count(cause: Cause, count: int, total: int) -> str:
    if cause in _LEFT_BEHIND:
        return f"{counted(count, 'pod')} "
    return f"{count} of {counted(total, 'pod')} "


def _verb(cause: Cause, found: Sequence[Symptom], view: View) -> str:
    first = found[0]
    container = first.container
    if cause is Cause.OOM and all(_runs_again(symptom, view) for symptom in found):
        return "ran out of memory (OOMKilled)"
    return _VERBS[cause][0 if len(found) == 1 else 1].format(
        image=one_line(container.image) if container else "",
        container=one_line(container.name) if container else "",
        reason=one_line(first.pod.reason),
        restarts=first.pod.restarts,
    )


def _explain(cause: Cause, found: Sequence[Symptom], view: View) -> Explanation:
    if cause is Cause.PENDING and not found[0].pod.node:
        return scheduling.explain(found, view)
    explain = _EXPLAIN.get(cause)
    return explain(found, view) if explain else Explanation()


def _explain_end(found: Sequence[Symptom], view: View) -> Explanation:  # noqa: ARG001  (one of several)
    return Explanation(one_line(found[0].pod.message))


_EXPLAIN: Final[Mapping[Cause, Callable[[Sequence[Symptom], View], Explanation]]] = MappingProxyType(
    {
        Cause.CRASH_LOOP: crashes.explain_crash,
        Cause.INIT: crashes.explain_crash,
        Cause.FAILED: crashes.explain_crash,
        Cause.OOM: crashes.explain_out_of_memory,
        Cause.IMAGE_PULL: image_pull.explain,
        Cause.CONFIG: missing.explain_config,
        Cause.PENDING: missing.explain_creation,
        Cause.EVICTED: _explain_end,
        Cause.NOT_READY: probes.explain,
    }
)
