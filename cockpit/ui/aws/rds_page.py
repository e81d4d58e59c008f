"""RDS instances and clusters, the worst first."""

from collections.abc import Iterator
from typing import Final

from cockpit.sources.aws.model import DbCluster, DbInstance, DbMetric
from cockpit.ui.aws import limits
from cockpit.ui.aws.aws_view import AwsView, gap_notes, nothing_words
from cockpit.ui.aws.figures import UNASKED, UNMEASURED, chart, figure, newest, point_age
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
from cockpit.ui.widgets.rows import Cell, Column, Row

ORDERS: Final = ("worst first", "by name", "cpu", "connections", "free storage")
SERVICES: Final = ("rds", "cloudwatch", "pi")
LISTED: Final = ("rds:DescribeDBInstances", "rds:DescribeDBClusters")
_SPARK_CELLS: Final = 10
_GIB: Final = 1 << 30
COLUMNS: Final = (
    SIGN,
    Column("name", "NAME", 14, grows=True),
    Column("status", "STATUS", 12),
    Column("role", "ROLE", 7, importance=3),
    Column("class", "CLASS", 13, importance=8),
    Column("zone", "ZONE", 10, importance=9),
    Column("cpu", "CPU", 5, right=True),
    Column("chart", "30 MIN", _SPARK_CELLS, importance=5),
    Column("connections", "CONN", 5, right=True),
    Column("counted", "PG", 4, right=True, importance=6),
    Column("memory", "MEM FREE", 8, right=True, importance=2),
    Column("storage", "DISK FREE", 16, right=True),
    Column("read", "READ", 6, right=True, importance=6),
    Column("write", "WRITE", 6, right=True, importance=6),
    Column("queue", "QUEUE", 5, right=True, importance=7),
    Column("lag", "LAG", 6, right=True, importance=1),
    Column("load", "LOAD", 7, right=True, importance=4),
    Column("point", "POINT", 5, right=True, importance=1),
    Column("due", "DUE", 7, importance=5),
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
    )


def key_of(thing: DbInstance | DbCluster) -> str:
    """Name a row: an instance and a cluster may have the same name."""
    return f"cluster {thing.name}" if isinstance(thing, DbCluster) else thing.name


def storage_words(instance: DbInstance) -> str:
    """Write the free storage against the whole: `4.1 of 100 GB`; Aurora has no whole."""
    free = newest(instance.metrics, DbMetric.FREE_STORAGE)
    if instance.storage_gib is None:
        return "grows" if free is None else size(free)
    if free is None:
        return (
            f"{UNASKED if DbMetric.FREE_STORAGE not in instance.metrics else UNMEASURED} of {instance.storage_gib} GB"
        )
    return f"{free / _GIB:.1f} of {instance.storage_gib} GB"


def load_words(instance: DbInstance) -> str:
    """Write the sessions at work against the processors: `3.2/2`."""
    load = newest(instance.metrics, DbMetric.LOAD)
    return "" if load is None else f"{load:.1f}/{instance.vcpus or '?'}"


def due(thing: DbInstance | DbCluster) -> str:
    """Say in a word that changes or a maintenance wait."""
    return "maint." if thing.maintenance else "pending" if thing.pending else ""


def tone_of(thing: DbInstance | DbCluster, view: AwsView) -> Tone:
    """Judge a row."""
    return limits.of_cluster(thing) if isinstance(thing, DbCluster) else limits.of_instance(thing, view.policy)


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
    metrics, policy = instance.metrics, view.policy
    cpu = metrics.get(DbMetric.CPU)
    cells = (
        sign(limits.of_instance(instance, policy)),
        Cell(f"  {instance.name}" if instance.cluster else instance.name, "strong"),
        Cell(instance.status, limits.of_status(instance.status)),
        Cell(instance.role.value),
        Cell(instance.instance_class.removeprefix("db."), "dim"),
        Cell(instance.zone or "", "dim"),
        figure(
            metrics, DbMetric.CPU, lambda value: f"{value:.0f} %", limits.of_cpu(cpu.newest if cpu else None, policy)
        ),
        Cell(chart(cpu, view.now, _SPARK_CELLS, 100), "changing"),
        figure(metrics, DbMetric.CONNECTIONS, count),
        Cell(count(view.counted[instance.name]) if instance.name in view.counted else "", "dim"),
        figure(metrics, DbMetric.FREE_MEMORY, size, limits.of_memory(newest(metrics, DbMetric.FREE_MEMORY), policy)),
        Cell(storage_words(instance), limits.of_storage(instance, policy)),
        figure(metrics, DbMetric.READ_LATENCY, latency),
        figure(metrics, DbMetric.WRITE_LATENCY, latency),
        figure(metrics, DbMetric.QUEUE_DEPTH, lambda value: f"{value:.1f}"),
        figure(metrics, DbMetric.REPLICA_LAG, latency, limits.of_lag(newest(metrics, DbMetric.REPLICA_LAG), policy))
        if DbMetric.REPLICA_LAG in metrics
        else Cell(""),
        Cell(load_words(instance), limits.of_load(instance)),
        point_age(metrics, view.now),
        Cell(due(instance), "doubtful"),
    )
    return Row(key_of(instance), cells)


def latency(seconds: float) -> str:
    """Write a latency that CloudWatch tells in seconds, in at most six cells: `0.4ms`, `12ms`, `1.2s`."""
    thousands = seconds * 1000
    if not seconds:
        return "0"
    return f"{thousands:.1f}ms" if thousands < 10 else f"{thousands:.0f}ms" if thousands < 1_000 else duration(seconds)
