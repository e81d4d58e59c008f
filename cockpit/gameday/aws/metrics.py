"""What CloudWatch measures of the shop, minute by minute."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from moto.cloudwatch.models import CloudWatchBackend

from cockpit.gameday.aws.estate import Estate
from cockpit.gameday.aws.moto_overrides import Key, Minute, without_zone
from cockpit.gameday.vital_signs import FREE, GIBIBYTE, REMEMBERED, Sample, VitalSigns

Measure = Callable[[Sample], float]
_MEMORY = 5.2 * GIBIBYTE


class Gauge(msgspec.Struct, frozen=True):
    """A metric that has a value at each moment."""

    key: Key
    measure: Measure
    before: Measure | None = None
    """What it was while AWS did not answer yet, where `measure` knows the present alone."""


class Counter(msgspec.Struct, frozen=True):
    """A metric that counts; the measure is that of a second."""

    key: Key
    measure: Measure


class Latency(msgspec.Struct, frozen=True):
    """A metric of which percentiles are asked."""

    key: Key
    percentiles: Mapping[float, Measure]


Metric = Gauge | Counter | Latency


def _of(namespace: str, name: str, **dimensions: str) -> Key:
    return namespace, name, frozenset(dimensions.items())


def metrics_of(estate: Estate) -> tuple[Metric, ...]:
    """Tell what is measured of an estate."""
    return (*_of_database(estate.database.db_instance_identifier), *_of_replica(estate), *_of_balancer(estate))


def _of_database(name: str) -> Iterable[Metric]:
    def key(metric: str) -> Key:
        return _of("AWS/RDS", metric, DBInstanceIdentifier=name)

    yield Gauge(key("CPUUtilization"), lambda now: now.cpu)
    yield Gauge(key("DatabaseConnections"), lambda now: float(now.connections))
    yield Gauge(key("FreeStorageSpace"), lambda now: now.free_storage)
    yield Gauge(key("FreeableMemory"), lambda now: _MEMORY - now.cpu * GIBIBYTE / 50)
    yield Gauge(key("ReadLatency"), lambda now: 0.0004 + now.cpu / 100_000)
    yield Gauge(key("WriteLatency"), lambda now: 0.0011 + (0.02 if now.free_storage < FREE else 0.0))
    yield Gauge(key("DiskQueueDepth"), lambda now: 0.2 + (14.0 if now.free_storage < FREE else 0.0))
    yield Gauge(key("MaximumUsedTransactionIDs"), lambda _: 31_415_926.0)


def _of_replica(estate: Estate) -> Iterable[Metric]:
    def key(metric: str) -> Key:
        return _of("AWS/RDS", metric, DBInstanceIdentifier=estate.replica.db_instance_identifier)

    yield Gauge(key("CPUUtilization"), lambda now: 4.0 + now.requests / 40)
    yield Gauge(key("DatabaseConnections"), lambda _: 2.0)
    yield Gauge(key("FreeStorageSpace"), lambda _: float(FREE))
    yield Gauge(key("FreeableMemory"), lambda _: _MEMORY)
    yield Gauge(key("ReadLatency"), lambda _: 0.0005)
    yield Gauge(key("WriteLatency"), lambda _: 0.0011)
    yield Gauge(key("DiskQueueDepth"), lambda _: 0.1)
    yield Gauge(key("ReplicaLag"), lambda now: now.replica_lag)


def _of_balancer(estate: Estate) -> Iterable[Metric]:
    balancer = estate.balancer.arn.partition("loadbalancer/")[2]
    group = estate.group.arn.rpartition(":")[2]
    pods = estate.group.pods

    def key(metric: str) -> Key:
        return _of("AWS/ApplicationELB", metric, LoadBalancer=balancer)

    def of_group(metric: str) -> Key:
        return _of("AWS/ApplicationELB", metric, LoadBalancer=balancer, TargetGroup=group)

    yield Counter(key("RequestCount"), lambda now: now.requests)
    yield Counter(key("HTTPCode_ELB_5XX_Count"), lambda now: now.refused)
    yield Counter(key("HTTPCode_Target_5XX_Count"), lambda now: now.failed)
    yield Counter(key("TargetConnectionErrorCount"), lambda now: now.refused)
    percentiles: dict[float, Measure] = {50: lambda now: now.p50, 95: lambda now: now.p95, 99: lambda now: now.p99}
    yield Latency(key("TargetResponseTime"), percentiles)
    yield Gauge(
        of_group("HealthyHostCount"), lambda _: float(pods.count("healthy")), lambda then: float(then.web_ready)
    )
    yield Gauge(of_group("UnHealthyHostCount"), lambda _: float(pods.count("unhealthy")), lambda _: 0.0)


class CloudWatchWriter:
    """Writes what is measured into moto's CloudWatch.

    A minute that is not over holds the numbers of the sixty seconds before now, so that a trouble shows at once and a
    count does not seem to drop.

    Args:
        backend: moto's.
        metrics: What is measured.
        signs: The numbers of the shop.
    """

    def __init__(self, backend: CloudWatchBackend, metrics: Sequence[Metric], signs: VitalSigns) -> None:
        self._backend = backend
        self._metrics = metrics
        self._signs = signs
        past = [
            msgspec.structs.replace(each, measure=each.before) if isinstance(each, Gauge) and each.before else each
            for each in metrics
        ]
        for sample in list(signs.samples)[:-1]:
            self._write(sample.at, [sample], past)

    def write(self) -> None:
        """Write the newest minute."""
        newest = self._signs.newest
        window = [sample for sample in self._signs.samples if sample.at > newest.at - self._signs.window]
        self._write(newest.at, window, self._metrics)

    def _write(self, at: datetime, window: Sequence[Sample], metrics: Sequence[Metric]) -> None:
        minute = without_zone(at).replace(second=0, microsecond=0)
        made = [datum for metric in metrics if (datum := _minute(metric, minute, window)) is not None]
        written = {metric.key for metric in self._metrics}
        oldest = minute - REMEMBERED - timedelta(minutes=1)
        kept = [
            datum
            for datum in self._backend.metric_data
            if datum.timestamp >= oldest
            and not (isinstance(datum, Minute) and datum.timestamp == minute and datum.key in written)
        ]
        self._backend.metric_data = [*kept, *made]  # a new list: the server's threads read the old one


def _minute(metric: Metric, minute: datetime, window: Sequence[Sample]) -> Minute | None:
    """Measure a metric; a counter that has counted nothing is not told, as the real ones are not."""
    match metric:
        case Gauge(key, measure, _):
            return Minute(key, minute, [measure(sample) for sample in window])
        case Counter(key, measure):
            count = round(60 * _mean([measure(sample) for sample in window]))
            return Minute(key, minute, [count]) if count else None
        case Latency(key, percentiles):
            told = {number: _mean([measure(sample) for sample in window]) for number, measure in percentiles.items()}
            return Minute(key, minute, [told[50]], told)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
