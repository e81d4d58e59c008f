"""From the API's services, endpoint slices and ingresses to those that the panes and rules know."""

from collections.abc import Iterator

from cockpit.sources.kubernetes import wire_network as wire
from cockpit.sources.kubernetes.convert_meta import addresses_of, meta_of
from cockpit.sources.kubernetes.objects import (
    Endpoint,
    EndpointSlice,
    Ingress,
    IngressRule,
    Service,
    ServicePort,
)

SERVICE_NAME = "kubernetes.io/service-name"
"""Label that tells which service an endpoint slice belongs to."""
INGRESS_CLASS = "kubernetes.io/ingress.class"
"""Annotation that named the class before there was a field for it, and still does in many places."""
_NOTHING_SAID = wire.EndpointConditions()


def service_of(raw: wire.Service) -> Service:
    """Convert a Service. The name that one of type ExternalName stands for is its address."""
    spec = raw.spec
    return Service(
        meta=meta_of(raw.metadata),
        type=spec.type or "ClusterIP",
        cluster_ip=spec.cluster_ip or "",
        selector=spec.selector or {},
        ports=tuple(_service_port(port) for port in spec.ports or ()),
        addresses=(spec.external_name,) if spec.external_name else addresses_of(raw.status),
    )


def endpoint_slice_of(raw: wire.EndpointSlice) -> EndpointSlice:
    """Convert an EndpointSlice."""
    meta = meta_of(raw.metadata)
    endpoints = tuple(_endpoint(endpoint) for endpoint in raw.endpoints or ())
    return EndpointSlice(meta=meta, service=meta.labels.get(SERVICE_NAME, ""), endpoints=endpoints)


def ingress_of(raw: wire.Ingress) -> Ingress:
    """Convert an Ingress. Requests that do not go to a service are left out."""
    meta, spec = meta_of(raw.metadata), raw.spec
    return Ingress(
        meta=meta,
        class_name=spec.ingress_class_name or meta.annotations.get(INGRESS_CLASS, ""),
        rules=tuple(_rules(spec)),
        tls_secrets=tuple(tls.secret_name for tls in spec.tls or () if tls.secret_name),
        addresses=addresses_of(raw.status),
    )


def _service_port(port: wire.ServicePort) -> ServicePort:
    return ServicePort(
        port=port.port or 0,
        name=port.name or "",
        target="" if port.target_port is None else str(port.target_port),
        protocol=port.protocol or "TCP",
        node_port=port.node_port or 0,
    )


def _endpoint(endpoint: wire.Endpoint) -> Endpoint:
    """Convert an endpoint. Where nothing is said it is ready, and serves when it is ready (discovery.k8s.io/v1)."""
    conditions, target = endpoint.conditions or _NOTHING_SAID, endpoint.target_ref
    ready = conditions.ready is not False
    return Endpoint(
        addresses=tuple(endpoint.addresses or ()),
        ready=ready,
        serving=ready if conditions.serving is None else conditions.serving,
        terminating=bool(conditions.terminating),
        pod=(target.name or "") if target is not None and target.kind == "Pod" else "",
        node=endpoint.node_name or "",
    )


def _rules(spec: wire.IngressSpec) -> Iterator[IngressRule]:
    for rule in spec.rules or ():
        for path in (rule.http.paths or ()) if rule.http else ():
            yield from _rule(rule.host or "", path.path or "/", path.backend)
    yield from _rule("", "", spec.default_backend)


def _rule(host: str, path: str, backend: wire.Backend | None) -> Iterator[IngressRule]:
    service = backend.service if backend else None
    if service is not None:
        port = service.port or wire.BackendPort()
        yield IngressRule(host, path, service.name or "", port.name or str(port.number or ""))
