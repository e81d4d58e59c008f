"""Kinds that are listed when a person asks for them, and not watched: they explain incidents now and then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from cockpit.sources.kubernetes.objects import Meta


class ListedKind(NamedTuple):
    """What must be known of a kind to list it."""

    kind: str
    """Such as `Secret`."""
    path: str
    """Of the API's group and version, such as `/api/v1`."""
    plural: str
    namespaced: bool = True
    """False: its objects belong to the whole cluster."""
    metadata_only: bool = False
    """What its objects hold is not asked for."""

    @property
    def name(self) -> str:
        """Name of the reading, such as `kubernetes/secrets`."""
        return f"kubernetes/{self.plural}"

    def path_in(self, namespace: str | None) -> str:
        """Give the path of the objects in a namespace (None: in all)."""
        scope = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{self.path}{scope}/{self.plural}"


SECRETS = ListedKind("Secret", "/api/v1", "secrets", metadata_only=True)
CONFIG_MAPS = ListedKind("ConfigMap", "/api/v1", "configmaps", metadata_only=True)
NETWORK_POLICIES = ListedKind("NetworkPolicy", "/apis/networking.k8s.io/v1", "networkpolicies")
CRON_JOBS = ListedKind("CronJob", "/apis/batch/v1", "cronjobs")
QUOTAS = ListedKind("ResourceQuota", "/api/v1", "resourcequotas")
DISRUPTION_BUDGETS = ListedKind("PodDisruptionBudget", "/apis/policy/v1", "poddisruptionbudgets")
VOLUMES = ListedKind("PersistentVolume", "/api/v1", "persistentvolumes", namespaced=False)
NAMESPACES = ListedKind("Namespace", "/api/v1", "namespaces", namespaced=False)

LISTED_KINDS = (
    SECRETS,
    CONFIG_MAPS,
    NETWORK_POLICIES,
    CRON_JOBS,
    QUOTAS,
    DISRUPTION_BUDGETS,
    VOLUMES,
    NAMESPACES,
)


class Listed(msgspec.Struct, frozen=True, gc=False):
    """An object of one of these kinds."""

    meta: Meta
    """Without annotations, owner and generation."""
    changed_at: datetime
    """When it was last written, its status left aside (metadata.managedFields), or else when it was made."""
    changed_by: str = ""
    """The program that wrote it then, such as `kubectl-edit`; empty where the server does not tell."""
    spec: Mapping[str, Any] = {}
    """As the API gives it; empty where the metadata alone was asked for."""
    status: Mapping[str, Any] = {}
