"""What one look at an AWS account and region tells, as plain data. Times are UTC; lengths are in seconds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

AWS = "aws/"
"""Prefix of the names of the readings: `aws/shop` is what the configuration calls `shop`."""


class Gap(msgspec.Struct, frozen=True):
    """Why a part of the look is missing or old. Unknown is not zero."""

    api: str
    """`rds:DescribeDBInstances`, as a policy would name it."""
    message: str
    remedy: str | None = None
    """What to type to mend it."""
    denied: bool = False
    """A right is missing: it is asked for again only when a person wants to."""
    since: datetime | None = None


class Identity(msgspec.Struct, frozen=True):
    """As whom, and where, we look."""

    account: str
    """Twelve digits."""
    arn: str
    role: str
    """The name that people know: of the role or user, without the session."""
    region: str
    profile: str | None = None
    """None: what the environment or the machine says."""
    expires_at: datetime | None = None
    """When the credentials end; None: they do not, or nobody tells."""


class Series(msgspec.Struct, frozen=True):
    """A metric over the last half hour, the oldest point first. A minute without a point is not zero."""

    times: tuple[datetime, ...] = ()
    values: tuple[float, ...] = ()

    @property
    def newest(self) -> float | None:
        """The newest value; None: there is none."""
        return self.values[-1] if self.values else None

    @property
    def newest_at(self) -> datetime | None:
        """When the newest value was measured: CloudWatch is minutes behind."""
        return self.times[-1] if self.times else None


class DbMetric(StrEnum):
    """What CloudWatch measures of a database instance."""

    CPU = "cpu"
    """Per cent."""
    CONNECTIONS = "connections"
    """TCP connections, not sessions."""
    FREE_MEMORY = "free-memory"
    """Bytes."""
    FREE_STORAGE = "free-storage"
    """Bytes; Aurora has none."""
    READ_LATENCY = "read-latency"
    """Seconds."""
    WRITE_LATENCY = "write-latency"
    """Seconds."""
    QUEUE_DEPTH = "queue-depth"
    """Requests to the disk that wait."""
    REPLICA_LAG = "replica-lag"
    """Seconds, also for Aurora, which tells milliseconds."""
    BURST_BALANCE = "burst-balance"
    """Per cent of the disk's burst credits."""
    CPU_CREDITS = "cpu-credits"
    TRANSACTION_IDS = "transaction-ids"
    """The largest number in use; 2^31 is the end."""
    LOAD = "load"
    """Sessions at work on average (Performance Insights), to be held against the vCPUs."""


class DbRole(StrEnum):
    """What an instance is for."""

    PRIMARY = "primary"
    REPLICA = "replica"
    """Reads from another instance."""
    WRITER = "writer"
    """Of a cluster."""
    READER = "reader"
    """Of a cluster."""


class Maintenance(msgspec.Struct, frozen=True):
    """Something that AWS will do to an instance or cluster."""

    action: str
    """`system-update`."""
    description: str
    due_at: datetime | None = None
    """When it is done at the latest, wanted or not; None: it waits for the person."""


class DbInstance(msgspec.Struct, frozen=True):
    """An RDS or Aurora instance."""

    name: str
    engine: str
    version: str
    instance_class: str
    """`db.r6g.large`."""
    status: str
    """`available`, `storage-full`, `failed`, … as AWS calls it."""
    role: DbRole = DbRole.PRIMARY
    status_infos: tuple[str, ...] = ()
    """What is wrong with its replication."""
    cluster: str | None = None
    replica_of: str | None = None
    zone: str | None = None
    multi_az: bool = False
    storage_gib: int | None = None
    """None: Aurora, whose storage grows by itself."""
    storage_most_gib: int | None = None
    """Up to which it grows by itself; None: it does not."""
    storage_type: str = ""
    """`gp3`, `gp2`, `io1`, …"""
    host: str = ""
    """Of its endpoint; empty while it is being made."""
    port: int | None = None
    resource_id: str = ""
    vcpus: int | None = None
    """None: not known for this class."""
    insights: bool = False
    """Performance Insights is on, so that the load is measured."""
    pending: tuple[str, ...] = ()
    """Changes that wait: `class db.r6g.large → db.r6g.xlarge`."""
    maintenance: tuple[Maintenance, ...] = ()
    created_at: datetime | None = None
    metrics: Mapping[DbMetric, Series] = {}
    """Those that were asked for; an empty series: asked, and nothing measured."""


