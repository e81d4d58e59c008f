"""A Prometheus HTTP API (v1) over the vital signs: recorded rules, as a shop would have them."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from aiohttp import web

from cockpit.clock import Clock
from cockpit.gameday.vital_signs import STORAGE, Sample, VitalSigns
from cockpit.gameday.web.promql import ParseError, Query, parse

STALE = timedelta(minutes=5)
"""An older sample counts no more (Prometheus' lookback)."""
MOST_POINTS = 11_000
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Rule(msgspec.Struct, frozen=True):
    """A series that is recorded."""

    name: str
    measure: Callable[[Sample], float]
    labels: Mapping[str, str] = {}

    @property
    def series(self) -> dict[str, str]:
        """Its labels with its name."""
        return {"__name__": self.name, **self.labels}


_SHOP = {"service": "shop", "namespace": "shop"}
_API = {"service": "api", "namespace": "shop"}
RULES = (
    Rule("service:requests:rate1m", lambda now: now.requests, _SHOP),
    Rule("service:errors:ratio_rate1m", lambda now: now.errors, _SHOP),
    Rule("service:latency_seconds:p50", lambda now: now.p50, _SHOP),
    Rule("service:latency_seconds:p95", lambda now: now.p95, _SHOP),
    Rule("service:latency_seconds:p99", lambda now: now.p99, _SHOP),
    Rule("service:pods_ready", lambda now: float(now.web_ready), {"service": "web", "namespace": "shop"}),
    Rule("service:pods_ready", lambda now: float(now.api_ready), _API),
    Rule("database:connections:saturation", lambda now: now.saturation, {"database": "shop-db"}),
    Rule("database:storage_used:ratio", lambda now: 1 - now.free_storage / STORAGE, {"database": "shop-db"}),
    Rule("up", lambda now: float(now.web_ready > 0), {"job": "web", "instance": "web:8081"}),
    Rule("up", lambda now: float(now.api_ready > 0), {"job": "api", "instance": "api:8080"}),
)


class BadRequestError(Exception):
    """A parameter makes no sense."""


class Prometheus:
    """Answers queries from the samples of the last hour.

    Args:
        signs: The numbers of the shop.
        clock: Tells the time.
    """

    def __init__(self, signs: VitalSigns, clock: Clock) -> None:
        self._signs = signs
        self._clock = clock

    def application(self) -> web.Application:
        """Give what an HTTP server serves."""
        application = web.Application(middlewares=[_complain])
        routes = application.router
        for path, answer in (
            ("query", self._query),
            ("query_range", self._query_range),
            ("labels", self._labels),
            ("series", self._series),
        ):
            routes.add_get(f"/api/v1/{path}", answer)
            routes.add_post(f"/api/v1/{path}", answer)
        routes.add_get("/api/v1/label/{name}/values", self._values)
        routes.add_get("/api/v1/status/buildinfo", _build)
        for path, words in (("healthy", "Healthy"), ("ready", "Ready")):
            routes.add_get(f"/-/{path}", _saying(f"Prometheus Server is {words}.\n"))
        return application

    async def _query(self, request: web.Request) -> web.Response:
        parameters = await _parameters(request)
        query = parse(parameters.get("query", ""))
        at = _moment(parameters["time"]) if "time" in parameters else self._clock()
        result = []
        for rule in RULES:
            value = self._at(rule, query, at) if query.chooses(rule.series) else None
            if value is not None:
                result.append({"metric": _labels_of(rule, query), "value": [at.timestamp(), _written(value)]})
        return _success({"resultType": "vector", "result": result})

    async def _query_range(self, request: web.Request) -> web.Response:
        parameters = await _parameters(request)
        query = parse(parameters.get("query", ""))
        times = list(_steps(parameters))
        result = []
        for rule in RULES:
            if query.chooses(rule.series):
                found = [(at, self._at(rule, query, at)) for at in times]
                points = [[at.timestamp(), _written(value)] for at, value in found if value is not None]
                if points:
                    result.append({"metric": _labels_of(rule, query), "values": points})
        return _success({"resultType": "matrix", "result": result})

    async def _labels(self, _: web.Request) -> web.Response:
        return _success(sorted({name for rule in RULES for name in rule.series}))

    async def _values(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return _success(sorted({rule.series[name] for rule in RULES if name in rule.series}))

    async def _series(self, request: web.Request) -> web.Response:
        wanted = [parse(text) for text in request.query.getall("match[]", [])]
        return _success([rule.series for rule in RULES if any(query.chooses(rule.series) for query in wanted)])

    def _at(self, rule: Rule, query: Query, at: datetime) -> float | None:
        """Give what was measured last before a moment, if that is not too long ago."""
        samples = self._signs.samples
        index = bisect_right(samples, at, key=lambda sample: sample.at) - 1
        if index < 0 or samples[index].at < at - STALE:
            return None
        return query.value(rule.measure(samples[index]))


def _labels_of(rule: Rule, query: Query) -> dict[str, str]:
    """Give the labels of a result: what was calculated with has no name any more."""
    return rule.series if query.factor == 1.0 else dict(rule.labels)


def _written(value: float) -> str:
    return repr(value) if value != int(value) else str(int(value))


def _steps(parameters: Mapping[str, str]) -> Iterable[datetime]:
    missing = [name for name in ("start", "end", "step") if name not in parameters]
    if missing:
        raise BadRequestError(f'invalid parameter "{missing[0]}": cannot parse "" to a valid timestamp')
    start, end, step = _moment(parameters["start"]), _moment(parameters["end"]), _length(parameters["step"])
    if end < start:
        raise BadRequestError('invalid parameter "end": end timestamp must not be before start time')
    if step <= timedelta():
        raise BadRequestError(
            'invalid parameter "step": zero or negative query resolution step widths are not accepted.'
        )
    if (end - start) / step > MOST_POINTS:
        raise BadRequestError("exceeded maximum resolution of 11,000 points per timeseries.")
    while start <= end:
        yield start
        start += step


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise BadRequestError(f'cannot parse "{text}" to a valid timestamp') from None


def _length(text: str) -> timedelta:
    number = text.rstrip("msdh")
    try:
        return timedelta(seconds=float(number) * _UNITS[text[len(number) :] or "s"])
    except (ValueError, KeyError):
        raise BadRequestError(f'invalid parameter "step": cannot parse "{text}" to a valid duration') from None


async def _parameters(request: web.Request) -> dict[str, str]:
    form: Mapping[str, Any] = await request.post() if request.method == "POST" else {}
    return {**request.query, **{name: str(value) for name, value in form.items()}}


@web.middleware
async def _complain(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    try:
        answer: web.StreamResponse = await handler(request)
    except (BadRequestError, ParseError) as problem:
        return web.json_response({"status": "error", "errorType": "bad_data", "error": str(problem)}, status=400)
    return answer


def _success(data: object) -> web.Response:
    return web.json_response({"status": "success", "data": data})


async def _build(_: web.Request) -> web.Response:
    build = {"version": "3.5.0", "revision": "practice", "branch": "HEAD", "buildUser": "", "buildDate": ""}
    return _success({**build, "goVersion": "go1.24.2"})


def _saying(text: str) -> Callable[[web.Request], Any]:
    async def say(_: web.Request) -> web.Response:
        return web.Response(text=text)

    return say
