"""What stands beside an object: pods behind a service, services behind an ingress, what a node has given away."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cockpit.sources.kubernetes.asked import asked_by
from cockpit.sources.kubernetes.convert_meta import amount
from cockpit.sources.kubernetes.kind_names import ENDPOINT_SLICES, SERVICES
from cockpit.sources.kubernetes.model import Pod, Pods
from cockpit.sources.kubernetes.objects import Endpoint, EndpointSlice, Objects
from cockpit.sources.kubernetes.quantity import millicores, whole_bytes

_MEBI = 2**20


def requested_lines(node: Mapping[str, Any], pods: Pods | None) -> tuple[str, ...]:
    """Write what the pods on a node ask for and may use, against what it has to give.

    Only the pods of the scope are known; where that is not the whole cluster, it is said.
    """
    if pods is None:
        return ("the pods are not known",)
    name = (node.get("metadata") or {}).get("name")
    here = [pod for pod in pods.pods.values() if pod.node == name and not pod.ended]
    allocatable = (node.get("status") or {}).get("allocatable") or {}
    cpu, memory = amount(millicores, allocatable, "cpu"), amount(whole_bytes, allocatable, "memory")
    scope = f", counting namespace {pods.scope} only" if pods.scope else ""
    cores = _of(_asked(here, "cpu_request"), cpu, 1, "m")
    bytes_ = _of(_asked(here, "memory_request"), memory, _MEBI, "Mi")
    return (
        f"pods    {len(here)} of {allocatable.get('pods', 'unknown')}{scope}",
        f"cpu     {cores}, limits {_asked(here, 'cpu_limit')}m",
        f"memory  {bytes_}, limits {_asked(here, 'memory_limit') // _MEBI}Mi",
    )


def endpoint_lines(
    namespace: str, service: str, pods: Pods | None, objects: Mapping[str, Objects[Any]]
) -> tuple[str, ...]:
    """Write the endpoints of a service, and the pods that they lead to."""
    if ENDPOINT_SLICES not in objects:
        return ("the endpoints are not known",)
    known = pods.pods if pods is not None else {}
    lines = [
        _endpoint(endpoint, known.get(f"{namespace}/{endpoint.pod}"))
        for endpoint in endpoints_of(namespace, service, objects)
    ]
    return tuple(lines) or ("none: requests to this service fail",)


def endpoints_of(namespace: str, service: str, objects: Mapping[str, Objects[Any]]) -> Iterator[Endpoint]:
    """Find the endpoints of a service in its slices."""
    slices: Objects[EndpointSlice] | None = objects.get(ENDPOINT_SLICES)
    for each in slices.objects.values() if slices is not None else ():
        if (each.meta.namespace, each.service) == (namespace, service):
            yield from each.endpoints


def ingress_lines(ingress: Mapping[str, Any], objects: Mapping[str, Objects[Any]]) -> tuple[str, ...]:
    """Write which requests go to which service, and whether anybody answers there."""
    spec, namespace = ingress.get("spec") or {}, (ingress.get("metadata") or {}).get("namespace", "")
    lines = []
    for rule in spec.get("rules") or ():
        for path in (rule.get("http") or {}).get("paths") or ():
            target = _target(path.get("backend") or {}, namespace, objects)
            lines.append(f"{rule.get('host') or '*'}{path.get('path') or '/'} → {target}")
    if spec.get("defaultBackend"):
        lines.append(f"all else → {_target(spec['defaultBackend'], namespace, objects)}")
    return tuple(lines)


def _target(backend: Mapping[str, Any], namespace: str, objects: Mapping[str, Objects[Any]]) -> str:
    service = backend.get("service")
    if not service:
        resource = backend.get("resource") or {}
        return f"{resource.get('kind', 'nothing')} {resource.get('name', '')}".rstrip()
    name, port = service.get("name", ""), service.get("port") or {}
    target = f"service {name}:{port.get('name') or port.get('number') or ''}"
    if SERVICES in objects and f"{namespace}/{name}" not in objects[SERVICES].objects:
        return f"{target}, which does not exist"
    if ENDPOINT_SLICES not in objects:
        return target
    endpoints = list(endpoints_of(namespace, name, objects))
    return f"{target}, {sum(endpoint.ready for endpoint in endpoints)} of {len(endpoints)} endpoints ready"


def _endpoint(endpoint: Endpoint, pod: Pod | None) -> str:
    state = "terminating" if endpoint.terminating else "ready" if endpoint.ready else "not ready"
    leads = f"pod {endpoint.pod}" if endpoint.pod else "no pod"
    status = f" ({pod.status}, {pod.ready}/{pod.total} ready)" if pod is not None else ""
    where = f" on {endpoint.node}" if endpoint.node else ""
    return f"{', '.join(endpoint.addresses)}  {state}  → {leads}{status}{where}"


def _asked(pods: Iterable[Pod], what: str) -> int:
    return sum(asked_by(pod, what) for pod in pods)


def _of(asked: int, whole: int, unit: int, name: str) -> str:
    share = f" ({100 * asked // whole} %)" if whole else ""
    return f"{asked // unit}{name} of {whole // unit}{name}{share}"
