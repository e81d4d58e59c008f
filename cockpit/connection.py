"""Where the person looks, and how the cluster there is read."""

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.logs.block import LogBlock, LogTarget
from cockpit.sources.feed import Source
from cockpit.sources.kubernetes import model

if TYPE_CHECKING:  # these load the kubernetes package, which the first frame does not wait for
    from cockpit.sources.kubernetes.connection import Cluster
    from cockpit.sources.kubernetes.kubeconfig import ClusterInfo


class Scope(msgspec.Struct, frozen=True):
    """Where the person looks: a context of a kubeconfig, and a namespace."""

    kubeconfig: Path | None = None
    """None: where kubectl would look."""
    context: str | None = None
    """None: the current context of the kubeconfig."""
    namespace: str | None = None
    """None: the namespace of the context; empty: all namespaces."""


def scope_of(config: Config) -> Scope:
    """Tell where to look first."""
    kubernetes = config.kubernetes
    namespace = "" if kubernetes.all_namespaces else kubernetes.namespace
    return Scope(kubernetes.kubeconfig, kubernetes.context, namespace)


PodsNews = Callable[[], AsyncIterator[model.Pods]]
"""Gives all pods, now and whenever something about them has changed."""


class Connection(NamedTuple):
    """A cluster, and how to read it. The sources that are functions take the namespace; empty means all."""

    cluster: "Cluster"
    info: "Source[ClusterInfo]"
    pods: Callable[[str], Source[model.Pods]]
    metrics: Callable[[str], Source[model.PodUsage]]
    follow: Callable[[LogTarget], AsyncIterator[LogBlock]]
    others: Mapping[str, Callable[[str, PodsNews], Source[Any]]] = MappingProxyType({})
    """What is read once the pods are there, by name of the reading and in this order."""
    on_demand: Mapping[str, Callable[[str], Source[Any]]] = MappingProxyType({})
    """What is read only once somebody asks for it, by name of the reading."""


Connect = Callable[[Scope, Config, Clock], Connection]


def connect(scope: Scope, config: Config, clock: Clock) -> Connection:
    """Prepare to read the cluster of `scope`. Loads the kubernetes package, which blocks; no network yet."""
    from cockpit.sources.kubernetes.cluster_source import ClusterSource  # noqa: PLC0415
    from cockpit.sources.kubernetes.connection import Cluster  # noqa: PLC0415
    from cockpit.sources.kubernetes.crash_logs_source import CrashLogsSource  # noqa: PLC0415
    from cockpit.sources.kubernetes.kinds import watched_kinds  # noqa: PLC0415
    from cockpit.sources.kubernetes.listed_kinds import LISTED_KINDS, ListedKind  # noqa: PLC0415
    from cockpit.sources.kubernetes.listed_source import ListedSource  # noqa: PLC0415
    from cockpit.sources.kubernetes.logs import follow  # noqa: PLC0415
    from cockpit.sources.kubernetes.metrics import MetricsSource, NodeMetricsSource  # noqa: PLC0415
    from cockpit.sources.kubernetes.node_events import NodeEventsSource  # noqa: PLC0415
    from cockpit.sources.kubernetes.objects_source import ObjectsSource, WatchedKind  # noqa: PLC0415
    from cockpit.sources.kubernetes.pods import PodsSource  # noqa: PLC0415

    cluster = Cluster(scope.kubeconfig, scope.context, config.aws.profile, clock)

    def objects(kind: WatchedKind[Any, Any], namespace: str, _: PodsNews) -> ObjectsSource[Any, Any]:
        return ObjectsSource(cluster, kind, namespace or None)

    def listed(kind: ListedKind, namespace: str) -> ListedSource:
        return ListedSource(cluster, kind, namespace or None)

    others: dict[str, Callable[[str, PodsNews], Source[Any]]] = {
        kind.name: partial(objects, kind) for kind in watched_kinds()
    }
    others[NodeEventsSource.name] = lambda namespace, _: NodeEventsSource(cluster, namespace or None)
    others[CrashLogsSource.name] = lambda _, pods: CrashLogsSource(cluster, pods, clock)
    on_demand: dict[str, Callable[[str], Source[Any]]] = {kind.name: partial(listed, kind) for kind in LISTED_KINDS}
    on_demand[NodeMetricsSource.name] = lambda _: NodeMetricsSource(cluster)
    return Connection(
        cluster,
        ClusterSource(cluster),
        lambda namespace: PodsSource(cluster, namespace or None, clock),
        lambda namespace: MetricsSource(cluster, namespace or None),
        lambda target: follow(cluster, target, clock=clock),
        others,
        on_demand,
    )
