"""Services and ingresses as rows: which pods stand behind them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from cockpit.sources.kubernetes.objects import EndpointSlice, Ingress, ObjectRef, Service, ServicePort
from cockpit.ui.kubernetes.object_row import DOUBTFUL, WELL, WRONG, ObjectRow, tinted
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column

SERVICE_COLUMNS = (
    Column("namespace", "NAMESPACE", 12, importance=2),
    Column("name", "NAME", 20, grows=True),
    Column("endpoints", "ENDPOINTS", 17),
    Column("type", "TYPE", 12, importance=1),
    Column("ports", "PORTS", 18, importance=2),
    Column("address", "ADDRESS", 22, importance=4),
    Column("selector", "SELECTOR", 20, grows=True, importance=3),
    Column("age", "AGE", 5, right=True, importance=1),
)
INGRESS_COLUMNS = (
    Column("namespace", "NAMESPACE", 12, importance=2),
    Column("name", "NAME", 16, grows=True),
    Column("leads", "LEADS TO", 44, grows=True),
    Column("behind", "ENDPOINTS", 17),
    Column("tls", "TLS", 14, importance=3),
    Column("address", "ADDRESS", 22, importance=4),
    Column("age", "AGE", 5, right=True, importance=1),
)

_NO_CLUSTER_IP = "None"


class Behind(NamedTuple):
    """How many endpoints a service has."""

    ready: int = 0
    total: int = 0


def endpoints_of(slices: Iterable[EndpointSlice]) -> Mapping[str, Behind]:
    """Count the endpoints of each service, by `namespace/name`."""
    counted: dict[str, Behind] = defaultdict(Behind)
    for each in slices:
        key = f"{each.meta.namespace}/{each.service}"
        ready = sum(endpoint.ready for endpoint in each.endpoints)
        counted[key] = Behind(counted[key].ready + ready, counted[key].total + len(each.endpoints))
    return counted


def service_rows(services: Iterable[Service], slices: Iterable[EndpointSlice], now: datetime) -> list[ObjectRow]:
    """Draw all services as of `now`."""
    behind = endpoints_of(slices)
    return [_service_row(each, behind.get(each.meta.key, Behind()), now) for each in services]


def ingress_rows(ingresses: Iterable[Ingress], slices: Iterable[EndpointSlice], now: datetime) -> list[ObjectRow]:
    """Draw all ingresses as of `now`."""
    behind = endpoints_of(slices)
    return [_ingress_row(each, behind, now) for each in ingresses]


def _service_row(service: Service, behind: Behind, now: datetime) -> ObjectRow:
    text, worst = _endpoints(behind) if service.selector else ("no selector", WELL)
    if service.type == "ExternalName":
        text, worst = "elsewhere", WELL
    cells = (
        Cell(service.meta.namespace),
        Cell(service.meta.name),
        tinted(text, worst),
        Cell(service.type),
        Cell(", ".join(_port(port) for port in service.ports)),
        Cell(_address(service), "dim"),
        Cell(",".join(f"{name}={value}" for name, value in service.selector.items()), "dim"),
        Cell(age(service.meta.created, now)),
    )
    return ObjectRow(
        ObjectRef("Service", service.meta.namespace, service.meta.name), worst, cells, labels=service.meta.labels
    )


def _address(service: Service) -> str:
    if service.addresses:
        return ", ".join(service.addresses)
    if service.type == "LoadBalancer":
        return "<pending>"
    return "headless" if service.cluster_ip == _NO_CLUSTER_IP else service.cluster_ip


def _ingress_row(ingress: Ingress, behind: Mapping[str, Behind], now: datetime) -> ObjectRow:
    services = dict.fromkeys(rule.service for rule in ingress.rules if rule.service)
    found = {name: behind.get(f"{ingress.meta.namespace}/{name}", Behind()) for name in services}
    poorest = min(found.values(), key=lambda each: (each.ready > 0, each.ready == each.total), default=Behind())
    text, worst = _endpoints(poorest) if found else ("no service", DOUBTFUL)
    cells = (
        Cell(ingress.meta.namespace),
        Cell(ingress.meta.name),
        Cell(", ".join(f"{rule.host or '*'}{rule.path} → {rule.service}:{rule.port}" for rule in ingress.rules)),
        tinted(text, worst),
        Cell(", ".join(ingress.tls_secrets), "dim"),
        Cell(", ".join(ingress.addresses), "dim"),
        Cell(age(ingress.meta.created, now)),
    )
    return ObjectRow(
        ObjectRef("Ingress", ingress.meta.namespace, ingress.meta.name), worst, cells, labels=ingress.meta.labels
    )


def _endpoints(behind: Behind) -> tuple[str, int]:
    if not behind.ready:
        return ("none" if not behind.total else f"none of {behind.total} ready"), WRONG
    if behind.ready < behind.total:
        return f"{behind.ready} of {behind.total} ready", DOUBTFUL
    return f"{behind.ready} ready", WELL


def _port(port: ServicePort) -> str:
    """Write a port as kubectl does, `80:30080` or `53/UDP`, and where it leads: `80→8080`. TCP goes without saying."""
    node_port = f":{port.node_port}" if port.node_port else ""
    protocol = f"/{port.protocol}" if port.protocol != "TCP" else ""
    target = f"→{port.target}" if port.target and port.target != str(port.port) else ""
    return f"{port.port}{node_port}{protocol}{target}"
