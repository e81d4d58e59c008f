"""What the pages of one object show: its pods, its events, its revisions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cockpit.sources.kubernetes import kind_names, model
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import Deployment, EndpointSlice, Event, ObjectRef, ReplicaSet, Service
from cockpit.ui.kubernetes import pod_rows
from cockpit.ui.kubernetes.event_rows import COLUMNS as EVENT_COLUMNS
from cockpit.ui.kubernetes.event_rows import about_of, event_rows
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_row import DONE, tinted
from cockpit.ui.kubernetes.workload_rows import named_image, pod_figures
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column, Row

PODS, EVENTS, HISTORY, DESCRIBE, YAML = "pods", "events", "history", "describe", "yaml"

HISTORY_COLUMNS = (
    Column("revision", "REV", 4, right=True),
    Column("age", "AGE", 5, right=True),
    Column("pods", "READY", 7, right=True),
    Column("images", "IMAGES", 30, grows=True),
    Column("cause", "CHANGE CAUSE", 20, grows=True, importance=1),
)
POD_COLUMNS = pod_rows.columns(one_namespace=True, metrics=False)

READINGS = {PODS: model.PODS, EVENTS: kind_names.EVENTS, HISTORY: kind_names.REPLICA_SETS}
"""The reading that says how far a page can be trusted."""

_PAGES = {
    "Deployment": (PODS, HISTORY, EVENTS, DESCRIBE, YAML),
    "StatefulSet": (PODS, EVENTS, DESCRIBE, YAML),
    "DaemonSet": (PODS, EVENTS, DESCRIBE, YAML),
    "ReplicaSet": (PODS, EVENTS, DESCRIBE, YAML),
    "Job": (PODS, EVENTS, DESCRIBE, YAML),
    "Service": (PODS, EVENTS, DESCRIBE, YAML),
    "Node": (PODS, EVENTS, DESCRIBE, YAML),
}


class TablePage(NamedTuple):
    """A page that is a table."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    references: Mapping[str, ObjectRef]
    """The object that each row stands for, by the key of the row."""
    events: Mapping[str, Event] = {}
    """The event that each row tells, where it is a page of events."""


def pages_of(kind: str) -> tuple[str, ...]:
    """Tell which pages an object of a kind has; the first is the one that it opens with."""
    return _PAGES.get(kind, (DESCRIBE, EVENTS, YAML))


def pods_of(about: ObjectRef, held: Holdings) -> list[Pod]:
    """Give the pods that belong to an object: of a workload, on a node, or behind a service; the worst first."""
    return sorted(_pods_of(about, held), key=lambda pod: (pod.health, pod.name))


def is_workload_of(about: ObjectRef, pods: Iterable[Pod]) -> bool:
    """Tell whether an object is the workload of these pods, not only what they run on or are reached by."""
    return all((pod.workload.kind, pod.workload.name) == (about.kind, about.name) for pod in pods)


def pod_reference(pod: Pod) -> ObjectRef:
    """Name a pod as any other object."""
    return ObjectRef("Pod", pod.namespace, pod.name)


def table_page(page: str, about: ObjectRef, held: Holdings, now: datetime) -> TablePage:
    """Draw a page that is a table: `PODS`, `EVENTS` or `HISTORY`."""
    pods = pods_of(about, held)
    if page == PODS:
        rows = [Row(pod.key, pod_rows.cells(pod, POD_COLUMNS, None, now)) for pod in pods]
        return TablePage(POD_COLUMNS, rows, {pod.key: pod_reference(pod) for pod in pods})
    if page == EVENTS:
        events = events_of(about, held)
        drawn = event_rows(events, now)
        told = {row.key: event for row, event in zip(drawn, events, strict=True)}
        drawn.sort(key=lambda row: row.rank)
        rows = [Row(row.key, row.cells) for row in drawn]
        return TablePage(EVENT_COLUMNS, rows, {row.key: row.reference for row in drawn}, told)
    revisions = revisions_of(about, held)
    named = {each.meta.key: ObjectRef("ReplicaSet", each.meta.namespace, each.meta.name) for each in revisions}
    return TablePage(HISTORY_COLUMNS, history_page(revisions, pods, now), named)


def events_of(about: ObjectRef, held: Holdings) -> list[Event]:
    """Give the events of an object and of what it owns."""
    owned = {pod_reference(pod) for pod in pods_of(about, held)} if about.kind != "Node" else set()
    owned |= {ObjectRef("ReplicaSet", each.meta.namespace, each.meta.name) for each in revisions_of(about, held)}
    owned.add(about)
    names = {each.name for each in owned}
    return [each for each in held.events.values() if each.name in names and about_of(each) in owned]


def revisions_of(about: ObjectRef, held: Holdings) -> list[ReplicaSet]:
    """Give the revisions of a deployment, the newest first; nothing for other kinds."""
    if about.kind != "Deployment":
        return []
    deployment = held.objects(kind_names.DEPLOYMENTS, Deployment).get(about.key)
    if deployment is None:
        return []
    replica_sets = held.objects(kind_names.REPLICA_SETS, ReplicaSet).values()
    owned = [each for each in replica_sets if each.meta.owner and each.meta.owner.uid == deployment.meta.uid]
    return sorted(owned, key=lambda each: -each.revision)


def history_page(revisions: Sequence[ReplicaSet], pods: Iterable[Pod], now: datetime) -> list[Row]:
    """Draw revisions under `HISTORY_COLUMNS`."""
    digests = {image: ids for figures in pod_figures(pods, now).values() for image, ids in figures.digests.items()}
    return [_revision(each, digests, now) for each in revisions]


def _revision(each: ReplicaSet, digests: Mapping[str, frozenset[str]], now: datetime) -> Row:
    images = [named_image(container.image, digests.get(container.image, ())) for container in each.template.containers]
    serving = each.replicas > 0
    cells = (
        Cell(str(each.revision or "?"), "strong" if serving else ""),
        Cell(age(each.meta.created, now)),
        Cell(f"{each.ready}/{each.desired}") if serving or each.desired else tinted("-", DONE),
        Cell(", ".join(dict.fromkeys(images))),
        Cell(each.change_cause, "dim"),
    )
    return Row(each.meta.key, cells)


def _pods_of(about: ObjectRef, held: Holdings) -> Iterable[Pod]:
    pods = held.pods.values()
    if about.kind == "Node":
        return (pod for pod in pods if pod.node == about.name)
    if about.kind == "Service":
        return _behind(about, held)
    if about.kind == "Pod":
        return (pod for pod in pods if pod.key == about.key)
    here = (pod for pod in pods if pod.namespace == about.namespace)
    if about.kind == "ReplicaSet":
        return (pod for pod in here if pod.name.startswith(f"{about.name}-"))
    return (pod for pod in here if (pod.workload.kind, pod.workload.name) == (about.kind, about.name))


def _behind(service: ObjectRef, held: Holdings) -> Iterable[Pod]:
    """Give the pods behind a service: those that its selector chooses, ready or not."""
    found = held.objects(kind_names.SERVICES, Service).get(service.key)
    if found is not None and found.selector:
        wanted = found.selector.items()
        return (
            pod
            for pod in held.pods.values()
            if pod.namespace == service.namespace and wanted <= dict(pod.labels).items()
        )
    names = {
        endpoint.pod
        for each in held.objects(kind_names.ENDPOINT_SLICES, EndpointSlice).values()
        if each.service == service.name and each.meta.namespace == service.namespace
        for endpoint in each.endpoints
    }
    return (pod for pod in held.pods.values() if pod.namespace == service.namespace and pod.name in names)