class DbCluster(msgspec.Struct, frozen=True):
    """An Aurora or Multi-AZ cluster."""

    name: str
    engine: str
    version: str
    status: str
    writer: str | None = None
    """Name of the instance; None: there is none, which a failover has for a minute."""
    readers: tuple[str, ...] = ()
    host: str = ""
    reader_host: str = ""
    port: int | None = None
    pending: tuple[str, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()


class DbEvent(msgspec.Struct, frozen=True):
    """What RDS says has happened."""

    at: datetime
    name: str
    """Of the instance or cluster."""
    kind: str
    """`db-instance`, `db-cluster`."""
    categories: tuple[str, ...]
    """`failover`, `availability`, `low storage`, …"""
    message: str


class BalancerKind(StrEnum):
    """The kinds of balancers."""

    APPLICATION = "application"
    NETWORK = "network"
    GATEWAY = "gateway"
    CLASSIC = "classic"


class BalancerMetric(StrEnum):
    """What CloudWatch measures of a balancer. Counts are those of a minute."""

    REQUESTS = "requests"
    """Of a network or gateway balancer: new flows."""
    ELB_5XX = "elb-5xx"
    """The balancer's own faults. A missing counter is zero, and so are those below but for the latencies."""
    TARGET_5XX = "target-5xx"
    """The application's faults."""
    P50 = "p50"
    """Seconds of the targets; missing: unknown."""
    P99 = "p99"
    CONNECTION_ERRORS = "connection-errors"
    """To targets."""
    REJECTED = "rejected"
    """Connections turned away because the balancer is at its limit."""


class TargetState(StrEnum):
    """The states of a target, as AWS calls them. A classic balancer knows `InService` and `OutOfService`."""

    INITIAL = "initial"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNHEALTHY_DRAINING = "unhealthy.draining"
    UNUSED = "unused"
    DRAINING = "draining"
    UNAVAILABLE = "unavailable"


class Target(msgspec.Struct, frozen=True):
    """Where a balancer sends requests."""

    id: str
    """IP address, instance id, ARN of a function or a balancer."""
    port: int | None
    zone: str | None
    state: TargetState
    reason: str = ""
    """`Target.ResponseCodeMismatch`; empty when it is healthy."""
    description: str = ""
    """AWS' own words: `Health checks failed with these codes: [502]`."""


class TargetGroup(msgspec.Struct, frozen=True):
    """Targets of one kind; a classic balancer has one of its own name."""

    arn: str
    name: str
    balancers: tuple[str, ...]
    """ARNs (classic: names) of those that send requests here; none: it is in no use."""
    protocol: str = ""
    port: int | None = None
    target_type: str = "instance"
    """`instance`, `ip`, `lambda`, `alb`."""
    check: str = ""
    """What the health check asks: `HTTP :8080/healthz wants 200 every 10 s`."""
    targets: tuple[Target, ...] = ()
    read_at: datetime | None = None
    """When the targets were asked for; None: not yet, and `targets` says nothing. Of hundreds of groups, those that
    CloudWatch counts unhealthy hosts of come first, the others take turns."""
    healthy: Series = Series()
    """Hosts, as CloudWatch counts them."""
    unhealthy: Series = Series()


class Balancer(msgspec.Struct, frozen=True):
    """A load balancer."""

    arn: str
    """Of a classic one, the name."""
    name: str
    kind: BalancerKind
    state: str
    """`active`, `provisioning`, `active_impaired`, `failed`; a classic one is always active."""
    state_reason: str = ""
    host: str = ""
    """Its DNS name."""
    public: bool = True
    zones: tuple[str, ...] = ()
    metrics: Mapping[BalancerMetric, Series] = {}


class Alarm(msgspec.Struct, frozen=True):
    """A CloudWatch alarm that is not OK."""

    name: str
    insufficient: bool
    """It has too little data, which is not the same as an alarm."""
    since: datetime | None
    reason: str
    composite: bool = False
    metric: str = ""
    """`AWS/RDS CPUUtilization`."""
    dimensions: Mapping[str, str] = {}
    description: str = ""


class AlarmChange(msgspec.Struct, frozen=True):
    """A change of an alarm's state."""

    at: datetime
    name: str
    summary: str
    """`Alarm updated from OK to ALARM`."""


class Calls(msgspec.Struct, frozen=True):
    """What the looking costs."""

    last_minute: int = 0
    total: int = 0
    """Since the session began."""
    metrics_last_minute: int = 0
    """Metrics asked for; AWS charges those."""
    dollars_per_hour: float = 0.0
    """Estimated from the last minutes."""


class AwsLook(msgspec.Struct, frozen=True):
    """What is known of an account and region.

    A part that could not be read is as it was before, or empty; `gaps` says so.
    """

    identity: Identity
    instances: tuple[DbInstance, ...] = ()
    clusters: tuple[DbCluster, ...] = ()
    db_events: tuple[DbEvent, ...] = ()
    """The newest first, of the last hour at least."""
    balancers: tuple[Balancer, ...] = ()
    groups: tuple[TargetGroup, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    alarm_changes: tuple[AlarmChange, ...] = ()
    """The newest first."""
    gaps: tuple[Gap, ...] = ()
    waiting: tuple[str, ...] = ()
    """What was not answered yet, named as in `Gap.api`: until then its part is unknown, not empty."""
    left_out: tuple[str, ...] = ()
    """`60 of 160 RDS instances are shown; [aws] select narrows the choice`."""
    calls: Calls = Calls()
    metrics_at: datetime | None = None
    """When metrics were last asked for; None: not yet."""
    clock_ahead: timedelta | None = None
    """By how much this machine's clock is ahead of AWS'; None: not told. From five minutes on, AWS refuses us."""
