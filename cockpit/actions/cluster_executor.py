"""Does what plans say to the objects of a Kubernetes cluster."""

from typing import TYPE_CHECKING

from cockpit.actions.pace import Carried, Pace
from cockpit.actions.plan import Target
from cockpit.threads import call_in_thread

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.connection import Cluster


class ClusterExecutor:
    """Acts on one cluster, in the context of the kubeconfig that it was opened with."""

    def __init__(self, cluster: "Cluster") -> None:
        """Act on `cluster`."""
        self._cluster = cluster

    async def context(self) -> str:
        """Tell the context of the kubeconfig.

        Raises:
            SourceError: the kubeconfig cannot be read.
        """
        return (await call_in_thread(self._cluster.describe)).context

    async def carry_out(self, target: Target, pace: Pace) -> Carried:
        """Send the change of one target, and tell what became of it."""
        from cockpit.actions.carry_out import carry_out  # noqa: PLC0415  (loads urllib3, which no frame waits for)

        return await carry_out(self._cluster, target, pace)
