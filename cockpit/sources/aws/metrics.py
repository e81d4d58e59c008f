"""The numbers of CloudWatch: one batch a minute, of which only what is new is asked for, and kept for half an hour."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.model import Series
from cockpit.sources.aws.wanted import Key, Wanted

KEPT = timedelta(minutes=30)
QUERIES_A_CALL = 500
"""What GetMetricData takes at once."""
_PERIOD = timedelta(minutes=1)
_LATE = timedelta(minutes=5)
"""Points come minutes late, and those of the last minutes still change: so much is asked for again."""
_COUNTED_AFTER = timedelta(minutes=3)
"""A minute is this long over, and still nothing was counted in it: it is zero."""


class Measured(NamedTuple):
    """What CloudWatch has told."""

    series: Mapping[Key, Series] = {}
    """What was asked for. What is a counter has a zero where nothing was counted."""
    points: Mapping[Key, Mapping[datetime, float]] = {}
    """As they were told."""
    asked_at: datetime | None = None


def measure(ask: Ask, wanted: Sequence[Wanted], before: Measured, now: datetime) -> Measured:
    """Ask for what is new since `before`, and for half an hour of what was not asked for then. Blocks.

    Raises:
        AwsError: a call failed; what others told in the same minute is asked for again.
    """
    told: dict[Key, dict[datetime, float]] = {}
    for since, queries in _batches(wanted, before, now):
        for query, points in _ask(ask, queries, since, now):
            told.setdefault(query.key, {}).update(points)
    merged: Mapping[Key, Mapping[datetime, float]] = {
        query.key: _merged(before.points.get(query.key, {}), told.get(query.key, {}), now - KEPT) for query in wanted
    }
    return Measured(_series(wanted, merged, now), merged, now)


def _batches(wanted: Sequence[Wanted], before: Measured, now: datetime) -> Iterator[tuple[datetime, Sequence[Wanted]]]:
    recent = before.asked_at is not None and now - before.asked_at < KEPT - _LATE
    known = [query for query in wanted if recent and query.key in before.points]
    fresh = [query for query in wanted if not (recent and query.key in before.points)]
    for queries, since in ((known, (before.asked_at or now) - _LATE), (fresh, now - KEPT)):
        for first in range(0, len(queries), QUERIES_A_CALL):
            yield since, queries[first : first + QUERIES_A_CALL]


def _ask(
    ask: Ask, queries: Sequence[Wanted], since: datetime, now: datetime
) -> Iterator[tuple[Wanted, dict[datetime, float]]]:
    by_id = {f"m{nth}": query for nth, query in enumerate(queries)}
    parameters: dict[str, Any] = {
        "MetricDataQueries": [_query(name, query) for name, query in by_id.items()],
        "StartTime": since,
        "EndTime": now,
        "ScanBy": "TimestampAscending",
    }
    metrics = len(queries)
    following: dict[str, Any] = {}
    while True:
        page = ask.call("cloudwatch", "GetMetricData", metrics=metrics, **parameters, **following)
        for result in page["MetricDataResults"]:
            query = by_id[str(result["Id"])]
            times = (moment.astimezone(UTC) for moment in result.get("Timestamps", ()))
            yield query, {at: value * query.scale for at, value in zip(times, result.get("Values", ()), strict=False)}
        if not page.get("NextToken"):
            return
        metrics, following = 0, {"NextToken": page["NextToken"]}


def _query(name: str, wanted: Wanted) -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": value} for key, value in wanted.dimensions]
    metric = {"Namespace": wanted.namespace, "MetricName": wanted.name, "Dimensions": dimensions}
    period = int(_PERIOD.total_seconds())
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": period, "Stat": wanted.statistic}}


def _merged(
    before: Mapping[datetime, float], told: Mapping[datetime, float], since: datetime
) -> Mapping[datetime, float]:
    return {at: value for at, value in {**before, **told}.items() if at >= since}


def _series(
    wanted: Iterable[Wanted], points: Mapping[Key, Mapping[datetime, float]], now: datetime
) -> Mapping[Key, Series]:
    newest: dict[str, datetime] = {}
    for key, values in points.items():
        newest[key.of] = max(newest.get(key.of, now - _COUNTED_AFTER), *values, now - _COUNTED_AFTER)
    return {
        query.key: _as_series(
            _counted(points[query.key], now - KEPT, newest[query.key.of]) if query.counter else points[query.key]
        )
        for query in wanted
    }


def _counted(points: Mapping[datetime, float], since: datetime, until: datetime) -> Mapping[datetime, float]:
    """Put a zero into every minute up to `until` in which nothing was counted."""
    told = {_minute(at) for at in points}
    filled = dict(points)
    minute = _minute(since) + _PERIOD
    while minute <= until:
        if minute not in told:
            filled[minute] = 0.0
        minute += _PERIOD
    return filled


def _as_series(points: Mapping[datetime, float]) -> Series:
    times = tuple(sorted(points))
    return Series(times, tuple(points[at] for at in times))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
