"""The kinds that are watched beside pods: where the API has them, and how they are read. Secrets are not among them."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from cockpit.sources.kubernetes import convert_cluster, convert_network, convert_workloads, kind_names, objects
from cockpit.sources.kubernetes import wire_cluster as cluster
from cockpit.sources.kubernetes import wire_network as network
from cockpit.sources.kubernetes import wire_workloads as workloads
from cockpit.sources.kubernetes.convert_autoscaler import autoscaler_of
from cockpit.sources.kubernetes.list_watch import ApiObject
from cockpit.sources.kubernetes.objects_source import WatchedKind, WithMeta
from cockpit.sources.kubernetes.wire import Page

Raw = TypeVar("Raw", bound=ApiObject)
T = TypeVar("T", bound=WithMeta)

EVENTS_KEPT = 20_000
"""The server forgets events after an hour; a noisy cluster of 5,000 pods tells some thousands an hour."""


def _kind(
    name: str,
    path: str,
    raw: type[Raw],
    convert: Callable[[Raw], T],
    *,
    namespaced: bool = True,
    keep: int = 0,
) -> WatchedKind[Raw, T]:
    return WatchedKind(
        name=name,
        path=path,
        plural=name.rpartition("/")[2],
        namespaced=namespaced,
        object_decoder=msgspec.json.Decoder(raw),
        page_decoder=msgspec.json.Decoder(Page[raw]),  # type: ignore[valid-type]
        convert=convert,
        keep=keep,
    )


def node_events_kind() -> WatchedKind[cluster.Event, objects.Event]:
    """Describe the events about nodes."""
    events = _kind(kind_names.EVENTS, "/api/v1", cluster.Event, convert_cluster.event_of, keep=EVENTS_KEPT)
    return events._replace(name=kind_names.NODE_EVENTS, chosen="involvedObject.kind=Node")


def watched_kinds() -> tuple[WatchedKind[Any, Any], ...]:
    """Describe every kind, in the order of `kind_names.KIND_READINGS`: what explains most incidents comes first."""
    scaled = workloads.ScaledWorkload
    return (
        _kind(kind_names.DEPLOYMENTS, "/apis/apps/v1", scaled, convert_workloads.deployment_of),
        _kind(kind_names.REPLICA_SETS, "/apis/apps/v1", scaled, convert_workloads.replica_set_of),
        _kind(kind_names.EVENTS, "/api/v1", cluster.Event, convert_cluster.event_of, keep=EVENTS_KEPT),
        _kind(kind_names.NODES, "/api/v1", cluster.Node, convert_cluster.node_of, namespaced=False),
        _kind(kind_names.STATEFUL_SETS, "/apis/apps/v1", scaled, convert_workloads.stateful_set_of),
        _kind(kind_names.DAEMON_SETS, "/apis/apps/v1", workloads.DaemonSet, convert_workloads.daemon_set_of),
        _kind(kind_names.JOBS, "/apis/batch/v1", workloads.Job, convert_workloads.job_of),
        _kind(kind_names.SERVICES, "/api/v1", network.Service, convert_network.service_of),
        _kind(
            kind_names.ENDPOINT_SLICES,
            "/apis/discovery.k8s.io/v1",
            network.EndpointSlice,
            convert_network.endpoint_slice_of,
        ),
        _kind(kind_names.INGRESSES, "/apis/networking.k8s.io/v1", network.Ingress, convert_network.ingress_of),
        _kind(kind_names.AUTOSCALERS, "/apis/autoscaling/v2", workloads.Autoscaler, autoscaler_of),
        _kind(kind_names.VOLUME_CLAIMS, "/api/v1", cluster.VolumeClaim, convert_cluster.volume_claim_of),
        _kind(kind_names.CERTIFICATES, "/apis/cert-manager.io/v1", cluster.Certificate, convert_cluster.certificate_of),
    )
