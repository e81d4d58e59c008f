"""What moto does not do and a cockpit asks for: percentiles, alarm histories, maintenance, a name for who asks.

moto finds what answers a call by its name in the class of its service, so the answers are put there.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from moto.cloudwatch.models import (
    Alarm,
    CloudWatchBackend,
    MetricAggregatedDatum,
    MetricDatum,
    MetricDatumBase,
    Statistics,
)
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse
from moto.sts.models import STSBackend

from cockpit.gameday.aws.facts import ACCOUNT

ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/practice/cockpit"

Key = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions of a metric."""


class Minute(MetricAggregatedDatum):
    """What a service has measured in a minute, with the percentiles that moto does not keep."""

    def __init__(
        self, key: Key, at: datetime, values: Sequence[float], percentiles: Mapping[float, float] | None = None
    ) -> None:
        """Sum the values up.

        Args:
            key: Of the metric.
            at: The beginning of the minute, without a zone, as moto writes times.
            values: What was measured.
            percentiles: Those that are known, by number (50: the median).
        """
        namespace, name, pairs = key
        dimensions = [{"Name": field, "Value": value} for field, value in sorted(pairs)]
        super().__init__(namespace, name, min(values), max(values), len(values), sum(values), dimensions, at)
        self.percentiles = percentiles or {}

    @property
    def key(self) -> Key:
        """Namespace, name and dimensions."""
        return _key(self)


def override() -> None:
    """Teach moto what it lacks; doing it again changes nothing."""
    overrides: tuple[tuple[type, str, Any], ...] = (
        (CloudWatchBackend, "get_metric_data", _get_metric_data),
        (CloudWatchBackend, "get_alarms_by_state_value", _get_alarms_by_state_value),
        (CloudWatchResponse, "describe_alarm_history", _describe_alarm_history),
        (RDSResponse, "describe_pending_maintenance_actions", _describe_pending_maintenance_actions),
        (STSBackend, "get_caller_identity", _get_caller_identity),
    )
    for owner, name, replacement in overrides:
        setattr(owner, name, replacement)


def _get_metric_data(
    self: CloudWatchBackend,
    queries: list[dict[str, Any]],
    start_time: datetime,
    end_time: datetime,
    scan_by: str = "TimestampAscending",
) -> list[dict[str, Any]]:
    """Answer queries of metrics; of mathematics, nothing."""
    known: dict[Key, list[MetricDatumBase]] = {}
    for datum in list(self.metric_data):
        known.setdefault(_key(datum), []).append(datum)
    return [
        _answer(query, known, (start_time, end_time), backwards=scan_by == "TimestampDescending")
        for query in queries
        if query.get("ReturnData", True)
    ]


def _answer(
    query: dict[str, Any],
    known: Mapping[Key, list[MetricDatumBase]],
    between: tuple[datetime, datetime],
    *,
    backwards: bool,
) -> dict[str, Any]:
    wanted = query.get("MetricStat")
    points: list[tuple[datetime, float]] = []
    label = query.get("Label") or query["Id"]
    if wanted is not None:
        metric = wanted["Metric"]
        pairs = frozenset((each["Name"], each["Value"]) for each in metric.get("Dimensions") or ())
        data = known.get((metric["Namespace"], metric["MetricName"], pairs), [])
        points = list(_points(data, wanted["Stat"], timedelta(seconds=int(wanted["Period"])), between))
        label = query.get("Label") or metric["MetricName"]
    points.sort(reverse=backwards)
    return {
        "id": query["Id"],
        "label": label,
        "timestamps": [at for at, _ in points],
        "values": [value for _, value in points],
        "status_code": "Complete",
    }


def _points(
    data: Iterable[MetricDatumBase], stat: str, period: timedelta, between: tuple[datetime, datetime]
) -> Iterable[tuple[datetime, float]]:
    """Give a value for each period, which begin as those of CloudWatch do: at whole minutes."""
    first, last = between
    periods: dict[datetime, list[MetricDatumBase]] = {}
    for datum in data:
        begin = _floor(datum.timestamp, period)
        if _floor(first, period) <= begin < last:
            periods.setdefault(begin, []).append(datum)
    for begin, members in periods.items():
        value = _percentile(members, float(stat[1:])) if stat.startswith("p") else _statistic(members, stat)
        if value is not None:
            yield begin, value


def _floor(at: datetime, period: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001  (moto's times have no zone)
    return at - (at - epoch) % period


def _statistic(members: list[MetricDatumBase], stat: str) -> float | None:
    statistics = Statistics([stat], members[0].timestamp)
    statistics.metric_data = members
    value = statistics.get_statistics_for_type(stat)
    return None if value is None else float(value)


def _percentile(members: Iterable[MetricDatumBase], number: float) -> float | None:
    """Give the percentile that a service told, or that of single values (nearest rank)."""
    told = [each.percentiles[number] for each in members if isinstance(each, Minute) and number in each.percentiles]
    single = sorted(each.value for each in members if isinstance(each, MetricDatum))
    if told:
        return max(told)
    return single[max(0, math.ceil(number / 100 * len(single)) - 1)] if single else None


def _key(datum: MetricDatumBase) -> Key:
    return datum.namespace, datum.name, frozenset((each.name or "", each.value or "") for each in datum.dimensions)


def _get_alarms_by_state_value(self: CloudWatchBackend, target_state: str) -> list[Alarm]:
    """Give a list: moto gives what can be read only once, and reads it for composite alarms again."""
    return [alarm for alarm in list(self.alarms.values()) if alarm.state_value == target_state]


def _describe_alarm_history(self: CloudWatchResponse) -> ActionResult:
    """Tell the changes of state, the newest first; moto keeps for each change what was before it."""
    name = self._get_param("AlarmName")
    items = []
    for alarm in list(self.cloudwatch_backend.alarms.values()):
        changes = [(value, at) for _, _, _, value, at in alarm.history]
        changes.append((alarm.state_value, alarm.state_updated_timestamp))
        for (before, _), (after, at) in pairwise(changes):
            items.append(
                {
                    "AlarmName": alarm.name,
                    "AlarmType": "CompositeAlarm" if alarm.rule else "MetricAlarm",
                    "Timestamp": at,
                    "HistoryItemType": "StateUpdate",
                    "HistorySummary": f"Alarm updated from {before} to {after}",
                    "HistoryData": "{}",
                }
            )
    chosen = [item for item in items if name in (None, item["AlarmName"])]
    chosen.sort(key=lambda item: item["Timestamp"], reverse=True)
    return ActionResult({"AlarmHistoryItems": chosen[: int(self._get_param("MaxRecords") or 100)]})


def _describe_pending_maintenance_actions(self: RDSResponse) -> ActionResult:  # noqa: ARG001  (a method of moto's)
    return ActionResult({"PendingMaintenanceActions": []})


def _get_caller_identity(
    self: STSBackend,  # noqa: ARG001  (a method of moto's)
    access_key_id: str,  # noqa: ARG001
    region: str,  # noqa: ARG001
) -> tuple[str, str, str]:
    return "AROAPRACTICE:cockpit", ROLE, ACCOUNT


def without_zone(at: datetime) -> datetime:
    """Write a moment as moto does."""
    return at.astimezone(UTC).replace(tzinfo=None)
