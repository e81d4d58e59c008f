"""Services, endpoint slices and ingresses as the API gives them."""

import msgspec

from cockpit.sources.kubernetes.wire_meta import IntOrString, LoadBalancerStatus, ObjectMetadata, Reference, WireObject


class ServicePort(WireObject):
    """A port of a service."""

    port: int | None = None
    name: str | None = None
    protocol: str | None = None
    target_port: IntOrString | None = None
    node_port: int | None = None


class ServiceSpec(WireObject):
    """What was asked for."""

    type: str | None = None
    cluster_ip: str | None = msgspec.field(default=None, name="clusterIP")
    external_name: str | None = None
    selector: dict[str, str] | None = None
    ports: list[ServicePort] | None = None


class Service(WireObject):
    """A service."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: ServiceSpec = msgspec.field(default_factory=ServiceSpec)
    status: LoadBalancerStatus | None = None


class EndpointConditions(WireObject):
    """Whether an endpoint takes requests; null does not mean false."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class Endpoint(WireObject):
    """Where requests go."""

    addresses: list[str] | None = None
    conditions: EndpointConditions | None = None
    target_ref: Reference | None = None
    node_name: str | None = None


class EndpointSlice(WireObject):
    """Some endpoints of a service."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    endpoints: list[Endpoint] | None = None


class BackendPort(WireObject):
    """A port of a service, by name or number."""

    name: str | None = None
    number: int | None = None


class BackendService(WireObject):
    """The service that takes the requests."""

    name: str | None = None
    port: BackendPort | None = None


class Backend(WireObject):
    """Where an ingress sends requests to; null when it is no service."""

    service: BackendService | None = None


class IngressPath(WireObject):
    """Requests to a path."""

    path: str | None = None
    backend: Backend | None = None


class IngressPaths(WireObject):
    """The paths of a host."""

    paths: list[IngressPath] | None = None


class IngressRule(WireObject):
    """Requests to a host."""

    host: str | None = None
    http: IngressPaths | None = None


class IngressTls(WireObject):
    """A certificate for some hosts."""

    secret_name: str | None = None


class IngressSpec(WireObject):
    """What was asked for."""

    ingress_class_name: str | None = None
    default_backend: Backend | None = None
    rules: list[IngressRule] | None = None
    tls: list[IngressTls] | None = None


class Ingress(WireObject):
    """An ingress."""

    metadata: ObjectMetadata = msgspec.field(default_factory=ObjectMetadata)
    spec: IngressSpec = msgspec.field(default_factory=IngressSpec)
    status: LoadBalancerStatus | None = None
