"""What stands around the shop on the web: health endpoints, Prometheus, Alertmanager, and a provider's status page."""

import asyncio
from contextlib import AsyncExitStack
from importlib.util import find_spec
from pathlib import Path

from cockpit.gameday.api.kinds import CERTIFICATES, PODS
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.scenarios.shop_images import HEALTH_PATH
from cockpit.gameday.vital_signs import VitalSigns
from cockpit.gameday.web.alertmanager import Alertmanager
from cockpit.gameday.web.alerts import Alerts
from cockpit.gameday.web.facts import WebFacts
from cockpit.gameday.web.health import Health
from cockpit.gameday.web.prometheus import Prometheus
from cockpit.gameday.web.sites import Site
from cockpit.gameday.web.status_page import StatusPage
from cockpit.gameday.web.validity import Validity, served


class PracticeWeb:
    """Serves all of it for as long as a practice world lives."""

    def __init__(self) -> None:
        self._open = AsyncExitStack()
        self.facts: WebFacts | None = None
        """Where everything is, as soon as it is there."""

    async def start(self, cluster: Cluster, namespace: str, signs: VitalSigns, folder: Path) -> None:
        """Begin to serve.

        Args:
            cluster: Where the shop runs.
            namespace: Its namespace.
            signs: The numbers of the shop.
            folder: Where certificates may be written.
        """
        clock = cluster.pace.now
        health = {
            name: await self._serve(Site(Health(cluster, namespace, app, signs).application()))
            for name, app in (("shop", "web"), ("api", "api"))
        }
        alerts = Alerts(cluster.pace.speed)
        page = StatusPage(cluster.switches, clock)
        signs.listen(lambda: alerts.judge(signs.newest, cluster.switches))
        signs.listen(page.look)
        ca_file = None
        secure = self._secure_site(cluster, namespace, signs, folder)
        if secure is not None:
            site, ca_file = secure
            health["shop-tls"] = await self._serve(site)
        prometheus = await self._serve(Site(Prometheus(signs, clock).application()))
        manager = Alertmanager(alerts, clock, cluster.rng("silences"), prometheus)
        self.facts = WebFacts(
            health={name: url + HEALTH_PATH for name, url in health.items()},
            prometheus=prometheus,
            alertmanager=await self._serve(Site(manager.application())),
            status=await self._serve(Site(page.application())),
            ca_file=ca_file,
        )

    async def close(self) -> None:
        """Serve no more."""
        await self._open.aclose()

    async def _serve(self, site: Site) -> str:
        await site.open()
        self._open.push_async_callback(site.close)
        return site.url

    def _secure_site(
        self, cluster: Cluster, namespace: str, signs: VitalSigns, folder: Path
    ) -> tuple[Site, Path] | None:
        """Make the HTTPS endpoint, which shows a new certificate as soon as web has one."""
        shown = served(cluster, namespace)
        if find_spec("cryptography") is None or shown is None:
            return None
        from cockpit.gameday.web.authority import Authority  # noqa: PLC0415  (needs cryptography)

        authority = Authority(folder, cluster.pace.now())
        authority.issue(shown)

        async def follow(before: Validity) -> None:
            changes = cluster.store.follow(CERTIFICATES, PODS)
            try:
                while True:
                    await changes.batch()
                    now = served(cluster, namespace)
                    if now is not None and now != before:
                        authority.issue(now)
                        before = now
            finally:
                changes.close()

        following = asyncio.create_task(follow(shown))
        self._open.callback(following.cancel)
        return Site(
            Health(cluster, namespace, "web", signs).application(keeps=False), authority.context
        ), authority.file
