"""Asks a Prometheus its named queries over the last hour.

Source: Prometheus, HTTP API, range queries (`/api/v1/query_range`).
"""

import asyncio
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.web.api import Api
from cockpit.sources.web.model import PROMETHEUS, PrometheusLook, QueryResult, Samples
from cockpit.text import clean
from cockpit.web_config import PrometheusConfig, QueryConfig

_SPAN: Final = timedelta(hours=1)
_STEP: Final = timedelta(seconds=60)
_MOST_SERIES: Final = 20
_MOST_WARNINGS: Final = 5
_LONGEST: Final = 300


class _Series(msgspec.Struct):
    metric: dict[str, str] = {}
    values: list[tuple[float, str]] = []


class _Data(msgspec.Struct):
    result: list[_Series] = []


class _Answer(msgspec.Struct):
    data: _Data
    warnings: list[str] = []


class PrometheusSource:
    """Asks all queries of one Prometheus each time that it is read."""

    def __init__(self, name: str, config: PrometheusConfig, api: Api, clock: Clock = utc_now) -> None:
        """Ask the Prometheus that the configuration calls `name`."""
        self.name = PROMETHEUS + name
        self._queries = config.queries
        self._api = api
        self._clock = clock

    async def stream(self) -> AsyncIterator[PrometheusLook]:
        """Yield the answers. What is wrong with one query costs that query alone.

        Raises:
            SourceError: not one query has an answer.
        """
        now = self._clock()
        asked = (self._ask(query, now) for query in self._queries.values())
        answers = await asyncio.gather(*asked, return_exceptions=True)
        troubles = [answer for answer in answers if isinstance(answer, BaseException)]
        if foreign := [trouble for trouble in troubles if not isinstance(trouble, SourceError)]:
            raise foreign[0]
        if troubles and len(troubles) == len(answers) and not all(map(_is_of_query, troubles)):
            raise troubles[0]
        named = zip(self._queries.items(), answers, strict=True)
        yield PrometheusLook(self._api.url, tuple(_result(name, query, answer) for (name, query), answer in named))

    async def _ask(self, query: QueryConfig, now: datetime) -> _Answer:
        parameters = (
            ("query", query.promql),
            ("start", str((now - _SPAN).timestamp())),
            ("end", str(now.timestamp())),
            ("step", str(int(_STEP.total_seconds()))),
            ("timeout", f"{self._api.within * 0.8:g}s"),
        )
        return await self._api.get("/api/v1/query_range", _Answer, parameters)


def _is_of_query(trouble: BaseException) -> bool:
    """Tell whether a server that is well dislikes a query: 400 does not parse, 422 cannot be run."""
    return getattr(trouble, "status", 0) in (400, 422)


def _result(name: str, query: QueryConfig, answer: _Answer | BaseException) -> QueryResult:
    result = QueryResult(
        name=name,
        promql=query.promql,
        unit=query.unit,
        above=query.above,
        critical_above=query.critical_above,
        below=query.below,
        critical_below=query.critical_below,
    )
    if isinstance(answer, BaseException):
        return msgspec.structs.replace(result, trouble=clean(str(answer))[:_LONGEST])
    only_low = (query.below, query.critical_below) != (None, None) and query.above is query.critical_above is None
    worst = sorted(answer.data.result, key=lambda series: _rank(series, lowest=only_low))
    return msgspec.structs.replace(
        result,
        series=tuple(map(_samples, worst[:_MOST_SERIES])),
        left_out=max(0, len(worst) - _MOST_SERIES),
        warnings=tuple(clean(warning)[:_LONGEST] for warning in answer.warnings[:_MOST_WARNINGS]),
    )


def _rank(series: _Series, *, lowest: bool) -> tuple[bool, float, list[tuple[str, str]]]:
    """Sort the series whose newest value is the worst to the front, and those without any to the end."""
    newest = next((value for _, text in reversed(series.values) if math.isfinite(value := _number(text))), math.nan)
    missing = math.isnan(newest)
    return missing, 0.0 if missing else newest if lowest else -newest, sorted(series.metric.items())


def _samples(series: _Series) -> Samples:
    pairs = [(at, value) for at, text in series.values if math.isfinite(value := _number(text))]
    return Samples(
        labels={clean(name): clean(value)[:_LONGEST] for name, value in series.metric.items()},
        times=tuple(datetime.fromtimestamp(at, UTC) for at, _ in pairs),
        values=tuple(value for _, value in pairs),
    )


def _number(text: str) -> float:
    """Read a sample: `0.25`, `NaN`, `+Inf`."""
    try:
        return float(text)
    except ValueError as error:
        raise SourceError(TroubleKind.MALFORMED, f"{clean(text)[:20]!r} is no sample") from error
