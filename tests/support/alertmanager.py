"""An Alertmanager that keeps silences as the real one does, and fails as a test wants it."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec

from support.web_server import Talk, WebServer, json_page, page


class Alertmanager:
    """Answers for the API below `/api/v2` of a web server."""

    def __init__(self, server: WebServer) -> None:
        self.alerts: list[dict[str, Any]] = []
        self.silences: dict[str, dict[str, Any]] = {}
        self.deaf = False
        """Whether the answers to changes get lost, after they were made."""
        self.hears = True
        """Whether changes are made at all."""
        self._server = server
        server.answers |= {"/api/v2/alerts": self._alerts, "/api/v2/silences": self._listed}

    def fires(self, name: str, **labels: str) -> None:
        self.alerts.append(
            {
                "labels": {"alertname": name, **labels},
                "fingerprint": f"f{len(self.alerts)}",
                "startsAt": "2026-11-21T14:00:00.000Z",
            }
        )

    def silenced(self, *matchers: tuple[str, str], ends: str = "2026-11-21T16:00:00.000Z", **more: Any) -> str:
        """Have a silence, and give its id."""
        silence = {
            "matchers": [{"name": name, "value": value, "isRegex": False} for name, value in matchers],
            "startsAt": "2026-11-21T14:00:00.000Z",
            "endsAt": ends,
            "createdBy": "anna",
            "comment": "deploy",
            **more,
        }
        return self._keep(silence)

    def _keep(self, silence: dict[str, Any]) -> str:
        id_ = str(uuid4())
        self.silences[id_] = {"id": id_, "status": {"state": "active"}, **silence}
        self._server.answers[f"/api/v2/silence/{id_}"] = self._one
        return id_

    async def _alerts(self, _: Talk) -> bytes:
        return json_page(self.alerts)

    async def _listed(self, talk: Talk) -> bytes:
        if talk.got.method == "GET":
            return json_page(list(self.silences.values()))
        silence = msgspec.json.decode(talk.got.body)
        made = ""
        if self.hears:
            # As the real one: a beginning in the past becomes the moment of the request.
            made = self._keep({**silence, "startsAt": datetime.now(UTC).isoformat()})
        return await self._answer(json_page({"silenceID": made}))

    async def _one(self, talk: Talk) -> bytes:
        silence = self.silences.get(talk.got.path.rpartition("/")[2])
        if silence is None:
            return page("", 404)
        if talk.got.method == "GET":
            return json_page(silence)
        if self.hears:
            silence["status"] = {"state": "expired"}
        return await self._answer(page())

    async def _answer(self, answer: bytes) -> bytes:
        if self.deaf:
            await asyncio.Event().wait()
        return answer
