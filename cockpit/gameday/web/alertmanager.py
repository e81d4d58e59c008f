"""An Alertmanager HTTP API (v2): alerts that follow the practice world, and silences that work."""

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from json import JSONDecodeError
from random import Random
from typing import Any

import msgspec
from aiohttp import web

from cockpit.clock import Clock
from cockpit.gameday.web.alerts import Alerts, Firing

RESOLVES_AFTER = timedelta(minutes=4)
"""How long Prometheus lets an alert stand that it does not send again."""
KEPT = timedelta(hours=1)
"""Silences that are over are shown for so long."""
RECEIVER = "on-call"
_FILTER = re.compile(r'\s*(?P<name>[a-zA-Z_]\w*)\s*(?P<operator>=~|!~|!=|=)\s*"?(?P<value>.*?)"?\s*')


class Matcher(msgspec.Struct, frozen=True, rename="camel"):
    """A condition on a label."""

    name: str
    value: str
    is_regex: bool
    is_equal: bool = True

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether an alert meets it."""
        actual = labels.get(self.name, "")
        same = re.fullmatch(self.value, actual) is not None if self.is_regex else actual == self.value
        return same is self.is_equal


class PostedSilence(msgspec.Struct, frozen=True, rename="camel"):
    """What is sent to make a silence, or with the id of one to change it."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    id: str = ""


class Silence(msgspec.Struct, frozen=True):
    """A silence with what Alertmanager adds."""

    id: str
    posted: PostedSilence
    updated_at: datetime
    ends_at: datetime

    def state(self, now: datetime) -> str:
        """`pending`, `active` or `expired`."""
        if now >= self.ends_at:
            return "expired"
        return "active" if now >= self.posted.starts_at else "pending"

    def silences(self, labels: Mapping[str, str], now: datetime) -> bool:
        """Tell whether nobody is told of an alert."""
        return self.state(now) == "active" and all(matcher.matches(labels) for matcher in self.posted.matchers)

    def json(self, now: datetime) -> dict[str, Any]:
        """Write it as `gettableSilence`."""
        return {
            "id": self.id,
            "status": {"state": self.state(now)},
            "updatedAt": _written(self.updated_at),
            "comment": self.posted.comment,
            "createdBy": self.posted.created_by,
            "startsAt": _written(self.posted.starts_at),
            "endsAt": _written(self.ends_at),
            "matchers": msgspec.to_builtins(self.posted.matchers),
        }


