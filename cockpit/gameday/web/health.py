"""Health endpoints of the shop's workloads: they say what the pods behind their service say."""

import asyncio
from typing import Any

from aiohttp import web

from cockpit.gameday.cluster import Cluster
from cockpit.gameday.scenarios.shop_images import HEALTH_PATH, PROVIDER_DOWN
from cockpit.gameday.serving import Serving, serving
from cockpit.gameday.vital_signs import VitalSigns

_LONGEST = 3.0
"""Seconds that an answer takes at most, whatever the customers' take."""


class Health:
    """Answers GET /healthz for one workload.

    Args:
        cluster: Where it runs.
        namespace: Its namespace.
        app: Its label `app`.
        signs: The numbers of the shop.
    """

    def __init__(self, cluster: Cluster, namespace: str, app: str, signs: VitalSigns) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._app = app
        self._signs = signs

    def application(self, *, keeps: bool = True) -> web.Application:
        """Give what an HTTP server serves.

        Args:
            keeps: Whether connections are kept; without, each check sees the certificate anew.
        """

        async def answer(_: web.Request) -> web.Response:
            response = await self._answer()
            if not keeps:
                response.force_close()
            return response

        application = web.Application()
        application.router.add_get(HEALTH_PATH, answer)
        return application

    async def _answer(self) -> web.Response:
        now = serving(self._cluster, self._namespace, self._app)
        checks = self._checks(now)
        is_well = now.ready > 0
        await asyncio.sleep(min(_LONGEST, now.takes + now.slows * 0.3) / self._cluster.pace.speed)
        problems = [name for name, check in checks.items() if check["status"] != "ok"]
        status = "unavailable" if not is_well else "degraded" if problems else "ok"
        body = {"status": status, "service": self._app, "pods": _pods(now), "checks": checks}
        return web.json_response(body, status=200 if is_well else 503)

    def _checks(self, now: Serving) -> dict[str, dict[str, Any]]:
        """Tell how what the workload depends on is."""
        if self._app != "api":
            api = serving(self._cluster, self._namespace, "api")
            return {"api": {"status": "ok" if api.ready else "down"}}
        signs = self._signs.newest
        database = "exhausted" if signs.saturation >= 1 else "slow" if signs.blocked > 3 else "ok"
        needs_provider = now.ready > 0 and now.errors > 0  # with PAYMENTS=off, orders do without
        provider = "down" if needs_provider and PROVIDER_DOWN in self._cluster.switches else "ok"
        return {"database": {"status": database}, "payments": {"status": provider}}


def _pods(now: Serving) -> dict[str, int]:
    return {"ready": now.ready, "all": now.pods}
