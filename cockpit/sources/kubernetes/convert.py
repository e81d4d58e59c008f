"""From the API's pod to the pod that the panes and rules know."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.health import judge, node_lost, unschedulable
from cockpit.sources.kubernetes.model import Container, Pod, Workload
from cockpit.sources.kubernetes.resources import resources_of
from cockpit.sources.kubernetes.status import Conditions, Summary, conditions_of, summarize

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_STATUS = wire.ContainerStatus(name="")
_NO_STATE = wire.ContainerState()


class JudgedPod(msgspec.Struct, frozen=True, gc=False):
    """A pod, and until when its health holds if nothing is heard of it (None: for ever)."""

    pod: Pod
    until: datetime | None


def convert_pod(pod: wire.Pod, first_restarts: int | None, now: datetime) -> JudgedPod:
    """Build the pod that people look at.

    Args:
        pod: as the API gives it.
        first_restarts: the restarts that it had when this session first saw it; None: it is new.
        now: when it is judged (UTC).
    """
    metadata, status = pod.metadata, pod.status
    conditions = conditions_of(pod)
    summary = summarize(pod, conditions)
    created = metadata.creation_timestamp or _EPOCH
    not_ready_since = _not_ready_since(conditions, summary, created)
    judgement = judge(pod, conditions, summary, not_ready_since, now)
    reason, message = _why(pod, conditions)
    converted = Pod(  # by position: to name them all would take as long as all the rest
        metadata.namespace or "",
        metadata.name or "",
        metadata.uid or "",
        metadata.resource_version or "",
        summary.status,
        judgement.health,
        summary.ready,
        summary.total,
        summary.restarts,
        0 if first_restarts is None else max(0, summary.restarts - first_restarts),
        summary.last_restart,
        created,
        pod.spec.node_name or "",
        status.pod_ip or "",
        workload_of(metadata),
        metadata.labels or {},
        _containers(pod),
        reason,
        message,
        _deleting_since(metadata),
        not_ready_since,
        status.phase in ("Succeeded", "Failed"),
    )
    return JudgedPod(converted, judgement.until)


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


def _containers(pod: wire.Pod) -> tuple[Container, ...]:
    statuses = {container.name: container for container in pod.status.container_statuses or ()}
    containers = [_container(spec, statuses.get(spec.name, _NO_STATUS)) for spec in pod.spec.containers or ()]
    return (*_init_containers(pod), *containers) if pod.spec.init_containers else tuple(containers)


def _init_containers(pod: wire.Pod) -> Iterator[Container]:
    statuses = {container.name: container for container in pod.status.init_container_statuses or ()}
    for spec in pod.spec.init_containers or ():
        sidecar = spec.restart_policy == "Always"
        yield _container(spec, statuses.get(spec.name, _NO_STATUS), init=True, sidecar=sidecar)


def _container(
    spec: wire.ContainerSpec, status: wire.ContainerStatus, *, init: bool = False, sidecar: bool = False
) -> Container:
    state, last = status.state or _NO_STATE, (status.last_state or _NO_STATE).terminated
    waiting, running, terminated = state.waiting, state.running, state.terminated
    told = waiting or terminated
    return Container(  # by position, as the pod
        spec.name,
        spec.image or "",
        bool(status.ready),
        status.restart_count or 0,
        "waiting" if waiting else "running" if running else "terminated" if terminated else "",
        (told.reason or "") if told else "",
        (told.message or "") if told else "",
        (terminated.exit_code or 0) if terminated else None,
        terminated.signal if terminated else None,
        running.started_at if running else terminated.started_at if terminated else None,
        terminated.finished_at if terminated else None,
        (last.reason or "") if last else "",
        (last.message or "") if last else "",
        (last.exit_code or 0) if last else None,
        last.finished_at if last else None,
        init,
        sidecar,
        status.image_id or "",
        resources_of(spec.resources),
    )


def _why(pod: wire.Pod, conditions: Conditions) -> tuple[str, str]:
    """Give reason and message of the pod as a whole."""
    status, gates = pod.status, pod.spec.scheduling_gates
    if status.reason:
        return status.reason, status.message or ""
    unscheduled = unschedulable(conditions)
    if unscheduled is not None:
        return "Unschedulable", unscheduled.message or ""
    if node_lost(conditions):
        return "NodeNotReady", "the containers looked ready when the node stopped answering"
    if gates:
        return "", f"scheduling gate {', '.join(gate.name for gate in gates)}"
    return "", status.message or ""


def _not_ready_since(conditions: Conditions, summary: Summary, created: datetime) -> datetime | None:
    ready = conditions.get("Ready")
    if ready is None:
        return None if summary.ready == summary.total else created
    return None if ready.status == "True" else ready.last_transition_time or created


def _deleting_since(metadata: wire.Metadata) -> datetime | None:
    """Give when the deletion was asked for: the API's time stamp has the grace period added."""
    if metadata.deletion_timestamp is None:
        return None
    return metadata.deletion_timestamp - timedelta(seconds=metadata.deletion_grace_period_seconds or 0)
