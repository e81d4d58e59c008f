"""Which metrics CloudWatch is asked for. It charges each one, so that none is asked for that cannot be there."""

from collections.abc import Iterator
from typing import NamedTuple

from cockpit.sources.aws.model import Balancer, BalancerKind, BalancerMetric, DbInstance, DbMetric, DbRole, TargetGroup


class Key(NamedTuple):
    """Names a series."""

    of: str
    """Name of an instance, ARN of a balancer or target group."""
    metric: str


class Wanted(NamedTuple):
    """A metric of one thing."""

    key: Key
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    counter: bool = False
    """A minute in which nothing was counted has no point: it is zero."""
    scale: float = 1.0
    """What turns its unit into ours."""


HEALTHY = "healthy"
UNHEALTHY = "unhealthy"

_NAMESPACES = {
    BalancerKind.APPLICATION: "AWS/ApplicationELB",
    BalancerKind.NETWORK: "AWS/NetworkELB",
    BalancerKind.GATEWAY: "AWS/GatewayELB",
    BalancerKind.CLASSIC: "AWS/ELB",
}
_ALWAYS = (
    (DbMetric.CPU, "CPUUtilization", "Maximum"),
    (DbMetric.CONNECTIONS, "DatabaseConnections", "Maximum"),
    (DbMetric.FREE_MEMORY, "FreeableMemory", "Minimum"),
    (DbMetric.READ_LATENCY, "ReadLatency", "Average"),
    (DbMetric.WRITE_LATENCY, "WriteLatency", "Average"),
)
_OWN_DISK = (
    (DbMetric.FREE_STORAGE, "FreeStorageSpace", "Minimum"),
    (DbMetric.QUEUE_DEPTH, "DiskQueueDepth", "Maximum"),
)
_COUNTERS = {
    BalancerKind.APPLICATION: (
        (BalancerMetric.REQUESTS, "RequestCount"),
        (BalancerMetric.ELB_5XX, "HTTPCode_ELB_5XX_Count"),
        (BalancerMetric.TARGET_5XX, "HTTPCode_Target_5XX_Count"),
        (BalancerMetric.CONNECTION_ERRORS, "TargetConnectionErrorCount"),
        (BalancerMetric.REJECTED, "RejectedConnectionCount"),
    ),
    BalancerKind.NETWORK: (
        (BalancerMetric.REQUESTS, "NewFlowCount"),
        (BalancerMetric.REJECTED, "RejectedFlowCount"),
    ),
    BalancerKind.GATEWAY: ((BalancerMetric.REQUESTS, "NewFlowCount"),),
    BalancerKind.CLASSIC: (
        (BalancerMetric.REQUESTS, "RequestCount"),
        (BalancerMetric.ELB_5XX, "HTTPCode_ELB_5XX"),
        (BalancerMetric.TARGET_5XX, "HTTPCode_Backend_5XX"),
        (BalancerMetric.CONNECTION_ERRORS, "BackendConnectionErrors"),
        (BalancerMetric.REJECTED, "SpilloverCount"),
    ),
}
_LATENCIES = {BalancerKind.APPLICATION: "TargetResponseTime", BalancerKind.CLASSIC: "Latency"}
_WITHOUT_HOSTS = ("lambda",)
_MILLISECONDS = 0.001


def of_instance(instance: DbInstance) -> Iterator[Wanted]:
    """Give what is asked for of a database instance."""
    aurora, postgres = instance.engine.startswith("aurora"), "postgres" in instance.engine
    for metric, name, statistic in (*_ALWAYS, *(() if aurora else _OWN_DISK)):
        yield _db(instance, metric, name, statistic)
    if instance.role is DbRole.REPLICA or (instance.role is DbRole.READER and not aurora):
        yield _db(instance, DbMetric.REPLICA_LAG, "ReplicaLag", "Maximum")
    if instance.role is DbRole.READER and aurora:
        yield _db(instance, DbMetric.REPLICA_LAG, "AuroraReplicaLag", "Maximum", _MILLISECONDS)
    if instance.storage_type == "gp2":
        yield _db(instance, DbMetric.BURST_BALANCE, "BurstBalance", "Minimum")
    if instance.instance_class.startswith("db.t"):
        yield _db(instance, DbMetric.CPU_CREDITS, "CPUCreditBalance", "Minimum")
    if postgres and instance.role in (DbRole.PRIMARY, DbRole.WRITER):
        yield _db(instance, DbMetric.TRANSACTION_IDS, "MaximumUsedTransactionIDs", "Maximum")
    if instance.insights:
        yield _db(instance, DbMetric.LOAD, "DBLoad", "Average")


def of_balancer(balancer: Balancer) -> Iterator[Wanted]:
    """Give what is asked for of a balancer."""
    namespace, dimensions = _NAMESPACES[balancer.kind], (_balancer_dimension(balancer.arn),)
    for metric, name in _COUNTERS[balancer.kind]:
        yield Wanted(Key(balancer.arn, metric), namespace, name, dimensions, "Sum", counter=True)
    if latency := _LATENCIES.get(balancer.kind):
        for metric in (BalancerMetric.P50, BalancerMetric.P99):
            yield Wanted(Key(balancer.arn, metric), namespace, latency, dimensions, metric.value)


def of_group(group: TargetGroup, kinds: dict[str, BalancerKind]) -> Iterator[Wanted]:
    """Give what is asked for of a target group: its hosts, as its first balancer that is known counts them.

    Args:
        group: the group.
        kinds: kinds of the balancers, by ARN.
    """
    balancer = next((arn for arn in group.balancers if arn in kinds), None)
    if balancer is None or group.target_type in _WITHOUT_HOSTS:
        return
    dimensions = [_balancer_dimension(balancer)]
    if kinds[balancer] is not BalancerKind.CLASSIC:
        dimensions.append(("TargetGroup", group.arn.rpartition(":")[2]))
    namespace = _NAMESPACES[kinds[balancer]]
    for metric, name, statistic in (
        (HEALTHY, "HealthyHostCount", "Minimum"),
        (UNHEALTHY, "UnHealthyHostCount", "Maximum"),
    ):
        yield Wanted(hosts_key(group, metric), namespace, name, tuple(dimensions), statistic)


def hosts_key(group: TargetGroup, metric: str) -> Key:
    """Name the series of a group's hosts; a classic balancer and its group have the same name."""
    return Key(f"{group.arn}#hosts", metric)


def _db(instance: DbInstance, metric: DbMetric, name: str, statistic: str, scale: float = 1.0) -> Wanted:
    dimensions = (("DBInstanceIdentifier", instance.name),)
    return Wanted(Key(instance.name, metric), "AWS/RDS", name, dimensions, statistic, scale=scale)


def _balancer_dimension(arn: str) -> tuple[str, str]:
    """CloudWatch knows balancers by the end of the ARN: `app/shop/50dc6c495c0c9188`."""
    classic = not arn.startswith("arn:")
    return ("LoadBalancerName", arn) if classic else ("LoadBalancer", arn.rpartition(":loadbalancer/")[2])
