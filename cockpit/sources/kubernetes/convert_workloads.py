"""From the API's workloads to those that the panes and rules know. A counter that is absent is zero."""

from datetime import datetime

from cockpit.sources.kubernetes import wire_workloads as wire
from cockpit.sources.kubernetes.convert_meta import conditions_of, labels_selected, meta_of, whole_number
from cockpit.sources.kubernetes.convert_template import template_of
from cockpit.sources.kubernetes.objects import DaemonSet, Deployment, Job, ReplicaSet, StatefulSet

REVISION = "deployment.kubernetes.io/revision"
"""Annotation with the number of a Deployment's newest revision, or of the one that a ReplicaSet stands for."""
CHANGE_CAUSE = "kubernetes.io/change-cause"
"""Annotation in which people say why they changed a Deployment."""


def deployment_of(raw: wire.ScaledWorkload) -> Deployment:
    """Convert a Deployment."""
    meta, spec, status = meta_of(raw.metadata), raw.spec, raw.status
    return Deployment(
        meta=meta,
        desired=_desired(spec),
        replicas=status.replicas or 0,
        updated=status.updated_replicas or 0,
        ready=status.ready_replicas or 0,
        available=status.available_replicas or 0,
        observed_generation=status.observed_generation or 0,
        paused=bool(spec.paused),
        revision=whole_number(meta.annotations.get(REVISION)),
        selector=labels_selected(spec.selector),
        template=template_of(spec.template),
        conditions=conditions_of(status.conditions),
    )


def replica_set_of(raw: wire.ScaledWorkload) -> ReplicaSet:
    """Convert a ReplicaSet."""
    meta, spec, status = meta_of(raw.metadata), raw.spec, raw.status
    return ReplicaSet(
        meta=meta,
        desired=_desired(spec),
        replicas=status.replicas or 0,
        ready=status.ready_replicas or 0,
        available=status.available_replicas or 0,
        revision=whole_number(meta.annotations.get(REVISION)),
        change_cause=meta.annotations.get(CHANGE_CAUSE, ""),
        template=template_of(spec.template),
        conditions=conditions_of(status.conditions),
    )


def stateful_set_of(raw: wire.ScaledWorkload) -> StatefulSet:
    """Convert a StatefulSet."""
    spec, status = raw.spec, raw.status
    return StatefulSet(
        meta=meta_of(raw.metadata),
        desired=_desired(spec),
        replicas=status.replicas or 0,
        ready=status.ready_replicas or 0,
        updated=status.updated_replicas or 0,
        available=status.available_replicas or 0,
        observed_generation=status.observed_generation or 0,
        current_revision=status.current_revision or "",
        update_revision=status.update_revision or "",
        selector=labels_selected(spec.selector),
        template=template_of(spec.template),
        conditions=conditions_of(status.conditions),
        left_alone=_left_alone(spec, _desired(spec)),
    )


def daemon_set_of(raw: wire.DaemonSet) -> DaemonSet:
    """Convert a DaemonSet."""
    spec, status = raw.spec, raw.status
    desired = status.desired_number_scheduled or 0
    return DaemonSet(
        meta=meta_of(raw.metadata),
        desired=desired,
        scheduled=status.current_number_scheduled or 0,
        ready=status.number_ready or 0,
        updated=status.updated_number_scheduled or 0,
        available=status.number_available or 0,
        misscheduled=status.number_misscheduled or 0,
        observed_generation=status.observed_generation or 0,
        selector=labels_selected(spec.selector),
        template=template_of(spec.template),
        conditions=conditions_of(status.conditions),
        left_alone=_left_alone(spec, desired),
    )


def job_of(raw: wire.Job) -> Job:
    """Convert a Job. One without completions, which works off a queue, is done when one of its pods is."""
    spec, status = raw.spec, raw.status
    return Job(
        meta=meta_of(raw.metadata),
        completions=_or(spec.completions, 1),
        parallelism=_or(spec.parallelism, 1),
        active=status.active or 0,
        succeeded=status.succeeded or 0,
        failed=status.failed or 0,
        suspended=bool(spec.suspend),
        backoff_limit=_or(spec.backoff_limit, 6),
        started_at=status.start_time,
        finished_at=status.completion_time or _failed_at(status),
        conditions=conditions_of(status.conditions),
    )


def _failed_at(status: wire.JobStatus) -> datetime | None:
    """Give when a job failed for good: the API tells a completion time of those alone that succeeded."""
    for condition in status.conditions or ():
        if condition.type == "Failed" and condition.status == "True":
            return condition.last_transition_time
    return None


def _left_alone(spec: wire.WorkloadSpec, desired: int) -> int:
    """Count the pods that keep their revision until a person deletes them or lowers the partition."""
    strategy = spec.update_strategy or wire.UpdateStrategy()
    if strategy.type == "OnDelete":
        return desired
    return min(desired, (strategy.rolling_update.partition or 0) if strategy.rolling_update else 0)


def _desired(spec: wire.WorkloadSpec) -> int:
    return _or(spec.replicas, 1)


def _or(number: int | None, default: int) -> int:
    return default if number is None else number
