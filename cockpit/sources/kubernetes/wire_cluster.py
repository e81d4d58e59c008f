"""Nodes, volume claims, events and certificates as the API gives them."""

from datetime import datetime

import msgspec

from cockpit.sources.kubernetes.wire_meta import ObjectCondition, ObjectMetadata, Reference, WireObject


class Taint(WireObject):
    """What keeps pods away."""

    key: str = ""
    effect: str | None = None
    value: str | None = None


class NodeSpec(WireObject):
    """What was asked for."""

    unschedulable: bool | None = None
    taints: list[Taint] | None = None
    provider_id: str | None = msgspec.field(default=None, name="providerID")


class NodeAddress(WireObject):
    """Where a node is reached."""

    type: str | None = None
    address: str | None = None


class NodeInfo(WireObject):
    """What runs on a node."""

    kubelet_version: str | None = None


class NodeStatus(WireObject):
    """What is the case."""

    allocatable: dict[str, str] | None = None
    conditions: list[ObjectCondition] | None = None
    addresses: list[NodeAddress] | None = None
    node_info: NodeInfo | None = None


class Node(WireObject):
    """A node."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: NodeSpec = msgspec.field(default_factory=NodeSpec)
    status: NodeStatus = msgspec.field(default_factory=NodeStatus)


class StorageRequest(WireObject):
    """How much a claim asks for, in quantities."""

    requests: dict[str, str] | None = None


class VolumeClaimSpec(WireObject):
    """What was asked for."""

    volume_name: str | None = None
    storage_class_name: str | None = None
    resources: StorageRequest | None = None


class VolumeClaimStatus(WireObject):
    """What is the case."""

    phase: str | None = None
    capacity: dict[str, str] | None = None
    conditions: list[ObjectCondition] | None = None


class VolumeClaim(WireObject):
    """A persistent volume claim."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: VolumeClaimSpec = msgspec.field(default_factory=VolumeClaimSpec)
    status: VolumeClaimStatus = msgspec.field(default_factory=VolumeClaimStatus)


class EventSeries(WireObject):
    """An event that came again and again."""

    count: int | None = None
    last_observed_time: datetime | None = None


class EventSource(WireObject):
    """Who told an event, in its older form."""

    component: str | None = None


class Event(WireObject):
    """An event. Older reporters give a count and time stamps, newer ones eventTime and series; the rest is null."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    involved_object: Reference = msgspec.field(default_factory=Reference)
    type: str | None = None
    reason: str | None = None
    message: str | None = None
    count: int | None = None
    first_timestamp: datetime | None = None
    last_timestamp: datetime | None = None
    event_time: datetime | None = None
    series: EventSeries | None = None
    source: EventSource | None = None
    reporting_component: str | None = None


class CertificateSpec(WireObject):
    """What was asked for."""

    secret_name: str | None = None
    common_name: str | None = None
    dns_names: list[str] | None = None
    ip_addresses: list[str] | None = None
    uris: list[str] | None = None
    issuer_ref: Reference | None = None


class CertificateStatus(WireObject):
    """What is the case."""

    not_after: datetime | None = None
    renewal_time: datetime | None = None
    conditions: list[ObjectCondition] | None = None


class Certificate(WireObject):
    """A certificate of cert-manager."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: CertificateSpec = msgspec.field(default_factory=CertificateSpec)
    status: CertificateStatus = msgspec.field(default_factory=CertificateStatus)
