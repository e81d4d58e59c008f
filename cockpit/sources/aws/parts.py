"""The parts of a look at an account, and how often each is asked for: in all, at most forty calls a minute."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from cockpit.aws_config import AwsAccount
from cockpit.clock import Clock
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.alarms import read_alarm_changes, read_alarms
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.balancers import read_balancers, read_groups
from cockpit.sources.aws.classic_balancers import read_classic
from cockpit.sources.aws.db_news import read_events, read_maintenance
from cockpit.sources.aws.estate import Estate
from cockpit.sources.aws.identity import read_identity
from cockpit.sources.aws.instances import A_PAGE, read_clusters, read_instances
from cockpit.sources.aws.metrics import measure
from cockpit.sources.aws.part import Part
from cockpit.sources.aws.targets import Health, allowed, next_groups, read_targets, suspects

_IDENTITY_EVERY = 300.0
_DATABASES_EVERY = 30.0
_EVENTS_EVERY = 60.0
_MAINTENANCE_EVERY = 600.0
_BALANCERS_EVERY = 300.0
_TARGETS_EVERY = 20.0
_ALARMS_EVERY = 60.0
_METRICS_EVERY = 60.0
_PAGES_AT_FULL_PACE = 2
"""Lists of more pages are read less often."""


def make_parts(
    account: Account, where: AwsAccount, estate: Estate, clock: Clock, *, most: int, metrics: bool
) -> tuple[Part, ...]:
    """Make the parts, in the order in which they are begun; the first is the identity.

    Args:
        account: whom to ask.
        where: what is chosen there.
        estate: what is read goes there.
        clock: tells what is due.
        most: so many instances, and so many balancers, are looked at.
        metrics: whether CloudWatch is asked for numbers.
    """
    ask = Ask(account)

    def part(
        api: str, field: str, every: float, read: Callable[[], Any], *, pages: Callable[[], float] = lambda: 1.0
    ) -> Part:
        return Part(api, read, partial(setattr, estate, field), lambda: every * pages(), clock)

    instances = part(
        "rds:DescribeDBInstances",
        "instances",
        _DATABASES_EVERY,
        lambda: read_instances(ask, where, most),
        pages=lambda: _stretch(estate.instances.seen),
    )
    clusters = part(
        "rds:DescribeDBClusters",
        "clusters",
        _DATABASES_EVERY,
        lambda: read_clusters(ask, where, most),
        pages=lambda: _stretch(estate.clusters.seen),
    )
    elb = "elasticloadbalancing"
    balancers = part(
        f"{elb}:DescribeLoadBalancers", "balancers", _BALANCERS_EVERY, lambda: read_balancers(ask, where, most)
    )
    groups = part(f"{elb}:DescribeTargetGroups", "all_groups", _BALANCERS_EVERY, lambda: read_groups(ask))
    # ELB's two versions share the names of rights: what one is denied, the other is as well.
    classic = part(f"{elb}:DescribeLoadBalancers", "classic", _BALANCERS_EVERY, lambda: read_classic(ask, where, most))
    news = (
        part("rds:DescribeEvents", "events", _EVENTS_EVERY, lambda: read_events(ask)),
        part(
            "rds:DescribePendingMaintenanceActions",
            "maintenance",
            _MAINTENANCE_EVERY,
            lambda: read_maintenance(ask),
        ),
        part("cloudwatch:DescribeAlarms", "alarms", _ALARMS_EVERY, lambda: read_alarms(ask)),
        part(
            "cloudwatch:DescribeAlarmHistory",
            "alarm_changes",
            _ALARMS_EVERY,
            lambda: read_alarm_changes(ask, clock()),
        ),
    )
    identity = part("sts:GetCallerIdentity", "identity", _IDENTITY_EVERY, lambda: read_identity(account, ask))
    behind = (balancers, groups, classic)
    numbers = Part(
        "cloudwatch:GetMetricData",
        lambda: measure(ask, estate.wanted(), estate.measured, clock()),
        partial(setattr, estate, "measured"),
        lambda: _METRICS_EVERY,
        clock,
        after=(instances, clusters, *behind),
    )
    targets = Part(
        f"{elb}:DescribeTargetHealth",
        lambda: _read_next_targets(account, ask, estate, clock),
        estate.take_health,
        lambda: _TARGETS_EVERY,
        clock,
        after=behind,
    )
    return (identity, instances, clusters, *behind, *news, targets, *((numbers,) if metrics else ()))


def _read_next_targets(account: Account, ask: Ask, estate: Estate, clock: Clock) -> Mapping[str, Health | None]:
    groups, known, counted = estate.groups(), estate.health, estate.counted_unhealthy()
    most = allowed(account.calls.told().last_minute, len(suspects(groups, known, counted)))
    return read_targets(ask, next_groups(groups, known, counted, most), clock)


def _stretch(seen: int) -> float:
    return max(1.0, seen / (A_PAGE * _PAGES_AT_FULL_PACE))
