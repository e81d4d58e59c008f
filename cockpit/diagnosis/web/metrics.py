"""Named PromQL queries whose numbers are beyond their thresholds."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from cockpit.diagnosis import outside
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.lasting import Excess, above, below, newest_of
from cockpit.diagnosis.outside import amount
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web.kinds import PROMETHEUS, web_ref
from cockpit.diagnosis.wording import counted, one_line, quoted
from cockpit.sources.web.model import PROMETHEUS as READING
from cockpit.sources.web.model import QueryResult, Samples

MOST_SERIES = 3
_MOST_LABELS = 3


class _Beyond(NamedTuple):
    """A series beyond a threshold."""

    severity: FindingSeverity
    limit: str
    """`critical above 5 %`."""
    excess: Excess
    series: str


def problems(view: View) -> Iterator[Problem]:
    """Tell of each query once, by its worst series: three of the five newest points have to be beyond the threshold."""
    for name, known in view.facts.prometheus.items():
        look = outside.current(known, view.now)
        for result in look.results if look is not None else ():
            if result.trouble:
                yield _unanswered(name, result)
            else:
                yield from _judged(name, result, view)


def severity_of(result: QueryResult, samples: Samples, now: datetime) -> FindingSeverity | None:
    """Judge a series of a query; None: it is well, or has been beyond its thresholds for too short a time."""
    found = _beyond(result, samples, now)
    return found.severity if found is not None else None


def _unanswered(name: str, result: QueryResult) -> Problem:
    said, source = quoted(result.trouble), f"{READING}{name}"
    return outside.problem(
        Cause.UNREADABLE,
        f"web/query/{name}/{result.name}",
        web_ref(PROMETHEUS, name),
        f"Prometheus {one_line(name)}",
        f"does not answer the query {one_line(result.name)}",
        why=said,
        severity=FindingSeverity.NOTICE,
        evidence=(outside.proof(source, result.name, f"{quoted(result.promql)}: {said}"),),
    )


def _judged(name: str, result: QueryResult, view: View) -> Iterator[Problem]:
    found = [each for series in result.series if (each := _beyond(result, series, view.now)) is not None]
    if not found:
        return
    found.sort(key=lambda each: (each.severity, each.series))
    worst, more = found[0], len(found) - 1
    source = f"{READING}{name}"
    where = f" in {worst.series}" if worst.series else ""
    yield outside.problem(
        Cause.METRIC,
        f"web/metric/{name}/{result.name}",
        web_ref(PROMETHEUS, name),
        one_line(result.name),
        f"is {amount(worst.excess.value, result.unit)}{where}"
        + (f" and {counted(more, 'more series', 'more series')}" if more else ""),
        why=worst.limit,
        severity=worst.severity,
        since=min(each.excess.since for each in found if each.severity is worst.severity),
        evidence=tuple(
            outside.proof(source, result.name, f"{each.series or quoted(result.promql)}: {_told(each, result)}")
            for each in found[:MOST_SERIES]
        ),
    )


def _told(each: _Beyond, result: QueryResult) -> str:
    return f"{amount(each.excess.value, result.unit)}, {each.limit}"


def _beyond(result: QueryResult, series: Samples, now: datetime) -> _Beyond | None:
    """Judge a series. Once it is beyond the milder limit for long enough, its newest number says which counts."""
    newest, found = newest_of(series, now), []
    for word, limit, critical, judge, sign in (
        ("above", result.above, result.critical_above, above, 1),
        ("below", result.below, result.critical_below, below, -1),
    ):
        mild = judge(series, limit, now) if limit is not None else None
        grave = judge(series, critical, now) if critical is not None else None
        if grave is None and critical is not None and newest is not None and sign * (newest - critical) > 0:
            grave = mild
        if critical is not None and grave is not None:
            told = f"critical {word} {amount(critical, result.unit)}"
            found.append(_Beyond(FindingSeverity.WRONG, told, grave, _labels(series)))
        elif limit is not None and mild is not None:
            told = f"doubtful {word} {amount(limit, result.unit)}"
            found.append(_Beyond(FindingSeverity.DOUBTFUL, told, mild, _labels(series)))
    return min(found, key=lambda each: each.severity, default=None)


def _labels(series: Samples) -> str:
    named = [f"{one_line(name)}={one_line(value, 40)}" for name, value in sorted(series.labels.items())]
    return ", ".join([each for each in named if not each.startswith("__name__=")][:_MOST_LABELS])
