"""AWS accounts well and in trouble, as looks that a screen can be drawn from."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading, Trouble, TroubleKind
from cockpit.sources.aws.model import (
    AWS,
    Alarm,
    AlarmChange,
    AwsLook,
    Balancer,
    BalancerKind,
    BalancerMetric,
    Calls,
    DbCluster,
    DbEvent,
    DbInstance,
    DbMetric,
    DbRole,
    Gap,
    Identity,
    Maintenance,
    Series,
    Target,
    TargetGroup,
    TargetState,
)
from cockpit.sources.kubernetes.model import PODS, Pods
from cockpit.ui.aws.aws_held import AwsHeld
from cockpit.ui.aws.aws_view import AwsView
from cockpit.ui.paged.page import Choices, Detail, Page
from cockpit.ui.widgets.line import Span
from support.shop import NOW

GIB = 1 << 30
IDENTITY = Identity(
    "123456789012",
    "arn:aws:sts::123456789012:assumed-role/incident-reader/ana",
    "incident-reader",
    "us-west-2",
    profile="prod",
    expires_at=NOW + timedelta(minutes=43),
)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def series(*values: float, newest: float = 2) -> Series:
    """Make a metric of a point a minute, of which the newest is so many minutes old."""
    times = (ago(minutes=newest + len(values) - 1 - nth) for nth in range(len(values)))
    return Series(tuple(times), values)


def rising(first: float, last: float, points: int = 28) -> Series:
    """Make a metric that rises, or falls, evenly."""
    return series(*(first + (last - first) * nth / (points - 1) for nth in range(points)))


def flat(value: float, points: int = 28) -> Series:
    return series(*[value] * points)


def metrics(**measured: Series) -> dict[DbMetric, Series]:
    """Make the metrics of an instance with little to do; `measured` names those that differ: `cpu=flat(71)`."""
    usual = {
        DbMetric.CPU: series(*(11 + 4 * (nth % 3) for nth in range(28))),
        DbMetric.CONNECTIONS: flat(24),
        DbMetric.FREE_MEMORY: flat(6.1 * GIB),
        DbMetric.FREE_STORAGE: flat(61.4 * GIB),
        DbMetric.READ_LATENCY: flat(0.0004),
        DbMetric.WRITE_LATENCY: flat(0.0011),
        DbMetric.QUEUE_DEPTH: flat(0.2),
        DbMetric.LOAD: flat(0.4),
    }
    return {**usual, **{DbMetric(name.replace("_", "-")): each for name, each in measured.items()}}


def instance(name: str, **facts: Any) -> DbInstance:
    """Make an instance that is well."""
    usual: dict[str, Any] = {
        "engine": "postgres",
        "version": "16.4",
        "instance_class": "db.r6g.large",
        "status": "available",
        "zone": "us-west-2a",
        "multi_az": True,
        "storage_gib": 100,
        "host": f"{name}.abc123.us-west-2.rds.amazonaws.com",
        "port": 5432,
        "vcpus": 2,
        "insights": True,
        "created_at": ago(days=412),
        "metrics": metrics(),
    }
    return DbInstance(name=name, **{**usual, **facts})


def aurora(name: str, role: DbRole, **facts: Any) -> DbInstance:
    """Make a member of the cluster `orders`: its storage grows by itself."""
    known = metrics(replica_lag=flat(0.02)) if role is DbRole.READER else metrics()
    known.pop(DbMetric.FREE_STORAGE)
    usual: dict[str, Any] = {"engine": "aurora-postgresql", "storage_gib": None, "multi_az": False, "metrics": known}
    return instance(name, role=role, cluster="orders", **{**usual, **facts})


def balancer(name: str, **facts: Any) -> Balancer:
    """Make an application balancer that is well."""
    metrics = {
        BalancerMetric.REQUESTS: series(*(2400 + 90 * (nth % 5) for nth in range(28))),
        BalancerMetric.ELB_5XX: Series(),
        BalancerMetric.TARGET_5XX: Series(),
        BalancerMetric.P50: flat(0.021),
        BalancerMetric.P99: flat(0.31),
        BalancerMetric.CONNECTION_ERRORS: Series(),
        BalancerMetric.REJECTED: Series(),
    }
    arn = f"arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/{name}/50dc6c495c0c9188"
    usual: dict[str, Any] = {
        "kind": BalancerKind.APPLICATION,
        "state": "active",
        "host": f"{name}-1234567890.us-west-2.elb.amazonaws.com",
        "zones": ("us-west-2a", "us-west-2b"),
    }
    known = {**metrics, **facts.pop("metrics", {})}
    return Balancer(arn, name, metrics=known, **{**usual, **facts})


def target(address: str, state: TargetState = TargetState.HEALTHY, reason: str = "", description: str = "") -> Target:
    zone = "us-west-2a" if address.endswith(("1", "3")) else "us-west-2b"
    return Target(address, 8080, zone, state, reason, description)


def failing(address: str) -> Target:
    """Make a target that answers with 502."""
    told = "Health checks failed with these codes: [502]"
    return target(address, TargetState.UNHEALTHY, "Target.ResponseCodeMismatch", told)


def group(name: str, *targets: Target, of: tuple[Balancer, ...] = (), **facts: Any) -> TargetGroup:
    arn = f"arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/{name}/6d0ecf831eec9f09"
    usual: dict[str, Any] = {
        "protocol": "HTTP",
        "port": 8080,
        "target_type": "ip",
        "check": "HTTP :8080/healthz wants 200 every 10 s",
        "read_at": ago(seconds=12),
    }
    return TargetGroup(arn, name, tuple(each.arn for each in of), targets=targets, **{**usual, **facts})


def look(**facts: Any) -> AwsLook:
    usual: dict[str, Any] = {
        "calls": Calls(last_minute=11, total=412, metrics_last_minute=96, dollars_per_hour=0.058),
        "metrics_at": ago(seconds=24),
        "clock_ahead": timedelta(seconds=1),
    }
    return AwsLook(IDENTITY, **{**usual, **facts})


def well() -> AwsLook:
    """Make an account in which all is well."""
    web = balancer("web")
    pods = group("web-tg", target("10.0.0.1"), target("10.0.0.2"), of=(web,))
    return look(instances=(instance("shop-db"), instance("users-db")), balancers=(web,), groups=(pods,))


def troubled(**more: Any) -> AwsLook:
    """Make an account in trouble: storage runs out, the targets of a deployment fail, an alarm fires."""
    web = balancer(
        "web",
        metrics={
            BalancerMetric.ELB_5XX: series(*[0.0] * 14, *(12, 60, 110, 150, 180, 201, 214, 214, 210, 214)),
            BalancerMetric.TARGET_5XX: series(*[0.0] * 14, *(40, 300, 610, 800, 840, 811, 830, 812, 806, 812)),
            BalancerMetric.P99: rising(0.3, 6.1),
            BalancerMetric.CONNECTION_ERRORS: flat(31),
        },
    )
    api, tcp = balancer("api-internal", public=False), balancer("mqtt", kind=BalancerKind.NETWORK, metrics={})
    old = balancer("legacy", kind=BalancerKind.CLASSIC)
    groups = (
        group("web-tg", failing("10.0.0.21"), failing("10.0.0.22"), target("10.0.0.1"), target("10.0.0.2"), of=(web,)),
        group("checkout-tg", failing("10.0.0.21"), failing("10.0.0.22"), of=(web,)),
        group(
            "api-tg",
            target("10.0.0.31"),
            target("10.0.0.32", TargetState.INITIAL, "Elb.RegistrationInProgress"),
            of=(api,),
        ),
        group(
            "mqtt-tg",
            target("i-0abc1234def567890", TargetState.DRAINING, "Target.DeregistrationInProgress"),
            target("10.0.0.42"),
            of=(tcp,),
            target_type="instance",
        ),
        group("reports-tg", of=(api,), read_at=None),
        group("batch-tg", of=(api,)),
    )
    instances = (
        instance("users-db"),
        instance(
            "shop-db",
            metrics=metrics(
                cpu=rising(30, 88),
                connections=rising(24, 83),
                free_storage=rising(19 * GIB, 3.9 * GIB),
                load=rising(0.5, 3.2),
                write_latency=rising(0.001, 0.042),
                queue_depth=rising(0.1, 14.2),
            ),
            pending=("class db.r6g.large → db.r6g.xlarge",),
        ),
        instance(
            "shop-db-replica",
            role=DbRole.REPLICA,
            replica_of="shop-db",
            zone="us-west-2b",
            multi_az=False,
            metrics=metrics(replica_lag=rising(1, 94)),
            maintenance=(
                Maintenance("system-update", "New Operating System update is available", NOW + timedelta(days=3)),
            ),
        ),
        aurora("orders-1", DbRole.READER),
        aurora("orders-2", DbRole.READER),
        instance("reports-db", status="stopped", insights=False, metrics={}),
        instance(
            "new-db", status="creating", host="", metrics={DbMetric.CPU: Series(), DbMetric.CONNECTIONS: Series()}
        ),
    )
    clusters = (
        DbCluster(
            "orders",
            "aurora-postgresql",
            "15.8",
            "failing-over",
            None,
            ("orders-1", "orders-2"),
            "orders.cluster-abc.rds.amazonaws.com",
            "orders.cluster-ro-abc.rds.amazonaws.com",
            5432,
        ),
    )
    facts: dict[str, Any] = {
        "instances": instances,
        "clusters": clusters,
        "db_events": events(),
        "balancers": (old, tcp, api, web),
        "groups": groups,
        "alarms": alarms(),
        "alarm_changes": changes(),
    }
    return look(**{**facts, **more})


def events() -> tuple[DbEvent, ...]:
    return (
        DbEvent(
            ago(minutes=3),
            "orders-1",
            "db-instance",
            ("failover",),
            "Started cross AZ failover to DB instance: orders-2",
        ),
        DbEvent(
            ago(minutes=9),
            "shop-db",
            "db-instance",
            ("low storage",),
            "The free storage capacity for DB instance: "
            "shop-db is low at 4% of the provisioned storage [Provisioned Storage: 100 GB, Free Storage: 3.9 GB].",
        ),
        DbEvent(ago(minutes=41), "users-db", "db-instance", ("backup",), "Finished DB Instance backup"),
        DbEvent(ago(hours=15), "users-db", "db-instance", ("configuration change",), "Finished applying modification"),
    )


def alarms() -> tuple[Alarm, ...]:
    crossed = "Threshold Crossed: 1 datapoint [3.9 (21/11/26 14:14:00)] was less than the threshold (5.0)."
    return (
        Alarm(
            "web-5xx",
            insufficient=False,
            since=ago(minutes=12),
            reason="Threshold Crossed: 3 datapoints were greater than the threshold (50.0).",
            metric="AWS/ApplicationELB HTTPCode_ELB_5XX_Count",
            dimensions={"LoadBalancer": "app/web/50dc6c495c0c9188"},
        ),
        Alarm(
            "shop-db-storage",
            insufficient=False,
            since=ago(minutes=8),
            reason=crossed,
            metric="AWS/RDS FreeStorageSpace",
            dimensions={"DBInstanceIdentifier": "shop-db"},
            description="Page the database people",
        ),
        Alarm(
            "shop-down",
            insufficient=False,
            since=ago(minutes=7),
            composite=True,
            reason="ALARM(web-5xx) AND ALARM(shop-db-storage)",
        ),
        Alarm(
            "reports-db-cpu",
            insufficient=True,
            since=ago(days=2),
            reason="Insufficient Data: 1 datapoint was unknown.",
            metric="AWS/RDS CPUUtilization",
            dimensions={"DBInstanceIdentifier": "reports-db"},
        ),
    )


def changes() -> tuple[AlarmChange, ...]:
    return (
        AlarmChange(ago(minutes=7), "shop-down", "Alarm updated from OK to ALARM"),
        AlarmChange(ago(minutes=12), "web-5xx", "Alarm updated from OK to ALARM"),
        AlarmChange(ago(hours=30), "web-5xx", "Alarm updated from ALARM to OK"),
    )


def restricted() -> AwsLook:
    """Make an account of which parts may not be read, and of which not everything is shown."""
    denied = Gap(
        "rds:DescribeDBInstances",
        "User: arn:aws:sts::123456789012:assumed-role/incident-reader/ana is not authorized to perform this",
        "aws iam put-role-policy --role-name incident-reader --policy-name cockpit --policy-document file://cockpit.json",
        denied=True,
        since=ago(minutes=21),
    )
    throttled = Gap("cloudwatch:GetMetricData", "Rate exceeded", since=ago(minutes=1))
    left = ("60 of 160 load balancers are shown; [aws] balancers narrows the choice",)
    web = balancer("web", metrics={})
    pods = group("web-tg", target("10.0.0.1"), of=(web,))
    return look(
        gaps=(throttled, denied),
        left_out=left,
        clock_ahead=timedelta(minutes=-4),
        groups=(pods,),
        balancers=(replace(web, metrics={}),),
    )


def reading(look: AwsLook | None, trouble: Trouble | None = None, *, name: str = "prod") -> Reading[Any]:
    """Make a reading of an account, as it stands on the board."""
    taken_at = None if look is None else ago(seconds=12)
    return Reading(f"{AWS}{name}", look, taken_at, trouble, timedelta(minutes=3))


def expired() -> Trouble:
    message = "the SSO session of profile prod has ended"
    return Trouble(TroubleKind.EXPIRED, message, ago(minutes=3), "aws sso login --profile prod")


def seen(look: AwsLook, pods: Pods | None = None) -> AwsView:
    """Look at an account as its pages do."""
    held = AwsHeld(UTC, Policy())
    held.take(reading(look))
    if pods is not None:
        held.take(Reading(PODS, pods, NOW))
    view = held.view("prod", NOW)
    assert view is not None
    return view


def cells(page: Page, key: str) -> dict[str, str]:
    """Read a row of a page, by the keys of its columns."""
    row = next(row for row in page.rows if row.key == key)
    return {column.key: cell.text for column, cell in zip(page.columns, row.cells, strict=True)}


def keys(page: Page) -> list[str]:
    return [row.key for row in page.rows]


def opened(detail: Detail | None) -> str:
    """Read the text behind a row."""
    assert detail is not None
    return "\n".join("".join(span.text for span in line).rstrip() for line in detail.lines)


def said(spans: Sequence[Span]) -> str:
    return "".join(span.text for span in spans)


CHOICES = Choices()
