"""What happened in an AWS account between two looks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from cockpit.observer.observation import Kind, Observation, Weight, before_and_after
from cockpit.observer.pairs import same_name
from cockpit.redact import redact
from cockpit.sources.aws.model import AwsLook, DbCluster, DbInstance, Target, TargetGroup, TargetState

_BAD: Final = (TargetState.UNHEALTHY, TargetState.UNHEALTHY_DRAINING, TargetState.UNAVAILABLE)
_GRAVE_EVENTS: Final = {"failover", "failure", "availability", "low storage", "recovery", "global failover"}
"""Categories of RDS events."""
_INSTANCES, _CLUSTERS = "rds:DescribeDBInstances", "rds:DescribeDBClusters"
_EVENTS, _ALARMS = "rds:DescribeEvents", "cloudwatch:DescribeAlarms"


def aws(before: AwsLook, after: AwsLook, at: datetime) -> Iterator[Observation]:
    """Tell targets that became unhealthy or healthy, alarms, events of RDS, changes of its status, and failovers."""
    if before.identity.account != after.identity.account:
        return
    yield from _targets(before.groups, after.groups)
    if _known(before, _ALARMS, before.alarms):
        yield from _alarms(before, after, at)
    if _known(before, _EVENTS, before.db_events):
        yield from _events(before, after)
    if _known(before, _INSTANCES, before.instances):
        yield from _statuses(before.instances, after.instances, at)
    if _known(before, _CLUSTERS, before.clusters):
        yield from _statuses(before.clusters, after.clusters, at)
        yield from _failovers(before.clusters, after.clusters, at)


def _known(look: AwsLook, api: str, part: Sequence[Any]) -> bool:
    """Tell whether a part was read: where it was not, all that comes would look new."""
    return bool(part) or not (api in look.waiting or any(gap.api == api for gap in look.gaps))


def _targets(before: Sequence[TargetGroup], after: Sequence[TargetGroup]) -> Iterator[Observation]:
    known = {group.arn: group for group in before}
    for group in after:
        was = known.get(group.arn)
        if was is None or was.targets == group.targets or was.read_at is None or group.read_at is None:
            continue
        states = {(each.id, each.port): each for each in was.targets}
        for target in group.targets:
            old = states.get((target.id, target.port))
            if old is not None and (what := _flip(old, target)):
                port = "" if target.port is None else f":{target.port}"
                name = f"{group.name} {target.id}{port}"
                data = {"group": group.arn, **before_and_after(old, target)}
                subject, token = f"target {group.arn} {target.id}{port}", f"{target.state} {target.reason}"
                yield Observation(group.read_at, Kind.HEALTH, subject, name, what, token, data=data)


def _flip(was: Target, now: Target) -> str:
    """Say that a target became unhealthy or healthy; that it is new, or drained, is a rollout's doing."""
    if now.state in _BAD and was.state not in _BAD:
        why = now.description or now.reason
        return f"{was.state} → {now.state}{f' ({why})' if why else ''}"
    return f"{was.state} → {now.state}" if now.state is TargetState.HEALTHY and was.state in _BAD else ""


def _alarms(before: AwsLook, after: AwsLook, at: datetime) -> Iterator[Observation]:
    old, new = ({alarm.name: alarm for alarm in each.alarms if not alarm.insufficient} for each in (before, after))
    for name in new.keys() - old.keys():
        alarm = new[name]
        subject, token, what = f"alarm {name}", f"alarm {alarm.since}", f"ALARM ({alarm.reason})"
        seen = Observation(at, Kind.ALARM, subject, name, what, token, Weight.GRAVE, data={"after": alarm})
        yield seen.dated(alarm.since)
    unsure = {alarm.name for alarm in after.alarms if alarm.insufficient}
    for name in old.keys() - new.keys():
        what = "too little data" if name in unsure else "OK"
        told = next((change.at for change in after.alarm_changes if change.name == name), None)
        token = f"{what} after {old[name].since}"
        seen = Observation(at, Kind.ALARM, f"alarm {name}", name, what, token, data={"before": old[name]})
        yield seen.dated(told)


def _events(before: AwsLook, after: AwsLook) -> Iterator[Observation]:
    known = set(before.db_events)
    newest = max((event.at for event in before.db_events), default=None)
    for event in after.db_events:
        if event in known or (newest is not None and event.at < newest):
            continue
        weight = Weight.GRAVE if _GRAVE_EVENTS & {*event.categories} else Weight.PLAIN
        token, subject = f"{event.at} {redact(event.message)}", f"{event.kind} {event.name}"
        told = Observation(event.at, Kind.EVENT, subject, event.name, event.message, token, weight, data=event)
        yield told.dated(event.at)


def _statuses(
    before: Sequence[DbInstance | DbCluster], after: Sequence[DbInstance | DbCluster], at: datetime
) -> Iterator[Observation]:
    for was, now in same_name(before, after):
        if was.status != now.status:
            subject, what = f"{_kind(now)} {now.name}", f"{was.status} → {now.status}"
            yield Observation(at, Kind.STATUS, subject, now.name, what, now.status, data=before_and_after(was, now))


def _failovers(before: Sequence[DbCluster], after: Sequence[DbCluster], at: datetime) -> Iterator[Observation]:
    for was, now in same_name(before, after):
        if was.writer != now.writer:
            what = f"the writer was {was.writer or 'unknown'}, is {now.writer}" if now.writer else "there is no writer"
            subject, data = f"db-cluster {now.name}", before_and_after(was, now)
            token = f"writer {now.writer}"
            yield Observation(at, Kind.FAILOVER, subject, now.name, what, token, Weight.GRAVE, data=data)


def _kind(database: DbInstance | DbCluster) -> str:
    return "db-instance" if isinstance(database, DbInstance) else "db-cluster"
