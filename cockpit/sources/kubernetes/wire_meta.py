"""What all watched objects have in common, as the API gives it: metadata, conditions, and numbers that may be names."""

from datetime import datetime

import msgspec

IntOrString = int | str
"""A port or an amount that may be given by name or as a percentage (apimachinery: IntOrString)."""


class WireObject(msgspec.Struct, gc=False, rename="camel"):
    """Options of all Structs of the API: no reference cycles, camelCase names. Every field may be null or absent."""


class OwnerReference(WireObject):
    """One of metadata.ownerReferences."""

    kind: str = ""
    name: str = ""
    uid: str | None = None
    controller: bool | None = None


class ObjectMetadata(WireObject):
    """Metadata of one object."""

    name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    generation: int | None = None
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    deletion_grace_period_seconds: int | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    owner_references: list[OwnerReference] | None = None


class ObjectCondition(WireObject):
    """One of an object's conditions."""

    type: str = ""
    status: str | None = None
    reason: str | None = None
    message: str | None = None
    last_transition_time: datetime | None = None
    last_update_time: datetime | None = None


class Reference(WireObject):
    """Another object, by kind and name."""

    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    uid: str | None = None


class Selector(WireObject):
    """Which pods belong to a workload."""

    match_labels: dict[str, str] | None = None


class LoadBalancerAddress(WireObject):
    """Where a load balancer listens."""

    ip: str | None = None
    hostname: str | None = None


class LoadBalancer(WireObject):
    """The load balancer of a service or an ingress."""

    ingress: list[LoadBalancerAddress] | None = None


class LoadBalancerStatus(WireObject):
    """The status of a service or an ingress."""

    load_balancer: LoadBalancer | None = None
