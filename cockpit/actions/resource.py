"""The kinds that actions touch: where the API has them, and what kubectl calls them."""

from collections.abc import Mapping
from typing import Final

import msgspec

STATUS: Final = "status"
"""The subresource that holds what is the case."""


class Resource(msgspec.Struct, frozen=True):
    """One kind of the API."""

    group: str
    """Empty for the core group."""
    plural: str
    short: str
    """As kubectl calls it: `deployment` in `deployment/api`."""
    namespaced: bool = True
    version: str = "v1"

    def path(self, namespace: str, name: str = "", subresource: str = "") -> str:
        """Give the path of one object, of its subresource, or of all of the kind in a namespace (empty: in all)."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        scope = f"namespaces/{namespace}" if self.namespaced and namespace else ""
        return "/".join(part for part in (root, scope, self.plural, name, subresource) if part)


RESOURCES: Final[Mapping[str, Resource]] = {
    "Deployment": Resource("apps", "deployments", "deployment"),
    "StatefulSet": Resource("apps", "statefulsets", "statefulset"),
    "DaemonSet": Resource("apps", "daemonsets", "daemonset"),
    "ReplicaSet": Resource("apps", "replicasets", "replicaset"),
    "Pod": Resource("", "pods", "pod"),
    "Node": Resource("", "nodes", "node", namespaced=False),
    "HorizontalPodAutoscaler": Resource("autoscaling", "horizontalpodautoscalers", "hpa", version="v2"),
    "Certificate": Resource("cert-manager.io", "certificates", "certificate"),
}
"""By kind."""


class Ref(msgspec.Struct, frozen=True):
    """An object as somebody points at it."""

    kind: str
    name: str
    namespace: str = ""
    uid: str = ""
    """As the screen showed it; empty: whichever has the name."""

    @property
    def resource(self) -> Resource:
        """Where the API has the kind.

        Raises:
            KeyError: no action touches this kind.
        """
        return RESOURCES[self.kind]

    @property
    def path(self) -> str:
        """Where the API has the object."""
        return self.resource.path(self.namespace, self.name)

    def __str__(self) -> str:
        """Write it as kubectl does: `deployment/api`; so also what is in no cluster: `backend/4711`."""
        short = self.resource.short if self.kind in RESOURCES else self.kind.lower()
        return f"{short}/{self.name}"
