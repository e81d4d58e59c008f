"""Figures of CloudWatch in the cells of a table: zero, nothing measured, and not asked for look different."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final, TypeVar

from cockpit.sources.aws.model import Series
from cockpit.ui.paged import spark
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import age, clock
from cockpit.ui.widgets.rows import Cell

K = TypeVar("K")
UNASKED: Final = "?"
UNMEASURED: Final = "-"
OLD_POINT: Final = timedelta(minutes=10)
"""CloudWatch is two or three minutes behind; a point older than this says little of now."""
_SPAN = timedelta(minutes=30)
_MINUTES = len("14:08")


def newest(metrics: Mapping[K, Series], metric: K) -> float | None:
    """Give the newest value of a metric; None: not known."""
    return series.newest if (series := metrics.get(metric)) is not None else None


def figure(
    metrics: Mapping[K, Series], metric: K, write: Callable[[float], str], tone: Tone = "", *, missing: str = UNMEASURED
) -> Cell:
    """Write the newest value of a metric; `missing` stands where nothing was measured."""
    series = metrics.get(metric)
    if series is None:
        return Cell(UNASKED, "dim")
    return Cell(missing, "dim") if series.newest is None else Cell(write(series.newest), tone)


def chart(series: Series | None, now: datetime, cells: int, top: float | None = None) -> str:
    """Draw the last half hour of a metric."""
    if series is None or not series.values:
        return ""
    points = zip(series.times, series.values, strict=True)
    return spark.bars(spark.over_time(points, until=now, span=_SPAN, cells=cells), top)


def point_time(metrics: Mapping[K, Series], now: datetime, zone: tzinfo) -> Cell:
    """Say at what time of day the newest point of any metric is."""
    cell, newest_at = point_age(metrics, now), _newest_at(metrics)
    return cell if newest_at is None else Cell(clock(newest_at, zone)[:_MINUTES], cell.tone)


def point_age(metrics: Mapping[K, Series], now: datetime) -> Cell:
    """Say how old the newest point of any metric is."""
    newest_at = _newest_at(metrics)
    if newest_at is None:
        return Cell(UNMEASURED if metrics else UNASKED, "dim")
    return Cell(age(newest_at, now), "doubtful" if now - newest_at > OLD_POINT else "dim")


def _newest_at(metrics: Mapping[K, Series]) -> datetime | None:
    return max((series.newest_at for series in metrics.values() if series.newest_at is not None), default=None)
