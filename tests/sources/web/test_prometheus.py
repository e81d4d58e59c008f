"""Named queries: one that fails costs itself alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.web_server import Answer, Talk, WebServer, json_page, page

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.web.api import Api
from cockpit.sources.web.client import Web
from cockpit.sources.web.model import PrometheusLook
from cockpit.sources.web.prometheus import PrometheusSource
from cockpit.web_config import PrometheusConfig, QueryConfig

NOW = datetime(2026, 11, 21, 14, 8, 30, tzinfo=UTC)
RANGE = "/api/v1/query_range"


def matrix(*series: tuple[dict[str, str], list[tuple[float, str]]], **more: Any) -> bytes:
    result = [{"metric": metric, "values": values} for metric, values in series]
    return json_page({"status": "success", "data": {"resultType": "matrix", "result": result}, **more})


async def look(server: WebServer, web: Web, within: float = 5.0, **queries: QueryConfig) -> PrometheusLook:
    config = PrometheusConfig(url=server.url(), queries=queries, token_env="SHOP_TOKEN")
    source = PrometheusSource("main", config, Api(web, config.url, config, within=within), lambda: NOW)
    (only,) = [each async for each in source.stream()]
    return only


def by_query(answers: dict[str, bytes]) -> Answer:
    async def answer(talk: Talk) -> bytes:
        return answers[talk.got.query["query"]]

    return answer


async def test_a_query_over_the_last_hour(server: WebServer, web: Web) -> None:
    end = NOW.timestamp()
    server.answers[RANGE] = matrix(
        ({"job": "api"}, [(end - 120, "0.5"), (end - 60, "NaN"), (end, "0.25")]), warnings=["a\nwarning"]
    )
    seen = await look(server, web, errors=QueryConfig("rate(errors[5m])", unit="%", above=1, critical_above=5))
    (result,) = seen.results
    (series,) = result.series
    assert (result.name, result.promql, result.unit) == ("errors", "rate(errors[5m])", "%")
    assert (result.above, result.critical_above, result.below) == (1, 5, None)
    assert series.labels == {"job": "api"}
    assert series.times == (NOW - timedelta(minutes=2), NOW)
    assert series.values == (0.5, 0.25)
    assert series.newest == 0.25
    assert (result.trouble, result.warnings) == ("", ("a warning",))
    (got,) = server.got
    assert got.query["query"] == "rate(errors[5m])"
    assert float(got.query["end"]) - float(got.query["start"]) == 3600
    assert got.query["step"] == "60"
    assert got.headers["authorization"] == "Bearer t0ken-of-the-shop"
    assert "t0ken" not in repr(seen)


async def test_infinities_are_left_out_and_no_series_is_no_trouble(server: WebServer, web: Web) -> None:
    server.answers[RANGE] = by_query({"a": matrix(({}, [(1, "+Inf"), (2, "-Inf")])), "b": matrix()})
    one, other = (await look(server, web, a=QueryConfig("a"), b=QueryConfig("b"))).results
    assert (one.series[0].values, one.series[0].newest) == ((), None)
    assert (other.series, other.trouble) == ((), "")


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [(QueryConfig("q", above=3), 24, 5), (QueryConfig("q"), 24, 5), (QueryConfig("q", below=3), 0, 19)],
)
async def test_of_many_series_the_worst_are_kept(
    server: WebServer, web: Web, query: QueryConfig, first: float, last: float
) -> None:
    many = [({"pod": f"p{number}"}, [(1.0, "7"), (2.0, str(number))]) for number in range(25)]
    server.answers[RANGE] = matrix(*many, ({"pod": "empty"}, []))
    (result,) = (await look(server, web, q=query)).results
    assert (len(result.series), result.left_out) == (20, 6)
    assert (result.series[0].newest, result.series[-1].newest) == (first, last)


async def test_a_query_that_does_not_parse_costs_itself(server: WebServer, web: Web) -> None:
    refusal = {"status": "error", "errorType": "bad_data", "error": "parse error: unexpected \x1b[31m character"}
    server.answers[RANGE] = by_query({"(": json_page(refusal, 400), "up": matrix(({}, [(1, "1")]))})
    bad, good = (await look(server, web, bad=QueryConfig("("), good=QueryConfig("up"))).results
    assert bad.trouble == "400 Bad Request: parse error: unexpected  character"
    assert (good.trouble, good.series[0].newest) == ("", 1)


async def test_when_no_query_parses_the_server_is_well_nevertheless(server: WebServer, web: Web) -> None:
    server.answers[RANGE] = json_page({"status": "error", "error": "found no metric"}, 422)
    (result,) = (await look(server, web, q=QueryConfig("q"))).results
    assert result.trouble.endswith(": found no metric")


async def test_a_query_that_takes_too_long_costs_itself(server: WebServer, web: Web) -> None:
    async def slow(talk: Talk) -> bytes:
        if talk.got.query["query"] == "slow":
            await asyncio.Event().wait()
        return matrix(({}, [(1, "1")]))

    server.answers[RANGE] = slow
    bad, good = (await look(server, web, within=0.3, bad=QueryConfig("slow"), good=QueryConfig("up"))).results
    assert bad.trouble == "no answer within 0.3 s: there was no answer"
    assert good.series[0].newest == 1


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (page("", 401), TroubleKind.EXPIRED, "401 Unauthorized"),
        (page("", 403), TroubleKind.DENIED, "403 Forbidden"),
        (page("", 404), TroubleKind.MISSING, "404 Not Found"),
        (page("", 429, Retry_After="9"), TroubleKind.THROTTLED, "429 Too Many Requests, retry after 9 s"),
        (page("<h1>oops</h1>", 502), TroubleKind.REFUSED, "502 Bad Gateway"),
        (page("<html>"), TroubleKind.MALFORMED, "the answer is not what was asked for: JSON is malformed"),
        (json_page({"data": {"result": 3}}), TroubleKind.MALFORMED, "the answer is not what was asked for: Expected"),
        (matrix(({}, [(1, "many")])), TroubleKind.MALFORMED, "'many' is no sample"),
        (page("", 302, Location="/login"), TroubleKind.EXPIRED, "redirected to a login: "),
        (b"nonsense\r\n\r\n", TroubleKind.MALFORMED, "the answer is not HTTP: "),
        (page(b" " * (4 * 1024 * 1024 + 1)), TroubleKind.MALFORMED, "the answer is longer than 4 MB"),
    ],
)
async def test_an_answer_that_is_no_use_is_trouble(
    server: WebServer, web: Web, answer: bytes, kind: TroubleKind, message: str
) -> None:
    server.answers[RANGE] = answer
    with pytest.raises(SourceError) as caught:
        await look(server, web, q=QueryConfig("q"), r=QueryConfig("r"))
    assert caught.value.kind is kind
    assert caught.value.message.startswith(message)
    expected = "export SHOP_TOKEN=…" if kind is TroubleKind.DENIED or "401" in message else None
    assert caught.value.remedy == expected


async def test_nobody_listens(web: Web, unused_tcp_port: int) -> None:
    config = PrometheusConfig(url=f"http://127.0.0.1:{unused_tcp_port}", queries={"q": QueryConfig("q")})
    source = PrometheusSource("main", config, Api(web, config.url, config))
    with pytest.raises(SourceError) as caught:
        await anext(source.stream())
    assert (caught.value.kind, caught.value.message) == (TroubleKind.UNREACHABLE, "Connection refused")
