"""Workloads as the API gives them: deployments, replica sets, stateful sets, daemon sets, jobs, autoscalers."""

from datetime import datetime

import msgspec

from cockpit.sources.kubernetes.wire_meta import ObjectCondition, ObjectMetadata, Reference, Selector, WireObject
from cockpit.sources.kubernetes.wire_template import Template


class RollingUpdate(WireObject):
    """How pods are replaced by new ones."""

    partition: int | None = None


class UpdateStrategy(WireObject):
    """How a stateful set or daemon set comes to a new revision."""

    type: str | None = None
    rolling_update: RollingUpdate | None = None


class WorkloadSpec(WireObject):
    """What was asked for, of every workload but jobs."""

    replicas: int | None = None
    paused: bool | None = None
    selector: Selector | None = None
    template: Template | None = None
    update_strategy: UpdateStrategy | None = None


class WorkloadStatus(WireObject):
    """What is the case, of deployments, replica sets and stateful sets. A count of zero is absent."""

    replicas: int | None = None
    updated_replicas: int | None = None
    ready_replicas: int | None = None
    available_replicas: int | None = None
    observed_generation: int | None = None
    current_revision: str | None = None
    update_revision: str | None = None
    conditions: list[ObjectCondition] | None = None


class ScaledWorkload(WireObject):
    """A deployment, replica set or stateful set."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: WorkloadSpec = msgspec.field(default_factory=WorkloadSpec)
    status: WorkloadStatus = msgspec.field(default_factory=WorkloadStatus)


class DaemonSetStatus(WireObject):
    """What is the case."""

    desired_number_scheduled: int | None = None
    current_number_scheduled: int | None = None
    number_ready: int | None = None
    number_available: int | None = None
    number_misscheduled: int | None = None
    updated_number_scheduled: int | None = None
    observed_generation: int | None = None
    conditions: list[ObjectCondition] | None = None


class DaemonSet(WireObject):
    """A daemon set."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: WorkloadSpec = msgspec.field(default_factory=WorkloadSpec)
    status: DaemonSetStatus = msgspec.field(default_factory=DaemonSetStatus)


class JobSpec(WireObject):
    """What was asked for."""

    completions: int | None = None
    parallelism: int | None = None
    backoff_limit: int | None = None
    suspend: bool | None = None


class JobStatus(WireObject):
    """What is the case."""

    active: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    start_time: datetime | None = None
    completion_time: datetime | None = None
    conditions: list[ObjectCondition] | None = None


class Job(WireObject):
    """A job."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: JobSpec = msgspec.field(default_factory=JobSpec)
    status: JobStatus = msgspec.field(default_factory=JobStatus)


class MetricAmount(WireObject):
    """How much there is of a metric, or should be."""

    average_utilization: int | None = None
    average_value: str | None = None
    value: str | None = None


class MetricIdentity(WireObject):
    """A metric that does not come from the metrics API."""

    name: str | None = None


class MetricSource(WireObject):
    """A metric of any type: its name, and what it should be or is."""

    name: str | None = None
    container: str | None = None
    metric: MetricIdentity | None = None
    target: MetricAmount | None = None
    current: MetricAmount | None = None


class Metric(WireObject):
    """A metric that an autoscaler goes by, or its present amount."""

    type: str | None = None
    resource: MetricSource | None = None
    container_resource: MetricSource | None = None
    pods: MetricSource | None = None
    object: MetricSource | None = None
    external: MetricSource | None = None


class AutoscalerSpec(WireObject):
    """What was asked for."""

    scale_target_ref: Reference | None = None
    min_replicas: int | None = None
    max_replicas: int | None = None
    metrics: list[Metric] | None = None


class AutoscalerStatus(WireObject):
    """What is the case."""

    current_replicas: int | None = None
    desired_replicas: int | None = None
    last_scale_time: datetime | None = None
    current_metrics: list[Metric] | None = None
    conditions: list[ObjectCondition] | None = None


class Autoscaler(WireObject):
    """A horizontal pod autoscaler (autoscaling/v2)."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: AutoscalerSpec = msgspec.field(default_factory=AutoscalerSpec)
    status: AutoscalerStatus = msgspec.field(default_factory=AutoscalerStatus)
