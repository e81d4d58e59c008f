"""Names of the readings of the kinds that are watched beside pods."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DEPLOYMENTS = "kubernetes/deployments"
REPLICA_SETS = "kubernetes/replicasets"
STATEFUL_SETS = "kubernetes/statefulsets"
DAEMON_SETS = "kubernetes/daemonsets"
JOBS = "kubernetes/jobs"
NODES = "kubernetes/nodes"
EVENTS = "kubernetes/events"
NODE_EVENTS = "kubernetes/nodeevents"
"""Those about nodes, where the events of one namespace are read; they belong to the events."""
SERVICES = "kubernetes/services"
ENDPOINT_SLICES = "kubernetes/endpointslices"
INGRESSES = "kubernetes/ingresses"
AUTOSCALERS = "kubernetes/horizontalpodautoscalers"
VOLUME_CLAIMS = "kubernetes/persistentvolumeclaims"
CERTIFICATES = "kubernetes/certificates"

READING_OF_KIND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Deployment": DEPLOYMENTS,
        "ReplicaSet": REPLICA_SETS,
        "Event": EVENTS,
        "Node": NODES,
        "StatefulSet": STATEFUL_SETS,
        "DaemonSet": DAEMON_SETS,
        "Job": JOBS,
        "Service": SERVICES,
        "EndpointSlice": ENDPOINT_SLICES,
        "Ingress": INGRESSES,
        "HorizontalPodAutoscaler": AUTOSCALERS,
        "PersistentVolumeClaim": VOLUME_CLAIMS,
        "Certificate": CERTIFICATES,
    }
)
"""The reading that holds the objects of a kind, in the order in which an incident asks for them."""

KIND_READINGS = tuple(READING_OF_KIND.values())
"""All of them, in that order."""
