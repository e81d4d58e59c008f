"""Which cluster is looked at, as a reading."""

from collections.abc import AsyncIterator

from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.kubeconfig import ClusterInfo
from cockpit.sources.kubernetes.model import KUBERNETES
from cockpit.threads import call_in_thread


class ClusterSource:
    """Reads context, namespace, user and server from the kubeconfig, without any network."""

    name = KUBERNETES

    def __init__(self, cluster: Cluster) -> None:
        """Prepare to describe `cluster`."""
        self._cluster = cluster

    async def stream(self) -> AsyncIterator[ClusterInfo]:
        """Yield the description, once.

        Raises:
            SourceError: the kubeconfig cannot be used.
        """
        yield await call_in_thread(self._cluster.describe)
