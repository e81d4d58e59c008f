"""What one container can notice of the world around it."""

from collections.abc import Mapping

from cockpit.gameday.api.kinds import CERTIFICATES, ENDPOINTS
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.timing import parse_timestamp


class ContainerSurroundings:
    """Looks at the cluster for one run of a container.

    Args:
        cluster: Where it runs.
        namespace: The namespace of its pod.
        environment: Its environment variables.
    """

    def __init__(self, cluster: Cluster, namespace: str, environment: Mapping[str, str]) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._environment = environment

    @property
    def environment(self) -> Mapping[str, str]:
        """Its environment variables, as they were when it started."""
        return self._environment

    def answers(self, service: str) -> bool:
        """Tell whether a service of its namespace has a pod that is ready."""
        endpoints = self._cluster.store.find(ENDPOINTS, self._namespace, service)
        return endpoints is not None and any(subset.get("addresses") for subset in endpoints.obj.get("subsets") or ())

    def has_expired(self, certificate: str) -> bool:
        """Tell whether a certificate of its namespace is past its time."""
        stored = self._cluster.store.find(CERTIFICATES, self._namespace, certificate)
        end = (stored.obj.get("status") or {}).get("notAfter") if stored is not None else None
        return end is not None and parse_timestamp(end) <= self._cluster.pace.now()

    def is_on(self, switch: str) -> bool:
        """Tell whether the scenario has switched something on."""
        return switch in self._cluster.switches
