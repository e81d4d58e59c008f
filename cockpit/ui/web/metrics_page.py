"""The named PromQL queries, series by series, those beyond their thresholds first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.web.metrics import severity_of
from cockpit.reading import Reading
from cockpit.sources.web.model import PrometheusLook, QueryResult, Samples
from cockpit.ui.paged import spark
from cockpit.ui.paged.facts import fact, facts, heading, stamp
from cockpit.ui.paged.page import SIGN, Choices, Detail, Page, accepts, amount_of, badness, nothing_matches, sign
from cockpit.ui.tones import Tone
from cockpit.ui.web.units import with_unit
from cockpit.ui.web.web_view import WebView, trouble_words, unread
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row
from cockpit.ui.widgets.text_view import TextLine

ORDERS: Final = ("worst first", "by name")
_CHART_CELLS: Final = 20
_DETAIL_CELLS: Final = 30
_HOUR: Final = timedelta(hours=1)
_MOST_POINTS: Final = 20
COLUMNS: Final = (
    SIGN,
    Column("name", "METRIC", 14, grows=True),
    Column("series", "SERIES", 14, grows=True),
    Column("value", "VALUE", 9, right=True),
    Column("limit", "LIMIT", 9, right=True),
    Column("chart", "LAST HOUR", _CHART_CELLS),
    Column("point", "POINT", 5, right=True, importance=2),
    Column("source", "FROM", 10, importance=3),
)


class _Place(NamedTuple):
    """A series of a query of a Prometheus; None: the query has none, or nothing could be read."""

    source: str
    reading: Reading[PrometheusLook]
    result: QueryResult | None
    samples: Samples | None

    @property
    def key(self) -> str:
        query = self.result.name if self.result is not None else ""
        return f"{self.source}/{query}/{labels(self.samples)}"


def draw(view: WebView, choices: Choices) -> Page:
    """List the series."""
    places = list(_places(view))
    wanted = [each for each in places if accepts(choices, lambda: each.key)]  # noqa: B023  (called at once)
    by_name = ORDERS[choices.order] == "by name"
    wanted.sort(key=lambda each: (0 if by_name else badness(_tone(each, view)), each.key), reverse=choices.reverse)
    over = sum(_tone(each, view) in ("wrong", "doubtful") for each in places)
    nothing = "no query: [web.prometheus.NAME.queries.QUERY] with promql in cockpit.toml"
    return Page(
        COLUMNS,
        [_row(each, view) for each in wanted],
        f"{amount_of(len(wanted), len(places))} · {over} beyond limits · {ORDERS[choices.order]}",
        _warnings(view),
        nothing_matches(choices, len(places), nothing),
    )


def first_of(view: WebView, prometheus: str) -> str:
    """Give the key of the worst row of a Prometheus; empty when there is none."""
    places = [each for each in _places(view) if each.source == prometheus]
    return min(places, key=lambda each: (badness(_tone(each, view)), each.key)).key if places else ""


def detail(view: WebView, key: str) -> Detail | None:
    """Tell the query, its thresholds and the last hour of a series."""
    place = next((each for each in _places(view) if each.key == key), None)
    if place is None:
        return None
    if place.result is None:
        return Detail(place.source, fact("not read", trouble_words(place.reading), "wrong"))
    lines = [*_query(place, place.result, view), *_points(place, view)]
    return Detail(f"{place.result.name} of {place.source}", lines)


def labels(samples: Samples | None) -> str:
    """Write the labels of a series, as PromQL does but for the braces."""
    if samples is None:
        return ""
    return ", ".join(f"{name}={value}" for name, value in samples.labels.items() if name != "__name__")


def sample_tone(result: QueryResult, samples: Samples | None, now: datetime) -> Tone:
    """Judge a series against the thresholds of its query, as its finding does."""
    if samples is None or samples.newest is None:
        return "dim"
    severity = severity_of(result, samples, now)
    if severity is not None:
        return "wrong" if severity is FindingSeverity.WRONG else "doubtful"
    bounds = (result.above, result.critical_above, result.below, result.critical_below)
    return "well" if any(bound is not None for bound in bounds) else ""


def limit_words(result: QueryResult, value: float | None) -> str:
    """Write the threshold that a value is beyond, or the first that it would be."""
    highs = [each for each in (result.above, result.critical_above) if each is not None]
    lows = [each for each in (result.below, result.critical_below) if each is not None]
    if value is not None and (crossed := [each for each in lows if value < each]):
        return f"< {with_unit(min(crossed), result.unit)}"
    if highs:
        crossed = [each for each in highs if value is not None and value > each]
        return f"> {with_unit(max(crossed) if crossed else min(highs), result.unit)}"
    return f"< {with_unit(max(lows), result.unit)}" if lows else ""


def _places(view: WebView) -> Iterator[_Place]:
    for name, reading in sorted(view.prometheus.items()):
        if reading.data is None:
            yield _Place(name, reading, None, None)
        for result in reading.data.results if reading.data is not None else ():
            if result.trouble or not result.series:
                yield _Place(name, reading, result, None)
            for samples in result.series if not result.trouble else ():
                yield _Place(name, reading, result, samples)


def _tone(place: _Place, view: WebView) -> Tone:
    if place.result is None:
        return "wrong" if place.reading.trouble is not None else "changing"
    if place.result.trouble:
        return "doubtful"
    return sample_tone(place.result, place.samples, view.moment_of(place.reading))


def _row(place: _Place, view: WebView) -> Row:
    result, samples = place.result, place.samples
    if result is None:
        return unread(place.key, place.source, place.reading, view, len(COLUMNS))
    tone, faint = _tone(place, view), view.old(place.reading)
    name, source = Cell(result.name, "strong"), Cell(place.source, "dim")
    if samples is None:
        told = Cell(result.trouble or "no data", tone)
        blank = Cell("")
        return Row(place.key, (sign(tone), name, told, blank, blank, blank, blank, source), faint=faint)
    newest_at = samples.times[-1] if samples.times else None
    value = samples.newest
    cells = (
        sign(tone),
        name,
        Cell(labels(samples), "dim"),
        Cell("-" if value is None else with_unit(value, result.unit), tone if tone != "well" else ""),
        Cell(limit_words(result, value), "dim"),
        Cell(chart(samples, view, place, _CHART_CELLS), "changing"),
        Cell(age(newest_at, view.moment_of(place.reading)), "dim"),
        source,
    )
    return Row(place.key, cells, faint=faint)


def chart(samples: Samples, view: WebView, place: _Place, cells: int) -> str:
    """Draw the last hour of a series."""
    points = zip(samples.times, samples.values, strict=True)
    until = view.moment_of(place.reading)
    limits = [each for each in (place.result.above, place.result.critical_above) if each] if place.result else []
    top = max((*limits, *samples.values)) if limits else None
    return spark.bars(spark.over_time(points, until=until, span=_HOUR, cells=cells), top)


def _warnings(view: WebView) -> list[list[Span]]:
    told: list[list[Span]] = []
    for reading in view.prometheus.values():
        for result in reading.data.results if reading.data is not None else ():
            told += [[Span(f" ! {result.name}: {warning}", "doubtful")] for warning in result.warnings[:1]]
            if result.left_out:
                told.append([Span(f" {result.name}: {result.left_out} more series are left out", "dim")])
    return told[:4]


def _query(place: _Place, result: QueryResult, view: WebView) -> Iterator[TextLine]:
    value = place.samples.newest if place.samples is not None else None
    told = "no data" if value is None else with_unit(value, result.unit)
    yield from fact("value", result.trouble or told, _tone(place, view))
    url = place.reading.data.url if place.reading.data is not None else ""
    bounds = (
        ("doubtful above", result.above),
        ("wrong above", result.critical_above),
        ("doubtful below", result.below),
        ("wrong below", result.critical_below),
    )
    yield from facts((("series", labels(place.samples)), ("PromQL", result.promql), ("Prometheus", url)))
    yield from facts((label, with_unit(bound, result.unit)) for label, bound in bounds if bound is not None)
    for warning in result.warnings:
        yield from fact("warning", warning, "doubtful")


def _points(place: _Place, view: WebView) -> Iterator[TextLine]:
    samples, result = place.samples, place.result
    if samples is None or result is None or not samples.values:
        return
    yield from heading("the last hour")
    yield [Span(f" {chart(samples, view, place, _DETAIL_CELLS)}", "changing")]
    low, high = min(samples.values), max(samples.values)
    yield [Span(f" {with_unit(low, result.unit)} to {with_unit(high, result.unit)}", "dim")]
    yield []
    newest = list(zip(samples.times, samples.values, strict=True))[-_MOST_POINTS:]
    for at, value in reversed(newest):
        yield from fact(stamp(at, view.now, view.zone), with_unit(value, result.unit))
