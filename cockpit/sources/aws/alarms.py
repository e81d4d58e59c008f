"""CloudWatch alarms that are not OK, and how alarms changed lately."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cockpit.sources.aws.asking import Ask, utc
from cockpit.sources.aws.model import Alarm, AlarmChange

_A_PAGE = 100
_MOST_UNKNOWN = 100
"""Alarms of too little data that are kept: test accounts have thousands."""
_LOOK_BACK = timedelta(hours=3)
_KINDS = ["CompositeAlarm", "MetricAlarm"]


class Alarms(NamedTuple):
    """What is not OK."""

    shown: tuple[Alarm, ...] = ()
    more: bool = False
    """There are more alarms with too little data than are shown."""


def read_alarms(ask: Ask) -> Alarms:
    """Read the alarms, those of too little data last. Blocks. Costs two calls that are charged.

    Raises:
        AwsError: they cannot be read.
    """
    pages = ask.pages(
        "cloudwatch",
        "DescribeAlarms",
        token="NextToken",  # noqa: S106
        StateValue="ALARM",
        AlarmTypes=_KINDS,
        MaxRecords=_A_PAGE,
    )
    firing = [alarm for page in pages for alarm in _alarms(page)]
    unknown = ask.call(
        "cloudwatch",
        "DescribeAlarms",
        StateValue="INSUFFICIENT_DATA",
        AlarmTypes=_KINDS,
        MaxRecords=_MOST_UNKNOWN,
    )
    return Alarms((*firing, *_alarms(unknown)), bool(unknown.get("NextToken")))


def read_alarm_changes(ask: Ask, now: datetime) -> tuple[AlarmChange, ...]:
    """Read how alarms changed in the last hours, the newest first. Blocks. Costs a call that is charged.

    Raises:
        AwsError: they cannot be read.
    """
    answer = ask.call(
        "cloudwatch",
        "DescribeAlarmHistory",
        AlarmTypes=_KINDS,
        HistoryItemType="StateUpdate",
        ScanBy="TimestampDescending",
        StartDate=now - _LOOK_BACK,
        MaxRecords=_A_PAGE,
    )
    changes = (
        AlarmChange(
            told["Timestamp"].astimezone(UTC), str(told.get("AlarmName", "")), str(told.get("HistorySummary", ""))
        )
        for told in answer["AlarmHistoryItems"]
    )
    return tuple(sorted(changes, key=lambda change: change.at, reverse=True))


def _alarms(page: Mapping[str, Any]) -> list[Alarm]:
    composite = [_alarm(told, composite=True) for told in page.get("CompositeAlarms", ())]
    return [*composite, *(_alarm(told, composite=False) for told in page["MetricAlarms"])]


def _alarm(told: Mapping[str, Any], *, composite: bool) -> Alarm:
    metric = f"{told.get('Namespace', '')} {told.get('MetricName', '')}".strip()
    return Alarm(
        name=str(told["AlarmName"]),
        insufficient=told.get("StateValue") == "INSUFFICIENT_DATA",
        since=utc(told.get("StateTransitionedTimestamp") or told.get("StateUpdatedTimestamp")),
        reason=str(told.get("StateReason") or ""),
        composite=composite,
        metric=metric,
        dimensions={str(each["Name"]): str(each["Value"]) for each in told.get("Dimensions", ())},
        description=str(told.get("AlarmDescription") or ""),
    )
