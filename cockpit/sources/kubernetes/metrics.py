"""What the pods of a scope and the nodes use now, as `kubectl top` shows it."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.api_errors import ApiError
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.model import METRICS, NODE_METRICS, NodeUsage, PodUsage, Usage
from cockpit.sources.kubernetes.paging import pages
from cockpit.sources.kubernetes.quantity import millicores, whole_bytes
from cockpit.threads import call_in_thread

T = TypeVar("T")

_API = "/apis/metrics.k8s.io/v1beta1"
_NOT_INSTALLED = (404, 503)
"""An unknown API group is 404; one whose server does not run is 503."""


class MetricsSource:
    """Reads the metrics API once a stream.

    That API has no watch, and its numbers are averages over 15 to 60 seconds: a feed polls it every 30 seconds.
    """

    name = METRICS

    def __init__(self, cluster: Cluster, namespace: str | None = None) -> None:
        """Prepare to read the usage of the pods of `namespace` (None: of all namespaces)."""
        self._cluster = cluster
        scope = f"/namespaces/{namespace}" if namespace else ""
        self._path = f"{_API}{scope}/pods"

    async def stream(self) -> AsyncIterator[PodUsage]:
        """Yield the newest numbers, once.

        Raises:
            SourceError: the metrics API is not installed, or cannot be read.
        """
        yield await call_in_thread(self._read)

    def _read(self) -> PodUsage:
        usage: dict[str, Usage] = {}
        for pod in _measured(self._cluster, self._path, wire.METRICS_PAGE_DECODER):
            used = [container.usage or {} for container in pod.containers or ()]
            usage[f"{pod.metadata.namespace}/{pod.metadata.name}"] = _sum(used)
        return PodUsage(usage)


class NodeMetricsSource:
    """Reads from the metrics API what the nodes use, once a stream."""

    name = NODE_METRICS

    def __init__(self, cluster: Cluster) -> None:
        """Prepare to read the usage of all nodes."""
        self._cluster = cluster

    async def stream(self) -> AsyncIterator[NodeUsage]:
        """Yield the newest numbers, once.

        Raises:
            SourceError: the metrics API is not installed, or cannot be read.
        """
        yield await call_in_thread(self._read)

    def _read(self) -> NodeUsage:
        nodes = _measured(self._cluster, f"{_API}/nodes", wire.NODE_METRICS_PAGE_DECODER)
        return NodeUsage({node.metadata.name or "": _sum([node.usage or {}]) for node in nodes})


def _measured(cluster: Cluster, path: str, decoder: "msgspec.json.Decoder[wire.Page[T]]") -> Iterator[T]:
    """Read a list of the metrics API.

    Raises:
        SourceError: the metrics API is not installed, or cannot be read.
    """
    try:
        for page in pages(cluster, path, decoder):
            yield from page.items or ()
    except ApiError as error:
        if error.status in _NOT_INSTALLED:
            message = "the metrics API is not installed"
            remedy = cluster.kubectl.command("get apiservice v1beta1.metrics.k8s.io")
            raise SourceError(TroubleKind.MISSING, message, remedy) from error
        raise


def _sum(used: Iterable[Mapping[str, str]]) -> Usage:
    """Add quantities up.

    Raises:
        SourceError: one of them is none.
    """
    amounts = list(used)
    try:
        return Usage(
            cpu_millicores=sum(millicores(usage.get("cpu", "0")) for usage in amounts),
            memory_bytes=sum(whole_bytes(usage.get("memory", "0")) for usage in amounts),
        )
    except ValueError as error:
        raise SourceError(TroubleKind.MALFORMED, f"the metrics API: {error}") from error
