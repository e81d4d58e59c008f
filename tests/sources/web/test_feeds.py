"""What of the web is read, all of it through one door."""

import asyncio
import subprocess
import sys
from contextlib import aclosing
from datetime import UTC, datetime

from support.web_server import Talk, WebServer, json_page, page

from cockpit.board import Board
from cockpit.reading import State
from cockpit.sources.web.feeds import web_feeds
from cockpit.sources.web.model import HEALTH, HealthLook
from cockpit.standing_feeds import StandingFeeds
from cockpit.web_config import (
    AlertmanagerConfig,
    HealthConfig,
    PrometheusConfig,
    QueryConfig,
    StatusConfig,
    WebConfig,
)

NOW = datetime(2026, 11, 21, 14, 8, tzinfo=UTC)


async def test_everything_that_is_configured_is_read(server: WebServer) -> None:
    server.answers |= {
        "/healthz": page("ok"),
        "/api/v1/query_range": json_page({"data": {"result": []}}),
        "/api/v2/alerts": json_page([]),
        "/api/v2/silences": json_page([]),
        "/api/v2/summary.json": json_page({"status": {"indicator": "none"}}),
    }
    config = WebConfig(
        health={"shop": HealthConfig(url=server.url("/healthz"))},
        prometheus={"main": PrometheusConfig(url=server.url(), queries={"up": QueryConfig("up")})},
        alertmanager={"main": AlertmanagerConfig(url=server.url())},
        status={"payments": StatusConfig(url=server.url())},
    )
    board = Board()
    feeds = StandingFeeds(board, list(web_feeds(config, {}, lambda: NOW)), lambda: NOW)
    assert feeds.sources == (
        "web/health/shop",
        "web/prometheus/main",
        "web/alertmanager/main",
        "web/status/payments",
    )
    feeds.start()
    live: set[str] = set()
    async with asyncio.timeout(10), aclosing(board.subscribe(feeds.sources)) as readings:  # type: ignore[type-var]
        async for reading in readings:
            live |= {reading.source} if reading.state(NOW) is State.LIVE else set()
            if live == set(feeds.sources):
                break
    await feeds.stop()


async def test_the_cockpit_can_be_left_while_requests_hang(server: WebServer) -> None:
    asked = asyncio.Event()

    async def hang(_: Talk) -> None:
        asked.set()
        await asyncio.Event().wait()

    server.answers["/"] = hang
    config = WebConfig(health={"shop": HealthConfig(url=server.url("/"))})
    feeds = StandingFeeds(Board(), list(web_feeds(config, {}, lambda: NOW)), lambda: NOW)
    feeds.start()
    await asked.wait()
    async with asyncio.timeout(0.9):
        await feeds.stop()


async def test_twenty_requests_run_at_once_and_the_others_wait_for_their_turn(server: WebServer) -> None:
    full, go = asyncio.Event(), asyncio.Event()

    async def hold(_: Talk) -> bytes:
        if server.open == 20:
            full.set()
        await go.wait()
        return page("ok")

    server.answers["/"] = hold
    health = {f"h{number}": HealthConfig(url=server.url("/"), timeout_seconds=9) for number in range(50)}
    sources = [fed.open() for fed in web_feeds(WebConfig(health=health), {}, lambda: NOW)]

    async def look(number: int) -> HealthLook:
        (only,) = [each async for each in sources[number].stream()]
        assert isinstance(only, HealthLook)
        return only

    looks = [asyncio.create_task(look(number)) for number in range(50)]
    await full.wait()
    go.set()
    seen = await asyncio.gather(*looks)
    assert server.most_open == 20
    assert len(server.got) == 50
    assert {each.newest.message for each in seen} == {""}


def test_httpx_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, cockpit.outside, cockpit.sources.web.feeds, cockpit.actions.alertmanager.executor;"
        "sys.exit('httpx' in sys.modules or 'httpcore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_readings_go_stale_when_they_are_overdue() -> None:
    (fed,) = web_feeds(WebConfig(health={"a": HealthConfig(url="http://a/", every_seconds=30)}), {}, lambda: NOW)
    assert fed.name == HEALTH + "a"
    assert (fed.pace.interval, fed.pace.fresh_for) == (30, 100)
