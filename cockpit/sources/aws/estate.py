"""Everything that is known of an account and region, put together to one look."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec

from cockpit.aws_config import AwsAccount
from cockpit.sources.aws.alarms import Alarms
from cockpit.sources.aws.balancers import groups_of
from cockpit.sources.aws.instances import in_clusters, maintained
from cockpit.sources.aws.metrics import Measured
from cockpit.sources.aws.model import (
    AlarmChange,
    AwsLook,
    Balancer,
    BalancerMetric,
    DbCluster,
    DbEvent,
    DbInstance,
    DbMetric,
    Identity,
    Maintenance,
    Series,
    TargetGroup,
)
from cockpit.sources.aws.selection import Found, left_out
from cockpit.sources.aws.targets import Health
from cockpit.sources.aws.wanted import HEALTHY, UNHEALTHY, Key, Wanted, hosts_key, of_balancer, of_group, of_instance

M = TypeVar("M", DbMetric, BalancerMetric)

MOST_METRICS = 4000
"""So many are asked for a minute, in eight calls and for 2.40 dollars an hour: thousands of target groups exist."""
_UNHEALTHY_SINCE = 10
"""Of the points of a group's unhealthy hosts, so many of the newest are looked at: the newest may be late."""


class Estate:
    """What the parts have read last. Each value is replaced as a whole, so that any thread may read it."""

    def __init__(self, where: AwsAccount, identity: Identity) -> None:
        """Start with nothing known but where to look."""
        self._chosen = bool(where.balancers or where.tags)
        self.identity = identity
        self.instances = Found()
        self.clusters = Found()
        self.maintenance: Mapping[str, tuple[Maintenance, ...]] = {}
        self.events: tuple[DbEvent, ...] = ()
        self.balancers = Found()
        self.classic: tuple[Found, tuple[TargetGroup, ...]] = (Found(), ())
        self.all_groups: tuple[TargetGroup, ...] = ()
        self.health: Mapping[str, Health] = {}
        self.measured = Measured()
        self.alarms = Alarms()
        self.alarm_changes: tuple[AlarmChange, ...] = ()

    def all_balancers(self) -> tuple[Balancer, ...]:
        """Give the balancers of all kinds."""
        return (*self.balancers.shown, *self.classic[0].shown)

    def groups(self) -> tuple[TargetGroup, ...]:
        """Give the groups of the balancers that are shown."""
        return (*groups_of(self.all_groups, self.balancers.shown, chosen=self._chosen), *self.classic[1])

    def databases(self) -> tuple[DbInstance, ...]:
        """Give the instances, with the roles that their clusters give them."""
        clusters: dict[str, DbCluster] = {cluster.name: cluster for cluster in self.clusters.shown}
        return tuple(in_clusters(instance, clusters) for instance in self.instances.shown)

    def take_health(self, told: Mapping[str, Health | None]) -> None:
        """Take over what was told of some groups, and forget those that are no longer there."""
        known = {arn: health for arn, health in {**self.health, **told}.items() if health is not None}
        there = {group.arn for group in self.groups()}
        self.health = {arn: health for arn, health in known.items() if arn in there}

    def counted_unhealthy(self) -> set[str]:
        """Give the ARNs of the groups that CloudWatch lately counted unhealthy hosts of."""
        groups = self.groups()
        return {
            group.arn
            for group in groups
            if any(value > 0 for value in self._series(hosts_key(group, UNHEALTHY)).values[-_UNHEALTHY_SINCE:])
        }

    def wanted(self) -> list[Wanted]:
        """Give the metrics to ask for, those of target groups last; no more than `MOST_METRICS`."""
        return self._wanted()[:MOST_METRICS]

    def look(self) -> AwsLook:
        """Put together what is known. What is told of the asking itself is missing."""
        replace = msgspec.structs.replace
        return AwsLook(
            identity=self.identity,
            instances=tuple(
                replace(maintained(instance, self.maintenance), metrics=self._of(instance.name, DbMetric))
                for instance in self.databases()
            ),
            clusters=tuple(maintained(cluster, self.maintenance) for cluster in self.clusters.shown),
            db_events=self.events,
            balancers=tuple(
                replace(balancer, metrics=self._of(balancer.arn, BalancerMetric)) for balancer in self.all_balancers()
            ),
            groups=tuple(self._told(group) for group in self.groups()),
            alarms=self.alarms.shown,
            alarm_changes=self.alarm_changes,
            left_out=tuple(self._left_out()),
            metrics_at=self.measured.asked_at,
        )

    def _wanted(self) -> list[Wanted]:
        balancers = self.all_balancers()
        kinds = {balancer.arn: balancer.kind for balancer in balancers}
        return [
            *(wanted for instance in self.databases() for wanted in of_instance(instance)),
            *(wanted for balancer in balancers for wanted in of_balancer(balancer)),
            *(wanted for group in self.groups() for wanted in of_group(group, kinds)),
        ]

    def _told(self, group: TargetGroup) -> TargetGroup:
        health = self.health.get(group.arn)
        return msgspec.structs.replace(
            group,
            targets=health.targets if health else (),
            read_at=health.read_at if health else None,
            healthy=self._series(hosts_key(group, HEALTHY)),
            unhealthy=self._series(hosts_key(group, UNHEALTHY)),
        )

    def _of(self, name: str, metrics: Iterable[M]) -> dict[M, Series]:
        """Give the series of one thing that were asked for."""
        known = self.measured.series
        return {metric: known[key] for metric in metrics if (key := Key(name, metric)) in known}

    def _series(self, key: Key) -> Series:
        return self.measured.series.get(key, Series())

    def _left_out(self) -> Iterator[str]:
        yield from left_out(self.instances, "RDS instances", "instances")
        yield from left_out(self.clusters, "RDS clusters", "instances")
        yield from left_out(self.balancers, "balancers", "balancers")
        yield from left_out(self.classic[0], "classic balancers", "balancers")
        metrics = len(self._wanted()) if self.measured.asked_at else 0
        if metrics > MOST_METRICS:
            yield f"{MOST_METRICS} of {metrics} metrics are asked for, which AWS charges; [aws] most narrows the choice"
        if self.alarms.more:
            yield "of the alarms with too little data, only the first 100 are shown"
