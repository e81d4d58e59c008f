"""RDS instances and clusters, the worst first."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from cockpit.diagnosis.aws.kinds import CLUSTER, RDS, aws_ref
from cockpit.sources.aws.model import DbCluster, DbInstance, DbMetric
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.aws import limits
from cockpit.ui.aws.aws_view import AwsView, gap_notes, nothing_words
from cockpit.ui.aws.figures import UNASKED, UNMEASURED, chart, figure, newest, point_time
from cockpit.ui.paged.page import (
    SIGN,
    Choices,
    Page,
    accepts,
    amount_of,
    badness,
    nothing_matches,
    sign,
)
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import count, duration, size
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column, Row

ORDERS: Final = ("worst first", "by name", "cpu", "connections", "free storage")
SERVICES: Final = ("rds", "cloudwatch", "pi")
LISTED: Final = ("rds:DescribeDBInstances", "rds:DescribeDBClusters")
_SPARK_CELLS: Final = 10
_GIB: Final = 1 << 30
_SHORT: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS: Final = (
    SIGN,
    Column("name", "NAME", 18, grows=True),
    Column("status", "STATUS", 12),
    Column("cpu", "CPU", 5, right=True),
    Column("chart", "CPU 30 MIN", _SPARK_CELLS, importance=5),
    Column("connections", "CONN", 5, right=True),
    Column("counted", "PG CONN", 7, right=True, importance=6),
    Column("storage", "FREE DISK", 16, right=True),
    Column("memory", "FREE MEM", 8, right=True, importance=2),
    Column("lag", "LAG", 5, right=True, importance=1),
    Column("load", "LOAD/VCPU", 9, right=True, importance=4),
    Column("read", "READ LAT", 8, right=True, importance=6),
    Column("write", "WRITE LAT", 9, right=True, importance=6),
    Column("queue", "IO QUEUE", 8, right=True, importance=7),
    Column("role", "ROLE", 7, importance=6),
    Column("class", "CLASS", 13, importance=8),
    Column("zone", "AZ", 10, importance=9),
    Column("point", "AS OF", 5, right=True, importance=1),
    Column("due", "PENDING", 7, importance=5),
)


def draw(view: AwsView, choices: Choices) -> Page:
    """List clusters and instances."""
    look = view.look
    things: list[DbInstance | DbCluster] = [*look.clusters, *look.instances]
    wanted = [each for each in things if accepts(choices, lambda: _words(each))]  # noqa: B023  (called at once)
    wanted.sort(key=lambda each: _rank(each, view, ORDERS[choices.order]), reverse=choices.reverse)
    rows = [_cluster(each) if isinstance(each, DbCluster) else _instance(each, view) for each in wanted]
    nothing = nothing_words(view, "no RDS instance in this region", ("rds",), *LISTED)
    return Page(
        COLUMNS,
        rows,
        f"{amount_of(len(rows), len(things))} · {ORDERS[choices.order]}{' reversed' if choices.reverse else ''}",
        gap_notes(view, *SERVICES),
        nothing_matches(choices, len(things), nothing),
        {key_of(each): _ref(each, view) for each in wanted},
    )


def key_of(thing: DbInstance | DbCluster) -> str:
    """Name a row: an instance and a cluster may have the same name."""
    return f"cluster {thing.name}" if isinstance(thing, DbCluster) else thing.name


def _ref(thing: DbInstance | DbCluster, view: AwsView) -> ObjectRef:
    return aws_ref(CLUSTER if isinstance(thing, DbCluster) else RDS, view.name, thing.name)


def storage_words(instance: DbInstance) -> str:
    """Write the free storage against the whole: `4.1 of 100 GiB`; Aurora has no whole."""
    free = newest(instance.metrics, DbMetric.FREE_STORAGE)
    if instance.storage_gib is None:
        return "grows" if free is None else size(free)
    if free is None:
        return (
            f"{UNASKED if DbMetric.FREE_STORAGE not in instance.metrics else UNMEASURED} of {instance.storage_gib} GiB"
        )
    return f"{free / _GIB:.1f} of {instance.storage_gib} GiB"


def load_words(instance: DbInstance) -> str:
    """Write the sessions at work against the processors: `3.2/2`."""
    load = newest(instance.metrics, DbMetric.LOAD)
    return "" if load is None else f"{load:.1f}/{instance.vcpus or '?'}"


def due(thing: DbInstance | DbCluster) -> str:
    """Say in a word that changes or a maintenance wait."""
    return "maint." if thing.maintenance else "change" if thing.pending else ""


def tone_of(thing: DbInstance | DbCluster, view: AwsView) -> Tone:
    """Judge a row."""
    return limits.of_cluster(thing) if isinstance(thing, DbCluster) else limits.of_instance(thing, view)


def _rank(thing: DbInstance | DbCluster, view: AwsView, order: str) -> tuple[float, str, str]:
    metrics = {} if isinstance(thing, DbCluster) else thing.metrics
    least = float("-inf")
    figures = {
        "worst first": badness(tone_of(thing, view)),
        "by name": 0,
        "cpu": -(newest(metrics, DbMetric.CPU) or least) if DbMetric.CPU in metrics else -least,
        "connections": -(newest(metrics, DbMetric.CONNECTIONS) or 0.0),
        "free storage": -least if (free := newest(metrics, DbMetric.FREE_STORAGE)) is None else free,
    }
    family = thing.name if isinstance(thing, DbCluster) else thing.cluster or thing.name
    return figures[order], family, "" if isinstance(thing, DbCluster) else thing.name


def _words(thing: DbInstance | DbCluster) -> str:
    if isinstance(thing, DbCluster):
        return f"{thing.name} cluster {thing.status} {thing.engine}"
    parts = (thing.name, thing.status, thing.role.value, thing.instance_class, thing.engine, thing.zone, thing.cluster)
    return " ".join(part for part in parts if part)


def _cluster(cluster: DbCluster) -> Row:
    tone = limits.of_cluster(cluster)
    members = ", ".join(_members(cluster))
    blank = Cell("")
    cells = [sign(tone), Cell(cluster.name, "strong"), Cell(f"{cluster.status} · cluster: {members}", tone)]
    cells += [blank] * (len(COLUMNS) - len(cells) - 1)
    return Row(key_of(cluster), (*cells, Cell(due(cluster), "doubtful")))


def _members(cluster: DbCluster) -> Iterator[str]:
    yield f"writer {cluster.writer}" if cluster.writer else "no writer"
    if cluster.readers:
        yield f"{len(cluster.readers)} reader{'s' if len(cluster.readers) > 1 else ''}"


def _instance(instance: DbInstance, view: AwsView) -> Row:
    metrics = instance.metrics
    cpu = metrics.get(DbMetric.CPU)

    def judged(metric: DbMetric, write: Callable[[float], str]) -> Cell:
        return figure(metrics, metric, write, limits.of_metric(instance, metric, view))

    cells = (
        sign(limits.of_instance(instance, view)),
        Cell(f"  {instance.name}" if instance.cluster else instance.name, "strong"),
        Cell(instance.status, limits.of_status(instance.status)),
        judged(DbMetric.CPU, lambda value: f"{value:.0f} %"),
        Cell(chart(cpu, view.now, _SPARK_CELLS, 100), "changing"),
        judged(DbMetric.CONNECTIONS, count),
        Cell(count(view.counted[instance.name]) if instance.name in view.counted else "", "dim"),
        Cell(storage_words(instance), limits.of_metric(instance, DbMetric.FREE_STORAGE, view)),
        judged(DbMetric.FREE_MEMORY, size),
        judged(DbMetric.REPLICA_LAG, lag) if DbMetric.REPLICA_LAG in metrics else Cell(""),
        Cell(load_words(instance), limits.of_metric(instance, DbMetric.LOAD, view)),
        judged(DbMetric.READ_LATENCY, latency),
        judged(DbMetric.WRITE_LATENCY, latency),
        judged(DbMetric.QUEUE_DEPTH, lambda value: f"{value:.1f}"),
        Cell(instance.role.value),
        Cell(instance.instance_class.removeprefix("db."), "dim"),
        Cell(instance.zone or "", "dim"),
        point_time(metrics, view.now, view.zone),
        Cell(due(instance), "doubtful"),
    )
    return Row(key_of(instance), cells)


def latency(seconds: float) -> str:
    """Write a latency that CloudWatch tells in seconds, in at most six cells: `0.4ms`, `12ms`, `1.2s`."""
    thousands = seconds * 1000
    if not seconds:
        return "0"
    return f"{thousands:.1f}ms" if thousands < 10 else f"{thousands:.0f}ms" if thousands < 1_000 else duration(seconds)


def lag(seconds: float) -> str:
    """Write how far a replica is behind, in at most five cells: `20ms`, `1.2s`, `94s`, `12m`, `3h7m`."""
    return latency(seconds) if seconds < _SHORT else age(_EPOCH, _EPOCH + timedelta(seconds=seconds))
