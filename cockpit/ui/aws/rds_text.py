"""An RDS instance or cluster in full, as text to read."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from cockpit.sources.aws.model import DbCluster, DbEvent, DbInstance, DbMetric, Maintenance, Series
from cockpit.ui.aws import limits
from cockpit.ui.aws.aws_view import AwsView
from cockpit.ui.aws.figures import UNMEASURED, chart
from cockpit.ui.aws.rds_page import key_of, latency, load_words, storage_words
from cockpit.ui.paged.facts import LABEL_CELLS, fact, facts, heading, moment, stamp
from cockpit.ui.paged.page import Detail
from cockpit.ui.widgets.amounts import count, size
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine

_CHART_CELLS: Final = 30
_MOST_EVENTS: Final = 20
_WRITTEN: Final[dict[DbMetric, tuple[str, Callable[[float], str]]]] = {
    DbMetric.CPU: ("cpu", lambda value: f"{value:.0f} %"),
    DbMetric.LOAD: ("load", lambda value: f"{value:.1f} sessions"),
    DbMetric.CONNECTIONS: ("TCP connections", count),
    DbMetric.FREE_MEMORY: ("free memory", size),
    DbMetric.FREE_STORAGE: ("free storage", size),
    DbMetric.READ_LATENCY: ("read latency", latency),
    DbMetric.WRITE_LATENCY: ("write latency", latency),
    DbMetric.QUEUE_DEPTH: ("disk queue", lambda value: f"{value:.1f}"),
    DbMetric.REPLICA_LAG: ("replica lag", latency),
    DbMetric.BURST_BALANCE: ("burst balance", lambda value: f"{value:.0f} %"),
    DbMetric.CPU_CREDITS: ("cpu credits", lambda value: f"{value:.0f}"),
    DbMetric.TRANSACTION_IDS: ("transaction ids used", count),
}


def detail(view: AwsView, key: str) -> Detail | None:
    """Tell all about the instance or cluster of a row."""
    things: list[DbInstance | DbCluster] = [*view.look.clusters, *view.look.instances]
    found = next((each for each in things if key_of(each) == key), None)
    if found is None:
        return None
    lines = _cluster(found) if isinstance(found, DbCluster) else _instance(found, view)
    return Detail(key, [*lines, *_coming(found.pending, found.maintenance, view), *_events(found.name, view)])


def _instance(instance: DbInstance, view: AwsView) -> Iterator[TextLine]:
    status = limits.of_status(instance.status)
    yield from fact("status", instance.status, status)
    for info in instance.status_infos:
        yield from fact("", info, "doubtful")
    yield from facts(
        (
            ("role", _role(instance)),
            ("engine", f"{instance.engine} {instance.version}"),
            ("class", f"{instance.instance_class}, {instance.vcpus or '?'} vCPU"),
            ("zone", f"{instance.zone or '?'}{', Multi-AZ' if instance.multi_az else ', a single zone'}"),
            ("endpoint", f"{instance.host}:{instance.port}" if instance.host else "none yet"),
            ("made", moment(instance.created_at, view.now, view.zone)),
        )
    )
    yield from fact("free storage", storage_words(instance), limits.of_metric(instance, DbMetric.FREE_STORAGE, view))
    if instance.storage_gib is not None:
        most = instance.storage_most_gib
        yield from fact("", f"grows by itself up to {most} GiB" if most else "does not grow by itself", "dim")
    load = load_words(instance) or ("not measured yet" if instance.insights else "unknown: Performance Insights is off")
    yield from fact("load / vCPU", load, limits.of_metric(instance, DbMetric.LOAD, view))
    yield from heading("the last half hour")
    for metric, series in instance.metrics.items():
        yield _metric(metric, series, view)
        if metric is DbMetric.CONNECTIONS and (counted := view.counted.get(instance.name)) is not None:
            yield from fact("Postgres counts", f"{counted:>12}  client backends, from within", "")
    if not instance.metrics:
        yield [Span(" no metrics were asked for", "dim")]


def _role(instance: DbInstance) -> str:
    of = f" of {instance.replica_of}" if instance.replica_of else f" of cluster {instance.cluster}"
    return f"{instance.role.value}{of if instance.replica_of or instance.cluster else ''}"


def _metric(metric: DbMetric, series: Series, view: AwsView) -> TextLine:
    label, write = _WRITTEN[metric]
    top = 100.0 if metric in (DbMetric.CPU, DbMetric.BURST_BALANCE) else None
    value = UNMEASURED if series.newest is None else write(series.newest)
    return [
        Span(f" {label:<{LABEL_CELLS}} ", "dim"),
        Span(f"{value:>12}  "),
        Span(f"{chart(series, view.now, _CHART_CELLS, top):<{_CHART_CELLS}}", "changing"),
        Span(f"  {_range(series, write)}{age(series.newest_at, view.now)} ago" if series.values else "", "dim"),
    ]


def _range(series: Series, write: Callable[[float], str]) -> str:
    return f"{write(min(series.values))} to {write(max(series.values))}, newest "


def _cluster(cluster: DbCluster) -> Iterator[TextLine]:
    yield from fact("status", cluster.status, limits.of_status(cluster.status))
    yield from fact("writer", cluster.writer or "none: a failover has none for a minute", limits.of_cluster(cluster))
    yield from facts(
        (
            ("readers", ", ".join(cluster.readers) or "none"),
            ("engine", f"{cluster.engine} {cluster.version}"),
            ("endpoint", f"{cluster.host}:{cluster.port}" if cluster.host else "none yet"),
            ("reader endpoint", cluster.reader_host),
        )
    )


def _coming(pending: Sequence[str], maintenance: Sequence[Maintenance], view: AwsView) -> Iterator[TextLine]:
    if not (pending or maintenance):
        return
    yield from heading("about to change")
    for change in pending:
        yield [Span(f" pending: {change}", "doubtful")]
    for each in maintenance:
        when = f"due {moment(each.due_at, view.now, view.zone)}" if each.due_at else "when somebody applies it"
        yield [Span(f" maintenance: {each.action}, {when}: {each.description}", "doubtful")]


def _events(name: str, view: AwsView) -> Iterator[TextLine]:
    events: list[DbEvent] = [each for each in view.look.db_events if each.name == name]
    yield from heading("events")
    for event in events[:_MOST_EVENTS]:
        yield [Span(f" {stamp(event.at, view.now, view.zone)}  ", "dim"), Span(event.message)]
    if not events:
        yield [Span(" none lately", "dim")]
