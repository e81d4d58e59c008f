"""From the API's pod to the pod that the panes and rules know."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.health import judge, node_lost, unschedulable
from cockpit.sources.kubernetes.model import Container, Pod, Workload
from cockpit.sources.kubernetes.status import summarize

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_STATUS = wire.ContainerStatus(name="")
_NO_STATE = wire.ContainerState()


class JudgedPod(NamedTuple):
    """A pod, and until when its health holds if nothing is heard of it (None: for ever)."""

    pod: Pod
    until: datetime | None


def key_of(pod: wire.Pod) -> str:
    """Give `namespace/name`."""
    return f"{pod.metadata.namespace or ''}/{pod.metadata.name or ''}"


def convert_pod(pod: wire.Pod, first_restarts: int | None, now: datetime) -> JudgedPod:
    """Build the pod that people look at.

    Args:
        pod: as the API gives it.
        first_restarts: the restarts that it had when this session first saw it; None: it is new.
        now: when it is judged (UTC).
    """
    metadata, status = pod.metadata, pod.status
    summary = summarize(pod)
    created = metadata.creation_timestamp or _EPOCH
    not_ready_since = _not_ready_since(pod, summary.ready == summary.total, created)
    health, until = judge(pod, summary, not_ready_since, now)
    reason, message = _why(pod)
    converted = Pod(
        namespace=metadata.namespace or "",
        name=metadata.name or "",
        uid=metadata.uid or "",
        resource_version=metadata.resource_version or "",
        status=summary.status,
        health=health,
        ready=summary.ready,
        total=summary.total,
        restarts=summary.restarts,
        restarts_rise=0 if first_restarts is None else max(0, summary.restarts - first_restarts),
        last_restart=summary.last_restart,
        created=created,
        node=pod.spec.node_name or "",
        ip=status.pod_ip or "",
        workload=workload_of(metadata),
        labels=metadata.labels or {},
        containers=tuple(_containers(pod)),
        reason=reason,
        message=message,
        deleting_since=_deleting_since(metadata),
        not_ready_since=not_ready_since,
    )
    return JudgedPod(converted, until)


def workload_of(metadata: wire.Metadata) -> Workload:
    """Name what owns a pod.

    A ReplicaSet whose name ends in the pod's template hash was made by a Deployment. That a Job was made by a CronJob
    cannot be seen here. The mirror of a static pod is owned by its node, which is no workload.
    """
    owners = metadata.owner_references or ()
    owner = next((owner for owner in owners if owner.controller), owners[0] if owners else None)
    if owner is None or owner.kind == "Node":
        return Workload("Pod", metadata.name or "")
    ending = f"-{(metadata.labels or {}).get('pod-template-hash', '')}"
    if owner.kind == "ReplicaSet" and len(ending) > 1 and owner.name.endswith(ending):
        return Workload("Deployment", owner.name.removesuffix(ending))
    return Workload(owner.kind, owner.name)


def _containers(pod: wire.Pod) -> Iterator[Container]:
    statuses = {container.name: container for container in pod.status.container_statuses or ()}
    init_statuses = {container.name: container for container in pod.status.init_container_statuses or ()}
    for spec in pod.spec.init_containers or ():
        sidecar = spec.restart_policy == "Always"
        yield _container(spec, init_statuses.get(spec.name, _NO_STATUS), init=True, sidecar=sidecar)
    for spec in pod.spec.containers or ():
        yield _container(spec, statuses.get(spec.name, _NO_STATUS))


def _container(
    spec: wire.ContainerSpec, status: wire.ContainerStatus, *, init: bool = False, sidecar: bool = False
) -> Container:
    state, last = status.state or _NO_STATE, (status.last_state or _NO_STATE).terminated
    waiting, running, terminated = state.waiting, state.running, state.terminated
    told = waiting or terminated
    return Container(
        name=spec.name,
        image=spec.image or "",
        ready=bool(status.ready),
        restarts=status.restart_count or 0,
        state="waiting" if waiting else "running" if running else "terminated" if terminated else "",
        reason=(told.reason or "") if told else "",
        message=(told.message or "") if told else "",
        exit_code=(terminated.exit_code or 0) if terminated else None,
        signal=terminated.signal if terminated else None,
        started_at=running.started_at if running else terminated.started_at if terminated else None,
        finished_at=terminated.finished_at if terminated else None,
        last_reason=(last.reason or "") if last else "",
        last_message=(last.message or "") if last else "",
        last_exit_code=(last.exit_code or 0) if last else None,
        last_finished_at=last.finished_at if last else None,
        init=init,
        sidecar=sidecar,
    )


def _why(pod: wire.Pod) -> tuple[str, str]:
    """Give reason and message of the pod as a whole."""
    if pod.status.reason:
        return pod.status.reason, pod.status.message or ""
    unscheduled = unschedulable(pod)
    if unscheduled is not None:
        return "Unschedulable", unscheduled.message or ""
    if node_lost(pod):
        return "NodeNotReady", "the containers looked ready when the node stopped answering"
    return "", pod.status.message or ""


def _not_ready_since(pod: wire.Pod, all_ready: bool, created: datetime) -> datetime | None:
    for condition in pod.status.conditions or ():
        if condition.type == "Ready":
            return None if condition.status == "True" else condition.last_transition_time or created
    return None if all_ready else created


def _deleting_since(metadata: wire.Metadata) -> datetime | None:
    """Give when the deletion was asked for: the API's time stamp has the grace period added."""
    if metadata.deletion_timestamp is None:
        return None
    return metadata.deletion_timestamp - timedelta(seconds=metadata.deletion_grace_period_seconds or 0)
