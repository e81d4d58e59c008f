"""The CloudWatch alarms of the shop; moto keeps them, and the practice world judges them."""

import operator
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from moto.cloudwatch.models import Alarm, CloudWatchBackend

from cockpit.gameday.aws.estate import DATABASE, Estate
from cockpit.gameday.aws.moto_overrides import without_zone
from cockpit.gameday.vital_signs import GIBIBYTE, Sample

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}
_AFFECTED = "shop-customers-affected"


class Watched(msgspec.Struct, frozen=True):
    """An alarm and the number that it watches."""

    name: str
    description: str
    namespace: str
    metric: str
    dimensions: dict[str, str]
    statistic: str
    comparison: str
    threshold: float
    measure: Callable[[Sample], float]


class Alarms:
    """Makes the alarms, and keeps their states.

    Args:
        backend: moto's CloudWatch.
        estate: What is watched.
        began: When the alarms were last changed before the world began.
    """

    def __init__(self, backend: CloudWatchBackend, estate: Estate, began: datetime) -> None:
        self._backend = backend
        self._watched = _watched(estate)
        for each in self._watched:
            dimensions = [{"Name": name, "Value": value} for name, value in each.dimensions.items()]
            self._put(each.name, each, dimensions, began)
        parts = (each.name for each in self._watched if each.namespace == "AWS/ApplicationELB")
        rule = " OR ".join(f'ALARM("{name}")' for name in parts)
        self._put(_AFFECTED, None, [], began, rule)

    def judge(self, sample: Sample) -> None:
        """Set the states."""
        affected = []
        for each in self._watched:
            value = each.measure(sample)
            beyond = _OPERATORS[each.comparison](value, each.threshold)
            words = {"GreaterThanThreshold": "greater than", "LessThanThreshold": "less than"}[each.comparison]
            at = without_zone(sample.at)
            point = f"1 datapoint [{value:g} ({at:%d/%m/%y %H:%M:00})] was {'' if beyond else 'not '}{words}"
            self._set(each.name, beyond, f"Threshold Crossed: {point} the threshold ({each.threshold:g}).", at)
            if beyond and each.namespace == "AWS/ApplicationELB":
                affected.append(each.name)
        at = without_zone(sample.at)
        reason = f"{', '.join(affected)} transitioned to ALARM" if affected else "no child alarm is in ALARM"
        self._set(_AFFECTED, bool(affected), reason, at)

    def _set(self, name: str, alarming: bool, reason: str, at: datetime) -> None:
        alarm = self._backend.alarms.get(name)
        state = "ALARM" if alarming else "OK"
        if alarm is not None and alarm.state_value != state:  # somebody may have deleted it
            alarm.update_state(reason, "{}", state)
            alarm.state_updated_timestamp = at

    def _put(
        self, name: str, watched: Watched | None, dimensions: Sequence[dict[str, str]], began: datetime, rule: str = ""
    ) -> None:
        alarm: Alarm = self._backend.put_metric_alarm(
            name=name,
            namespace=watched.namespace if watched else "",
            metric_name=watched.metric if watched else "",
            comparison_operator=watched.comparison if watched else "",
            evaluation_periods=1,
            period=60,
            threshold=watched.threshold if watched else 0.0,
            statistic=watched.statistic if watched else "",
            description=watched.description if watched else "Customers of the shop notice something.",
            dimensions=list(dimensions),
            alarm_actions=[],
            rule=rule or None,
        )
        alarm.state_updated_timestamp = without_zone(began)
        alarm.state_reason = "Threshold not crossed"


def _watched(estate: Estate) -> tuple[Watched, ...]:
    balancer = {"LoadBalancer": estate.balancer.arn.partition("loadbalancer/")[2]}
    group = {**balancer, "TargetGroup": estate.group.arn.rpartition(":")[2]}
    database = {"DBInstanceIdentifier": DATABASE}
    above, below = "GreaterThanThreshold", "LessThanThreshold"
    pods = estate.group.pods
    elb, rds = "AWS/ApplicationELB", "AWS/RDS"
    return (
        Watched(
            "shop-unhealthy-hosts",
            "A target of the shop does not pass its health checks.",
            *(elb, "UnHealthyHostCount", group, "Maximum", above, 0.0),
            lambda _: float(pods.count("unhealthy")),
        ),
        Watched(
            "shop-5xx",
            "The shop answers more than 2% of its requests with 5xx.",
            *(elb, "HTTPCode_Target_5XX_Count", balancer, "Sum", above, 50.0),
            lambda now: round(60 * (now.failed + now.refused)),
        ),
        Watched(
            "shop-db-free-storage",
            "The storage of shop-db is nearly used up.",
            *(rds, "FreeStorageSpace", database, "Minimum", below, float(12 * GIBIBYTE)),
            lambda now: now.free_storage,
        ),
        Watched(
            "shop-db-connections",
            "Nearly all connections to shop-db are in use.",
            *(rds, "DatabaseConnections", database, "Maximum", above, 34.0),
            lambda now: float(now.connections),
        ),
    )
