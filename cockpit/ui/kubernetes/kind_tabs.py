"""The kinds that the Kubernetes view shows beside pods, and how each is drawn."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from cockpit.sources.kubernetes import kind_names, objects
from cockpit.sources.kubernetes.listed_kinds import Listed
from cockpit.sources.kubernetes.model import NODE_METRICS, PODS
from cockpit.ui.kubernetes import event_rows, listed_rows, network_rows, node_rows, other_rows, workload_rows
from cockpit.ui.kubernetes.event_list import EventList
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_list import ObjectList, SortedList
from cockpit.ui.kubernetes.object_pages import EVENTS
from cockpit.ui.kubernetes.object_row import ObjectRow
from cockpit.ui.widgets.rows import Column


def _no_note(_: Holdings) -> str:
    return ""


class KindTab(NamedTuple):
    """One kind of objects as a table."""

    title: str
    sources: tuple[str, ...]
    """The readings that it is drawn from; the first decides how far it can be trusted."""
    columns: tuple[Column, ...]
    rows: Callable[[], ObjectList]
    """Makes the list that its rows are kept in."""
    order: str = "worst first"
    opens: str = ""
    """The page on which an object opens; empty: what suits its kind."""
    note: Callable[[Holdings], str] = _no_note
    """What a person has to know about what is shown."""
    asks: str = ""
    """The reading that is taken only once the kind is shown."""

    @property
    def listed(self) -> bool:
        """Whether its objects are listed when it is shown, and not watched."""
        return self.asks == self.sources[0]


def _workloads(held: Holdings, now: datetime) -> list[ObjectRow]:
    workloads = workload_rows.workloads_of(
        held.objects(kind_names.DEPLOYMENTS, objects.Deployment).values(),
        held.objects(kind_names.STATEFUL_SETS, objects.StatefulSet).values(),
        held.objects(kind_names.DAEMON_SETS, objects.DaemonSet).values(),
    )
    replica_sets = held.objects(kind_names.REPLICA_SETS, objects.ReplicaSet).values()
    return workload_rows.workload_rows(workloads, replica_sets, held.pods.values(), now)


def _nodes(held: Holdings, now: datetime) -> list[ObjectRow]:
    nodes = held.objects(kind_names.NODES, objects.Node).values()
    return node_rows.node_rows(nodes, held.pods.values(), held.node_usage, now, all_namespaces=not held.scope)


def _nodes_note(held: Holdings) -> str:
    return f"what {held.scope} alone asks of them would mislead: N, all namespaces" if held.scope else ""


def _services(held: Holdings, now: datetime) -> list[ObjectRow]:
    slices = held.objects(kind_names.ENDPOINT_SLICES, objects.EndpointSlice).values()
    return network_rows.service_rows(held.objects(kind_names.SERVICES, objects.Service).values(), slices, now)


def _ingresses(held: Holdings, now: datetime) -> list[ObjectRow]:
    slices = held.objects(kind_names.ENDPOINT_SLICES, objects.EndpointSlice).values()
    return network_rows.ingress_rows(held.objects(kind_names.INGRESSES, objects.Ingress).values(), slices, now)


def _jobs(held: Holdings, now: datetime) -> list[ObjectRow]:
    return other_rows.job_rows(held.objects(kind_names.JOBS, objects.Job).values(), now)


def _autoscalers(held: Holdings, now: datetime) -> list[ObjectRow]:
    return other_rows.autoscaler_rows(held.objects(kind_names.AUTOSCALERS, objects.Autoscaler).values(), now)


def _claims(held: Holdings, now: datetime) -> list[ObjectRow]:
    return other_rows.claim_rows(held.objects(kind_names.VOLUME_CLAIMS, objects.VolumeClaim).values(), now)


def _certificates(held: Holdings, now: datetime) -> list[ObjectRow]:
    return other_rows.certificate_rows(held.objects(kind_names.CERTIFICATES, objects.Certificate).values(), now)


def _listed(table: listed_rows.ListedTable, held: Holdings, now: datetime) -> list[ObjectRow]:
    return listed_rows.listed_rows(table, held.objects(table.kind.name, Listed).values(), now)


KIND_TABS = (
    KindTab(
        "Workloads",
        (kind_names.DEPLOYMENTS, kind_names.STATEFUL_SETS, kind_names.DAEMON_SETS, kind_names.REPLICA_SETS, PODS),
        workload_rows.COLUMNS,
        partial(SortedList, _workloads),
    ),
    KindTab(
        "Nodes",
        (kind_names.NODES, PODS, NODE_METRICS),
        node_rows.COLUMNS,
        partial(SortedList, _nodes),
        note=_nodes_note,
        asks=NODE_METRICS,
    ),
    KindTab(
        "Services",
        (kind_names.SERVICES, kind_names.ENDPOINT_SLICES),
        network_rows.SERVICE_COLUMNS,
        partial(SortedList, _services),
    ),
    KindTab(
        "Ingresses",
        (kind_names.INGRESSES, kind_names.ENDPOINT_SLICES),
        network_rows.INGRESS_COLUMNS,
        partial(SortedList, _ingresses),
    ),
    KindTab("Jobs", (kind_names.JOBS,), other_rows.JOB_COLUMNS, partial(SortedList, _jobs)),
    KindTab("Autoscalers", (kind_names.AUTOSCALERS,), other_rows.AUTOSCALER_COLUMNS, partial(SortedList, _autoscalers)),
    KindTab("Claims", (kind_names.VOLUME_CLAIMS,), other_rows.CLAIM_COLUMNS, partial(SortedList, _claims)),
    KindTab(
        "Certificates", (kind_names.CERTIFICATES,), other_rows.CERTIFICATE_COLUMNS, partial(SortedList, _certificates)
    ),
    KindTab(
        "Events",
        (kind_names.EVENTS, kind_names.NODE_EVENTS),
        event_rows.COLUMNS,
        EventList,
        order="newest first",
        opens=EVENTS,
    ),
)
"""Those that are watched; the arrows lead through them."""

LISTED_TABS = tuple(
    KindTab(
        table.title,
        (table.kind.name,),
        table.all_columns,
        partial(SortedList, partial(_listed, table)),
        order="newest change first",
        asks=table.kind.name,
    )
    for table in listed_rows.TABLES
)
"""Those that are listed when a person chooses them by name."""