class Alertmanager:
    """Answers for the alerts and keeps the silences.

    Args:
        alerts: Which of them fire.
        clock: Tells the time.
        rng: Makes the ids of silences.
        graph: The address of the Prometheus that sends the alerts.
    """

    def __init__(self, alerts: Alerts, clock: Clock, rng: Random, graph: str) -> None:
        self._alerts = alerts
        self._clock = clock
        self._rng = rng
        self._graph = graph
        self._began = clock()
        self._silences: dict[str, Silence] = {}

    def application(self) -> web.Application:
        """Give what an HTTP server serves."""
        application = web.Application()
        routes = application.router
        routes.add_get("/api/v2/alerts", self._list_alerts)
        routes.add_get("/api/v2/alerts/groups", self._list_groups)
        routes.add_get("/api/v2/silences", self._list_silences)
        routes.add_post("/api/v2/silences", self._post_silence)
        routes.add_get("/api/v2/silence/{id}", self._get_silence)
        routes.add_delete("/api/v2/silence/{id}", self._delete_silence)
        routes.add_get("/api/v2/status", self._status)
        routes.add_get("/api/v2/receivers", self._receivers)
        return application

    async def _list_alerts(self, request: web.Request) -> web.Response:
        try:
            filters = [_matcher(text) for text in request.query.getall("filter", [])]
        except ValueError as problem:
            return web.json_response(str(problem), status=400)
        return web.json_response(list(self._gettable(request, filters)))

    async def _list_groups(self, request: web.Request) -> web.Response:
        groups: dict[str, list[dict[str, Any]]] = {}
        for alert in self._gettable(request, []):
            groups.setdefault(alert["labels"]["alertname"], []).append(alert)
        listed = [
            {"labels": {"alertname": name}, "receiver": {"name": RECEIVER}, "alerts": alerts}
            for name, alerts in sorted(groups.items())
        ]
        return web.json_response(listed)

    def _gettable(self, request: web.Request, filters: Iterable[Matcher]) -> Iterable[dict[str, Any]]:
        shows = {state: request.query.get(state, "true") != "false" for state in ("active", "silenced")}
        for firing in sorted(self._alerts.firing(), key=lambda each: each.fingerprint):
            alert = self._alert(firing)
            state = "silenced" if alert["status"]["silencedBy"] else "active"
            if shows[state] and all(matcher.matches(firing.labels) for matcher in filters):
                yield alert

    def _alert(self, firing: Firing) -> dict[str, Any]:
        now = self._clock()
        by = sorted(silence.id for silence in self._silences.values() if silence.silences(firing.labels, now))
        return {
            "annotations": dict(firing.annotations),
            "endsAt": _written(now + RESOLVES_AFTER),
            "fingerprint": firing.fingerprint,
            "receivers": [{"name": RECEIVER}],
            "startsAt": _written(firing.since),
            "status": {"inhibitedBy": [], "mutedBy": [], "silencedBy": by, "state": "suppressed" if by else "active"},
            "updatedAt": _written(now),
            "generatorURL": f"{self._graph}/graph?g0.expr=ALERTS&g0.tab=1",
            "labels": dict(firing.labels),
        }

    async def _list_silences(self, request: web.Request) -> web.Response:
        now = self._clock()
        self._silences = {key: each for key, each in self._silences.items() if now - each.ends_at < KEPT}
        try:
            filters = [_matcher(text) for text in request.query.getall("filter", [])]
        except ValueError as problem:
            return web.json_response(str(problem), status=400)
        chosen = [
            silence.json(now)
            for silence in self._silences.values()
            if all(any(_says(made, wanted) for made in silence.posted.matchers) for wanted in filters)
        ]
        return web.json_response(chosen)

    async def _post_silence(self, request: web.Request) -> web.Response:
        try:
            posted = msgspec.json.decode(await request.read(), type=PostedSilence)
        except (msgspec.DecodeError, JSONDecodeError, UnicodeDecodeError) as problem:
            return web.json_response({"code": 400, "message": f"parsing silence body failed: {problem}"}, status=400)
        now = self._clock()
        wrong = _what_is_wrong(posted, now)
        if wrong:
            return web.json_response(wrong, status=400)
        before = self._silences.get(posted.id)
        if posted.id and before is None:
            return web.json_response("silence not found", status=404)
        identifier = str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
        if before is not None:
            if before.state(now) != "expired" and before.posted.matchers == posted.matchers:
                identifier = before.id
            else:
                self._expire(before, now)
        start = posted.starts_at if before is not None and identifier == before.id else max(posted.starts_at, now)
        kept = msgspec.structs.replace(posted, starts_at=start)
        self._silences[identifier] = Silence(identifier, kept, now, posted.ends_at)
        return web.json_response({"silenceID": identifier})

    async def _get_silence(self, request: web.Request) -> web.Response:
        silence = self._silences.get(request.match_info["id"])
        if silence is None:
            return web.Response(status=404)
        return web.json_response(silence.json(self._clock()))

    async def _delete_silence(self, request: web.Request) -> web.Response:
        silence = self._silences.get(request.match_info["id"])
        now = self._clock()
        if silence is None:
            return web.Response(status=404)
        if silence.state(now) == "expired":
            return web.json_response(f"silence {silence.id} already expired", status=500)
        self._expire(silence, now)
        return web.Response()

    def _expire(self, silence: Silence, now: datetime) -> None:
        self._silences[silence.id] = Silence(silence.id, silence.posted, now, now)

    async def _status(self, _: web.Request) -> web.Response:
        version = {"version": "0.28.1", "revision": "practice", "branch": "HEAD", "goVersion": "go1.23.7"}
        return web.json_response(
            {
                "cluster": {"name": "practice", "peers": [], "status": "ready"},
                "config": {"original": f"route:\n  receiver: {RECEIVER}\nreceivers:\n- name: {RECEIVER}\n"},
                "uptime": _written(self._began),
                "versionInfo": {**version, "buildDate": "", "buildUser": ""},
            }
        )

    async def _receivers(self, _: web.Request) -> web.Response:
        return web.json_response([{"name": RECEIVER}])


def _matcher(text: str) -> Matcher:
    """Read a matcher as it stands in a query.

    Raises:
        ValueError: It is none.
    """
    found = _FILTER.fullmatch(text)
    if found is None:
        raise ValueError(f"bad matcher format: {text}")
    how = found["operator"]
    return Matcher(found["name"], found["value"], how.endswith("~"), is_equal=not how.startswith("!"))


def _says(made: Matcher, wanted: Matcher) -> bool:
    return made.name == wanted.name and wanted.matches({made.name: made.value})


def _what_is_wrong(posted: PostedSilence, now: datetime) -> str:
    """Say in Alertmanager's words what is wrong with a silence; nothing if nothing is."""
    if not posted.matchers or all(matcher.matches({}) for matcher in posted.matchers):
        return "invalid silence: at least one matcher must not match the empty string"
    if posted.ends_at <= posted.starts_at:
        return "failed to create silence: start time must be before end time"
    if posted.ends_at <= now:
        return "failed to create silence: end time can't be in the past"
    return ""


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
