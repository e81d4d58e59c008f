"""What is wrong with workloads as a whole: pods that cannot be created, and rollouts that do not go on."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import takewhile

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.explanation import event_evidence
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.revisions import belongs, newest
from cockpit.diagnosis.view import View, pod_ref
from cockpit.diagnosis.wording import LONGEST_READ, counted, one_line
from cockpit.sources.kubernetes.kind_names import DAEMON_SETS, DEPLOYMENTS, JOBS, REPLICA_SETS, STATEFUL_SETS
from cockpit.sources.kubernetes.model import SCHEDULING_GATED
from cockpit.sources.kubernetes.objects import DaemonSet, Deployment, Event, Job, ObjectRef, ReplicaSet, StatefulSet
from cockpit.sources.kubernetes.rollout import RolloutState, condition, rollout_of

_READINGS = {"Deployment": DEPLOYMENTS, "StatefulSet": STATEFUL_SETS, "DaemonSet": DAEMON_SETS}
_QUOTA = re.compile(r"exceeded quota: ([\w.-]{1,253}), requested: (.{1,300}?), used: (.{1,300}?), limited: (.{1,300})")
_WEBHOOK = re.compile(r"admission webhook \"([^\"]{1,253})\" denied the request:? ?(.*)")
_CREATING = re.compile(
    r"^(?:\(combined from similar events\): )?(?:Error creating: |create Pod \S+ in \S+ \S+ failed error: )?"
    r"(?:pods \"[^\"]{1,253}\" is forbidden: )?"
)


def problems(view: View) -> Iterator[Problem]:
    """Find the workloads whose pods cannot be created, and those whose rollout is stuck."""
    for replica_set in view.replica_sets.values():
        owner = replica_set.meta.owner
        if (owner is None or owner.kind != "Deployment") and replica_set.replicas < replica_set.desired:
            yield from _not_created("ReplicaSet", replica_set, REPLICA_SETS, view)
    for deployment in view.deployments.values():
        if deployment.meta.deleting_since is not None:
            continue
        yield from _not_created("Deployment", deployment, DEPLOYMENTS, view)
        yield from _stuck(deployment, view)
    for stateful_set in view.stateful_sets.values():
        yield from _of_set("StatefulSet", stateful_set, view)
    for daemon_set in view.daemon_sets.values():
        yield from _of_set("DaemonSet", daemon_set, view)
    yield from _jobs_not_begun(view)


def refusal(message: str) -> str:
    """Say why a pod cannot be created, from what the API server answers to its controller."""
    message = " ".join(message[:LONGEST_READ].split())
    if match := _QUOTA.search(message):
        return one_line(f"quota {match[1]} is used up: {match[4]} allowed, {match[3]} used, {match[2]} asked for")
    if match := _WEBHOOK.search(message):
        return one_line(f"admission webhook {match[1]} denies it" + (f": {match[2]}" if match[2] else ""))
    return one_line(_CREATING.sub("", message, count=1))


def _not_created(
    kind: str, workload: Deployment | ReplicaSet | StatefulSet | DaemonSet | Job, reading: str, view: View
) -> Iterator[Problem]:
    subject = ObjectRef(kind, workload.meta.namespace, workload.meta.name)
    failure = condition(workload.conditions, "ReplicaFailure")
    failed = failure is not None and failure.status == "True"
    wanted, present = _counts(workload)
    lacking = max(0, wanted - present)
    if not failed and not (lacking and not isinstance(workload, Deployment)):
        return
    owner = newest(subject, view) if kind == "Deployment" else None
    about = ObjectRef("ReplicaSet", owner.meta.namespace, owner.meta.name) if owner else subject
    events = view.events(about, "FailedCreate", "SuccessfulCreate", uid=owner.meta.uid if owner else workload.meta.uid)
    if not failed and (not events or events[0].reason != "FailedCreate"):
        return  # the next pod is only not its turn yet
    since = failure.since if failed and failure is not None else _refused_since(events)
    events = [event for event in events if event.reason == "FailedCreate"]
    message = failure.message if failed and failure is not None else events[0].message
    told: tuple[Evidence, ...] = ()
    if failed and failure is not None:
        told = (Evidence(reading, workload.meta.key, f"{failure.reason}: {one_line(failure.message)}"),)
    what = f"{lacking} of {counted(wanted, 'pod')}" if lacking else "further pods"
    yield Problem(
        cause=Cause.NOT_CREATED,
        key=f"workloads/{Cause.NOT_CREATED}/{subject.namespace}/{kind}/{subject.name}",
        severity=FindingSeverity.WRONG,
        subject=subject,
        name=view.name(subject),
        what=f"{what} cannot be created",
        why=refusal(message),
        evidence=(*told, *(event_evidence(event) for event in events[:1])),
        since=since,
    )


def _refused_since(events: Sequence[Event]) -> datetime | None:
    """Tell since when no pod could be created: each refusal has an event of its own, for it names a pod."""
    refused = takewhile(lambda event: event.reason == "FailedCreate", events)
    return min((event.first_at for event in refused if event.first_at is not None), default=None)


def _counts(workload: Deployment | ReplicaSet | StatefulSet | DaemonSet | Job) -> tuple[int, int]:
    """Give how many pods a workload wants at present, and how many there are."""
    if isinstance(workload, Job):
        return min(workload.parallelism, workload.completions - workload.succeeded), workload.active
    return workload.desired, workload.scheduled if isinstance(workload, DaemonSet) else workload.replicas


def _jobs_not_begun(view: View) -> Iterator[Problem]:
    """Find the jobs whose pods cannot be created; those of one cron job pile up, and the first of them tells."""
    told: set[tuple[str, str]] = set()
    for job in sorted(view.jobs.values(), key=lambda each: (each.meta.created, each.meta.key)):
        cron_job = (job.meta.namespace, job.meta.owner.name) if job.meta.owner is not None else None
        if job.suspended or job.finished_at is not None or job.meta.deleting_since is not None or cron_job in told:
            continue
        for problem in _not_created("Job", job, JOBS, view):
            yield problem
            told |= {cron_job} if cron_job is not None else set()


def _stuck(deployment: Deployment, view: View) -> Iterator[Problem]:
    subject = ObjectRef("Deployment", deployment.meta.namespace, deployment.meta.name)
    state, waits_for = rollout_of(deployment)
    progressing = condition(deployment.conditions, "Progressing")
    if state is RolloutState.STUCK:
        what = "its rollout is stuck"
    elif state is RolloutState.PAUSED and deployment.updated < deployment.desired:
        what = "its rollout is paused"
    else:
        return
    told = one_line(progressing.message) if progressing is not None else ""
    serves = deployment.available >= deployment.desired or state is RolloutState.PAUSED
    yield Problem(
        cause=Cause.ROLLOUT_STUCK,
        key=f"workloads/{Cause.ROLLOUT_STUCK}/{subject.namespace}/Deployment/{subject.name}",
        severity=FindingSeverity.DOUBTFUL if serves else FindingSeverity.WRONG,
        subject=subject,
        name=view.name(subject),
        what=what,
        why="; ".join(filter(None, (waits_for, _gates(subject, view)))),
        evidence=(Evidence(DEPLOYMENTS, deployment.meta.key, told or waits_for),),
        since=progressing.since if progressing is not None else None,
    )


def _of_set(kind: str, workload: StatefulSet | DaemonSet, view: View) -> Iterator[Problem]:
    """Find a stateful or daemon set that stands still: they have no deadline, so the age of the newest pod tells.

    One whose pods are all ready is not stuck: it waits by its own wish (partition, OnDelete).
    """
    subject = ObjectRef(kind, workload.meta.namespace, workload.meta.name)
    if workload.meta.deleting_since is not None:
        return
    yield from _not_created(kind, workload, _READINGS[kind], view)
    wanted = workload.desired - workload.left_alone
    behind = workload.updated < wanted and workload.ready < workload.desired
    if not behind or (isinstance(workload, StatefulSet) and workload.current_revision == workload.update_revision):
        return
    pods = view.pods_by_workload.get(subject, ())
    moved = max((pod.created for pod in pods), default=workload.meta.created)
    if view.now - moved < view.policy.rollout:
        return
    old = [pod for pod in pods if pod.not_ready_since is not None]
    told = f"{workload.updated} of {wanted} updated, {workload.ready} ready"
    yield Problem(
        cause=Cause.ROLLOUT_STUCK,
        key=f"workloads/{Cause.ROLLOUT_STUCK}/{subject.namespace}/{kind}/{subject.name}",
        severity=FindingSeverity.WRONG,
        subject=subject,
        name=view.name(subject),
        what="its rollout does not go on",
        why="; ".join(filter(None, (told, _gates(subject, view)))),
        evidence=(Evidence(_READINGS[kind], workload.meta.key, told),),
        since=moved,
        objects=tuple(pod_ref(pod) for pod in old[:3]),
    )


def _gates(subject: ObjectRef, view: View) -> str:
    """Say that pods of a workload wait until somebody takes their scheduling gates away; empty when none does."""
    gated = [pod for pod in view.pods_by_workload.get(subject, ()) if pod.status == SCHEDULING_GATED]
    if not gated:
        return ""
    verb = "waits" if len(gated) == 1 else "wait"
    return f"{counted(len(gated), 'pod')} {verb} for {one_line(gated[0].message) or 'a scheduling gate'}"


def still_serving(problem: Problem, view: View) -> str:
    """Say that an older revision serves on while the pods of the newest are in trouble; empty when none does."""
    replica_set = newest(problem.subject, view)
    if replica_set is None or not problem.pods or not all(belongs(pod, replica_set) for pod in problem.pods):
        return ""
    older = [
        each
        for each in view.revisions(problem.subject)
        if each.ready and each.desired and each.revision < replica_set.revision
    ]
    if not older:
        return ""
    return f"revision {older[-1].revision} serves on with {counted(older[-1].ready, 'pod')}"
