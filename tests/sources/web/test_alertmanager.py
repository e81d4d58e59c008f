"""Alerts that fire and silences, from answers as Alertmanager writes them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from support.web_server import WebServer, json_page, page

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.web.alertmanager import AlertmanagerSource
from cockpit.sources.web.api import Api
from cockpit.sources.web.client import Web
from cockpit.sources.web.model import AlertmanagerLook, Matcher
from cockpit.web_config import AlertmanagerConfig


def alert(name: str, starts: str = "2026-11-21T14:00:00.123456789Z", **more: Any) -> dict[str, Any]:
    return {
        "annotations": {"summary": f"{name}\x1b[31m is bad"},
        "endsAt": "2026-11-21T14:12:00.000Z",
        "fingerprint": f"f-{name}",
        "receivers": [{"name": "pager"}],
        "startsAt": starts,
        "status": {"inhibitedBy": [], "mutedBy": [], "silencedBy": [], "state": "active"},
        "updatedAt": "2026-11-21T14:08:00.000Z",
        "generatorURL": "http://prometheus:9090/graph?g0.expr=up&token=abc",
        "labels": {"alertname": name, "severity": "critical"},
        **more,
    }


def silence(id_: str, state: str = "active", ends: str = "2026-11-21T16:00:00.000Z") -> dict[str, Any]:
    return {
        "id": id_,
        "status": {"state": state},
        "updatedAt": "2026-11-21T14:00:00.000Z",
        "comment": "deploy",
        "createdBy": "anna",
        "endsAt": ends,
        "matchers": [
            {"isEqual": True, "isRegex": False, "name": "alertname", "value": "Slow"},
            {"isEqual": False, "isRegex": True, "name": "pod", "value": "api-.*"},
        ],
        "startsAt": "2026-11-21T14:00:00.000Z",
    }


async def look(server: WebServer, web: Web, *filters: str) -> AlertmanagerLook:
    config = AlertmanagerConfig(url=server.url("/am/"), filter=filters)
    source = AlertmanagerSource("main", config, Api(web, config.url, config))
    assert source.name == "web/alertmanager/main"
    (only,) = [each async for each in source.stream()]
    return only


async def test_alerts_and_silences(server: WebServer, web: Web) -> None:
    quiet = {"inhibitedBy": ["f-x"], "silencedBy": ["s-1"], "state": "suppressed"}
    server.answers["/am/api/v2/alerts"] = json_page(
        [alert("Slow", "2026-11-21T15:00:00+01:00"), alert("Down", "2026-11-21T13:00:00.000Z", status=quiet)]
    )
    server.answers["/am/api/v2/silences"] = json_page(
        [silence("s-2", ends="2026-11-21T17:00:00Z"), silence("s-0", "expired"), silence("s-1", "pending")]
    )
    seen = await look(server, web, 'team="shop"', 'severity=~"crit.*"')
    down, slow = seen.alerts
    assert (down.name, down.silenced_by, down.inhibited_by, down.suppressed) == ("Down", ("s-1",), ("f-x",), True)
    assert (slow.name, slow.severity, slow.suppressed, slow.receivers) == ("Slow", "critical", False, ("pager",))
    assert slow.starts_at == datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert slow.annotations == {"summary": "Slow is bad"}
    assert slow.url == "http://prometheus:9090/graph?g0.expr=up&token=[redacted:secret]"
    first, second = seen.silences
    assert (first.id, first.pending, second.id, second.pending) == ("s-1", True, "s-2", False)
    assert second.matchers == (Matcher("alertname", "Slow"), Matcher("pod", "api-.*", regex=True, equal=False))
    assert (second.created_by, second.comment) == ("anna", "deploy")
    assert server.got[0].target == (
        "/am/api/v2/alerts?active=true&silenced=true&inhibited=true"
        "&filter=team%3D%22shop%22&filter=severity%3D~%22crit.%2A%22"
    )


async def test_of_very_many_alerts_those_that_are_told_and_the_oldest_are_kept(server: WebServer, web: Web) -> None:
    quiet = {"silencedBy": ["s-1"]}
    many = [alert(f"A{number}", f"2026-11-21T14:{number // 60:02}:{number % 60:02}Z") for number in range(510)]
    server.answers["/am/api/v2/alerts"] = json_page([alert("Old", "2020-01-01T00:00:00Z", status=quiet), *many])
    server.answers["/am/api/v2/silences"] = json_page([])
    seen = await look(server, web)
    assert (len(seen.alerts), seen.left_out) == (500, 11)
    assert (seen.alerts[0].name, seen.alerts[-1].name) == ("A0", "A499")


@pytest.mark.parametrize(
    ("alerts", "silences", "kind"),
    [
        (json_page("filter: bad matcher", 400), json_page([]), TroubleKind.REFUSED),
        (json_page([]), page("", 403), TroubleKind.DENIED),
        (json_page([{"labels": 3}]), json_page([]), TroubleKind.MALFORMED),
        (page("[{"), json_page([]), TroubleKind.MALFORMED),
    ],
)
async def test_what_cannot_be_read_is_trouble(
    server: WebServer, web: Web, alerts: bytes, silences: bytes, kind: TroubleKind
) -> None:
    server.answers |= {"/am/api/v2/alerts": alerts, "/am/api/v2/silences": silences}
    with pytest.raises(SourceError) as caught:
        await look(server, web)
    assert caught.value.kind is kind
    if kind is TroubleKind.REFUSED:
        assert caught.value.message == "400 Bad Request: filter: bad matcher"
