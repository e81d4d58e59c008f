"""The status page of the payment provider (Statuspage's `/api/v2/summary.json`)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from cockpit.clock import Clock
from cockpit.gameday.scenarios.shop_images import PROVIDER_DOWN

PAGE = {"id": "p4yw3llst4tu", "name": "Paywell", "time_zone": "Etc/UTC"}
COMPONENTS = ("API", "Checkout", "Dashboard", "Webhooks")
_AFFECTED = {"API": "major_outage", "Checkout": "major_outage", "Webhooks": "degraded_performance"}
_INCIDENT = "k7n2xq0vd1fz"


class StatusPage:
    """Tells how the provider says it is.

    Args:
        switches: What the scenario has switched on.
        clock: Tells the time.
    """

    def __init__(self, switches: set[str], clock: Clock) -> None:
        self._switches = switches
        self._clock = clock
        self._down_since: datetime | None = None

    def application(self) -> web.Application:
        """Give what an HTTP server serves."""
        application = web.Application()
        application.router.add_get("/api/v2/summary.json", self._summary)
        application.router.add_get("/api/v2/status.json", self._status)
        return application

    def look(self) -> None:
        """Notice an outage when it begins and when it ends."""
        is_down = PROVIDER_DOWN in self._switches
        self._down_since = (self._down_since or self._clock()) if is_down else None

    async def _summary(self, request: web.Request) -> web.Response:
        self.look()
        down = self._down_since
        components = [self._component(position, name, down) for position, name in enumerate(COMPONENTS, start=1)]
        incidents = [] if down is None else [_incident(down, components, _origin(request))]
        body = {**self._head(request), "components": components, "incidents": incidents}
        return web.json_response({**body, "scheduled_maintenances": []})

    async def _status(self, request: web.Request) -> web.Response:
        self.look()
        return web.json_response(self._head(request))

    def _head(self, request: web.Request) -> dict[str, Any]:
        page = {**PAGE, "url": _origin(request), "updated_at": _written(self._clock())}
        status = {"indicator": "none", "description": "All Systems Operational"}
        if self._down_since is not None:
            status = {"indicator": "critical", "description": "Major Service Outage"}
        return {"page": page, "status": status}

    def _component(self, position: int, name: str, down: datetime | None) -> dict[str, Any]:
        made = self._clock() - timedelta(days=900)
        return {
            "id": f"c{position}p4yw3ll",
            "name": name,
            "status": "operational" if down is None else _AFFECTED.get(name, "operational"),
            "created_at": _written(made),
            "updated_at": _written(down or made),
            "position": position,
            "description": None,
            "showcase": True,
            "start_date": None,
            "group_id": None,
            "page_id": PAGE["id"],
            "group": False,
            "only_show_if_degraded": False,
        }


def _incident(since: datetime, components: list[dict[str, Any]], origin: str) -> dict[str, Any]:
    told = _written(since)
    update = {
        "id": f"{_INCIDENT}u1",
        "status": "investigating",
        "body": "Payments fail or take long in all regions. We are investigating.",
        "incident_id": _INCIDENT,
        "created_at": told,
        "updated_at": told,
        "display_at": told,
        "affected_components": None,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }
    return {
        "id": _INCIDENT,
        "name": "Elevated error rates for payments",
        "status": "investigating",
        "created_at": told,
        "updated_at": told,
        "monitoring_at": None,
        "resolved_at": None,
        "impact": "critical",
        "shortlink": f"{origin}/incidents/{_INCIDENT}",
        "started_at": told,
        "page_id": PAGE["id"],
        "incident_updates": [update],
        "components": [component for component in components if component["status"] != "operational"],
        "reminder_intervals": None,
    }


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
