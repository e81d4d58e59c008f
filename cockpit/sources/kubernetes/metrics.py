"""What the pods of a scope use now, as `kubectl top pods` shows it."""

from collections.abc import AsyncIterator

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.api_errors import ApiError
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.model import METRICS, PodUsage, Usage
from cockpit.sources.kubernetes.paging import pages
from cockpit.sources.kubernetes.quantity import millicores, whole_bytes
from cockpit.threads import call_in_thread

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
        self._path = f"/apis/metrics.k8s.io/v1beta1{scope}/pods"

    async def stream(self) -> AsyncIterator[PodUsage]:
        """Yield the newest numbers, once.

        Raises:
            SourceError: the metrics API is not installed, or cannot be read.
        """
        yield await call_in_thread(self._read)

    def _read(self) -> PodUsage:
        usage: dict[str, Usage] = {}
        try:
            for page in pages(self._cluster, self._path, wire.METRICS_PAGE_DECODER):
                for pod in page.items or ():
                    usage[f"{pod.metadata.namespace}/{pod.metadata.name}"] = _sum(pod)
        except ApiError as error:
            if error.status in _NOT_INSTALLED:
                message = "the metrics API is not installed"
                remedy = self._cluster.kubectl.command("get apiservice v1beta1.metrics.k8s.io")
                raise SourceError(TroubleKind.MISSING, message, remedy) from error
            raise
        except ValueError as error:
            raise SourceError(TroubleKind.MALFORMED, f"the metrics API: {error}") from error
        return PodUsage(usage)


def _sum(pod: wire.PodMetrics) -> Usage:
    used = [container.usage or {} for container in pod.containers or ()]
    return Usage(
        cpu_millicores=sum(millicores(usage.get("cpu", "0")) for usage in used),
        memory_bytes=sum(whole_bytes(usage.get("memory", "0")) for usage in used),
    )
