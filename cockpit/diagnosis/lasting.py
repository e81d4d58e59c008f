"""Whether a number has been beyond a limit for long enough: one point proves nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import NamedTuple, Protocol

WINDOW = 5
"""So many of the newest points are judged."""
ENOUGH = 3
"""So many of them have to be beyond the limit; so many within it, in a row, end what was."""
OLDEST = timedelta(minutes=15)
"""Older points say nothing of now: CloudWatch is some minutes behind."""


class Points(Protocol):
    """A series of numbers, the oldest first."""

    @property
    def times(self) -> tuple[datetime, ...]:
        """When they were measured."""

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers."""


class Excess(NamedTuple):
    """A number that is beyond its limit."""

    value: float
    """The newest beyond it."""
    since: datetime
    """When the first of the points was measured that have been beyond it since."""


def points_of(points: Points | None) -> list[tuple[datetime, float]]:
    """Give the points of a series that are numbers."""
    if points is None:
        return []
    return [(at, value) for at, value in zip(points.times, points.values, strict=False) if isfinite(value)]


def beyond(points: Points | None, is_beyond: Callable[[float], bool], now: datetime) -> Excess | None:
    """Tell whether a series is beyond a limit: three of its five newest points are. Fewer than three tell nothing."""
    return of_points(points_of(points), is_beyond, now)


def above(points: Points | None, limit: float, now: datetime) -> Excess | None:
    """Tell whether a series is above a limit."""
    return beyond(points, lambda value: value > limit, now)


def below(points: Points | None, limit: float, now: datetime) -> Excess | None:
    """Tell whether a series is below a limit."""
    return beyond(points, lambda value: value < limit, now)


def of_points(
    known: Sequence[tuple[datetime, float]], is_beyond: Callable[[float], bool], now: datetime
) -> Excess | None:
    """Tell whether points, the oldest first, are beyond a limit."""
    newest = [value for at, value in known[-WINDOW:] if now - at <= OLDEST and is_beyond(value)]
    if len(newest) < ENOUGH:
        return None
    return Excess(newest[-1], _since(known, is_beyond))


def newest_of(points: Points | None, now: datetime) -> float | None:
    """Give the newest number, unless it says nothing of now."""
    known = points_of(points)
    return known[-1][1] if known and now - known[-1][0] <= OLDEST else None


def _since(known: Sequence[tuple[datetime, float]], is_beyond: Callable[[float], bool]) -> datetime:
    since, within = known[-1][0], 0
    for at, value in reversed(known):
        if is_beyond(value):
            since, within = at, 0
        else:
            within += 1
            if within >= ENOUGH:
                break
    return since
