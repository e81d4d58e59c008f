"""A status page in the form of Statuspage."""

from datetime import UTC, datetime
from typing import Any

import pytest
from support.web_server import WebServer, json_page, page

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.web.api import Api
from cockpit.sources.web.client import Web
from cockpit.sources.web.model import Component, StatusLook
from cockpit.sources.web.status_page import StatusPageSource
from cockpit.web_config import StatusConfig

SUMMARY: dict[str, Any] = {
    "page": {"id": "x", "name": "Payments Inc", "url": "https://status", "updated_at": "2026-11-21T14:08:00.000Z"},
    "status": {"indicator": "major", "description": "Partial System Outage"},
    "components": [
        {"name": "API", "status": "partial_outage", "group": False, "group_id": "g"},
        {"name": "Core", "status": "partial_outage", "group": True},
        {"name": "Dashboard", "status": "operational", "group": False},
    ],
    "incidents": [
        {
            "name": "Elevated\nerrors",
            "status": "identified",
            "impact": "major",
            "created_at": "2026-11-21T14:00:00Z",
            "started_at": "2026-11-21T13:58:00Z",
            "updated_at": "2026-11-21T14:05:00Z",
            "shortlink": "https://stspg.io/x",
            "incident_updates": [{"body": "We found it."}, {"body": "We look."}],
            "components": [{"name": "API", "status": "partial_outage"}],
        },
        {"name": "Everything", "status": "monitoring", "impact": None, "incident_updates": []},
    ],
    "scheduled_maintenances": [
        {
            "name": "Move",
            "status": "scheduled",
            "impact": "maintenance",
            "scheduled_for": "2026-11-22T02:00:00Z",
            "components": [{"name": "Dashboard", "status": "operational"}],
        }
    ],
}


async def look(url: str, web: Web, *components: str) -> StatusLook:
    source = StatusPageSource("payments", StatusConfig(url=url, components=components), Api(web, url))
    assert source.name == "web/status/payments"
    (only,) = [each async for each in source.stream()]
    return only


@pytest.mark.parametrize("path", ["", "/", "/api/v2/summary.json"])
async def test_a_page_with_an_incident(server: WebServer, web: Web, path: str) -> None:
    server.answers["/api/v2/summary.json"] = json_page(SUMMARY)
    seen = await look(server.url(path), web)
    assert (seen.name, seen.indicator, seen.description) == ("Payments Inc", "major", "Partial System Outage")
    assert seen.components == (Component("API", "partial_outage"),)
    first, second = seen.incidents
    assert (first.name, first.status, first.impact, first.newest) == (
        "Elevated errors",
        "identified",
        "major",
        "We found it.",
    )
    assert first.started_at == datetime(2026, 11, 21, 13, 58, tzinfo=UTC)
    assert (first.url, second.impact, second.newest) == ("https://stspg.io/x", "", "")
    assert seen.maintenances[0].started_at == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert seen.updated_at == datetime(2026, 11, 21, 14, 8, tzinfo=UTC)


async def test_only_what_matters(server: WebServer, web: Web) -> None:
    server.answers["/api/v2/summary.json"] = json_page(SUMMARY)
    seen = await look(server.url(), web, "dash*")
    assert seen.components == (Component("Dashboard", "operational"),)
    assert [each.name for each in seen.incidents] == ["Everything"]
    assert [each.name for each in seen.maintenances] == ["Move"]


async def test_a_page_is_followed_to_where_it_has_moved(server: WebServer, web: Web) -> None:
    server.answers["/api/v2/summary.json"] = page("", 301, Location="/new/summary.json")
    server.answers["/new/summary.json"] = json_page({"status": {"indicator": "none"}})
    seen = await look(server.url(), web)
    assert (seen.name, seen.indicator, seen.incidents) == ("127.0.0.1", "none", ())


@pytest.mark.parametrize("answer", [page("<html>"), json_page({}), json_page([])])
async def test_a_page_of_another_form_is_trouble(server: WebServer, web: Web, answer: bytes) -> None:
    server.answers["/api/v2/summary.json"] = answer
    with pytest.raises(SourceError) as caught:
        await look(server.url(), web)
    assert caught.value.kind is TroubleKind.MALFORMED
