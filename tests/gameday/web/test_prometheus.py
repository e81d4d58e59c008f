"""The practice Prometheus answers as the real one does, from the numbers of the shop."""

from datetime import timedelta
from typing import Any

import pytest
from support.outside import Outside, look_around

from cockpit.clock import utc_now
from cockpit.gameday.scenarios import steady
from cockpit.gameday.web.promql import ParseError, Query, parse


async def ask(outside: Outside, path: str, **query: str) -> Any:
    answer = await outside.get(f"{outside.web.prometheus}/api/v1/{path}", **query)
    return answer.json()


async def test_a_query_gives_a_vector_with_numbers_as_text() -> None:
    async with look_around(steady(), web=True) as outside:
        answer = await ask(outside, "query", query='service:latency_seconds:p95{service="shop"}')
        assert answer["status"] == "success"
        assert answer["data"]["resultType"] == "vector"
        (series,) = answer["data"]["result"]
        assert series["metric"] == {
            "__name__": "service:latency_seconds:p95",
            "namespace": "shop",
            "service": "shop",
        }
        assert 0 < float(series["value"][1]) < 1
        assert isinstance(series["value"][1], str)


async def test_a_range_gives_the_hour_before_the_world_too() -> None:
    async with look_around(steady(), web=True) as outside:
        now = utc_now()
        times = {"start": str((now - timedelta(minutes=50)).timestamp()), "end": str(now.timestamp()), "step": "60"}
        answer = await ask(outside, "query_range", query="100 * service:errors:ratio_rate1m", **times)
        assert answer["data"]["resultType"] == "matrix"
        (series,) = answer["data"]["result"]
        assert "__name__" not in series["metric"]
        assert len(series["values"]) == 51
        assert {value for _, value in series["values"]} == {"0"}


async def test_a_comparison_keeps_what_meets_it() -> None:
    async with look_around(steady(), web=True) as outside:
        assert len((await ask(outside, "query", query="service:pods_ready >= 3"))["data"]["result"]) == 1
        assert (await ask(outside, "query", query="up == 0"))["data"]["result"] == []
        assert (await ask(outside, "query", query="not_recorded"))["data"]["result"] == []


@pytest.mark.parametrize("query", ["sum(up", "up{", 'up{job=~"("}', ""])
async def test_what_is_not_understood_is_bad_data(query: str) -> None:
    async with look_around(steady(), web=True) as outside:
        answer = await outside.get(f"{outside.web.prometheus}/api/v1/query", query=query)
        assert answer.status_code == 400
        assert (answer.json()["status"], answer.json()["errorType"]) == ("error", "bad_data")


async def test_labels_and_their_values_are_listed() -> None:
    async with look_around(steady(), web=True) as outside:
        assert {"__name__", "job", "service"} <= set((await ask(outside, "labels"))["data"])
        assert (await ask(outside, "label/job/values"))["data"] == ["api", "web"]


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("up", Query("up")),
        ('up{job="api", instance!~"x.*"}', Query("up", (("job", "=", "api"), ("instance", "!~", "x.*")))),
        ("100 * up > 5", Query("up", factor=100, comparison=">", limit=5)),
        ("up / 4", Query("up", factor=0.25)),
    ],
)
def test_what_is_understood(text: str, understood: Query) -> None:
    assert parse(text) == understood


def test_functions_are_refused() -> None:
    with pytest.raises(ParseError, match="parse error"):
        parse("rate(up[5m])")
