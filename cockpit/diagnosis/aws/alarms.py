"""CloudWatch alarms in ALARM; too little data is none, and neither is an autoscaler that could do with less."""

from collections.abc import Iterator, Mapping

from cockpit.diagnosis.aws.account_view import AccountView
from cockpit.diagnosis.aws.kinds import ALARM, BALANCER, CLUSTER, RDS, TARGET_GROUP
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import counted, listed, quoted
from cockpit.sources.aws.model import Alarm
from cockpit.sources.kubernetes.objects import ObjectRef

_PART_OF_NAME = "-_."
_SCALES_IN = "-AlarmLow-"
_AUTOSCALING = "TargetTracking-"
"""How Application Auto Scaling names the alarms by which it scales (AWS documentation, target tracking)."""


def problems(view: AccountView) -> Iterator[Problem]:
    """Tell of each alarm, but for those that a composite one names as its reason."""
    firing = {each.name: each for each in view.look.alarms if not each.insufficient and not _scales_in(each)}
    parts = {each.name: _parts(each, firing) for each in firing.values() if each.composite}
    told_of = {name for composite, names in parts.items() for name in names if composite not in parts.get(name, ())}
    objects = _objects(view)
    for alarm in firing.values():
        if alarm.name not in told_of:
            yield _problem(alarm, [firing[name] for name in parts.get(alarm.name, ())], objects, view)


def _scales_in(alarm: Alarm) -> bool:
    return alarm.name.startswith(_AUTOSCALING) and _SCALES_IN in alarm.name


def _parts(composite: Alarm, firing: Mapping[str, Alarm]) -> list[str]:
    return sorted(name for name in firing if name != composite.name and _names(composite.reason, name))


def _names(reason: str, name: str) -> bool:
    """Tell whether a reason names an alarm, and not one whose name only begins or ends like it."""
    start = reason.find(name) if name else -1
    while start >= 0:
        around = reason[start - 1 : start] + reason[start + len(name) : start + len(name) + 1]
        if not any(each.isalnum() or each in _PART_OF_NAME for each in around):
            return True
        start = reason.find(name, start + 1)
    return False


def _problem(alarm: Alarm, parts: list[Alarm], objects: Mapping[str, ObjectRef], view: AccountView) -> Problem:
    ref = view.object(ALARM, alarm.name)
    about = [objects[value] for each in (alarm, *parts) for value in _values(each) if value in objects]
    named = [quoted(each.name, 60) for each in parts]
    return view.problem(
        Cause.ALARM,
        "alarm",
        ref,
        "is in ALARM" + (f", with {counted(len(parts), 'part')}: {listed(named)}" if parts else ""),
        why=quoted(alarm.description or alarm.reason),
        since=alarm.since,
        evidence=tuple(_evidence(each, view) for each in (alarm, *parts[:3])),
        objects=tuple(dict.fromkeys(about)),
    )


def _evidence(alarm: Alarm, view: AccountView) -> Evidence:
    metric = f" ({quoted(alarm.metric, 60)})" if alarm.metric else ""
    return view.proof(view.object(ALARM, alarm.name).name, f"{quoted(alarm.name, 60)}{metric}: {quoted(alarm.reason)}")


def _values(alarm: Alarm) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(alarm.dimensions.items())]


def _objects(view: AccountView) -> dict[str, ObjectRef]:
    """Give the objects of this account by the dimension that names each: balancers and groups by the end of the ARN."""
    look = view.look
    found = {f"DBInstanceIdentifier={each.name}": view.object(RDS, each.name) for each in look.instances}
    found |= {f"DBClusterIdentifier={each.name}": view.object(CLUSTER, each.name) for each in look.clusters}
    for balancer in look.balancers:
        ref = view.object(BALANCER, balancer.name)
        found[f"LoadBalancer={balancer.arn.partition(':loadbalancer/')[2]}"] = ref
        found[f"LoadBalancerName={balancer.name}"] = ref
    for group in look.groups:
        found[f"TargetGroup={group.arn.rpartition(':')[2]}"] = view.object(TARGET_GROUP, group.name)
    return found
