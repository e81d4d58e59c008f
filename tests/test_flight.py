"""The first flight: from the first frame on a bad deploy to the report, through the real sources."""

import asyncio
import os
import shutil
from pathlib import Path

import aiohttp
import pytest
from support.cluster import open_cockpit

from cockpit.gameday.cluster import Timings
from cockpit.gameday.scenarios import bad_deploy
from cockpit.gameday.world import World

DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/api"
ADMIN = {"Authorization": "Bearer practice-admin-token", "Content-Type": "application/strategic-merge-patch+json"}
GOOD = {"spec": {"template": {"spec": {"containers": [{"name": "api", "image": "registry.shop.local/api:1.4.0"}]}}}}


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


async def roll_back(world: World) -> None:
    """Type `kubectl rollout undo`, or send what it would where there is no kubectl."""
    if shutil.which("kubectl") is None:
        async with (
            aiohttp.ClientSession(world.url) as client,
            client.patch(DEPLOYMENT, json=GOOD, headers=ADMIN) as done,
        ):
            assert done.status == 200
        return
    undo = ("kubectl", "rollout", "undo", "deployment/api", "-n", "shop")
    environment = {**os.environ, "KUBECONFIG": str(world.kubeconfig)}
    child = await asyncio.create_subprocess_exec(*undo, env=environment, stdout=asyncio.subprocess.DEVNULL)
    async with asyncio.timeout(20):
        assert await child.wait() == 0


async def test_a_bad_deploy_is_found_understood_rolled_back_and_reported(tmp_path: Path) -> None:
    timings = Timings(backoff=2.0, backoff_limit=4.0)
    async with (
        World(bad_deploy(healthy_for=0.0, timings=timings), speed=20, seed=1) as world,
        open_cockpit(world.kubeconfig, tmp_path / "incidents") as cockpit,
    ):
        await cockpit.until(lambda: "Wrong now" in cockpit.findings and "crash-loop" in cockpit.findings)
        await cockpit.until(lambda: "CrashLoopBackOff" in cockpit.pods.splitlines()[2])
        await cockpit.press("p")
        await cockpit.until(lambda: "DATABASE_URL is not set" in cockpit.logs)

        await cockpit.press("3")
        await cockpit.until(lambda: cockpit.app.focused is cockpit.app.cockpit.logs.view)
        await cockpit.press("slash", *"database_url", "enter")
        await cockpit.shows('grep "database_url" 1')
        await cockpit.press("ampersand")
        await cockpit.until(lambda: len(cockpit.logs.splitlines()) > 1 and "starting" not in cockpit.logs)
        assert "FATAL: DATABASE_URL is not set" in cockpit.logs

        await cockpit.press("0", "space")
        await cockpit.shows("Checklist 1 of")
        await cockpit.press("S")
        await cockpit.shows("when in doubt, the higher one")
        await cockpit.press(*"sev2", "enter")
        await cockpit.until(lambda: "SEV2" in cockpit.header)
        await cockpit.press("i", *"1.5.0 wants DATABASE_URL: rolling back", "enter")
        await cockpit.shows("saved: 1.5.0 wants DATABASE_URL: rolling back")

        await roll_back(world)
        await cockpit.press("1")
        await cockpit.until(lambda: "Nothing wrong" in cockpit.findings)
        await cockpit.until(lambda: "CrashLoopBackOff" not in cockpit.pods)

        await cockpit.press("r")
        await cockpit.shows("report written to")
    (report,) = (tmp_path / "incidents").glob("*.md")
    text = report.read_text()
    for told in ("SEV2", r"1.5.0 wants DATABASE\_URL: rolling back", "Acknowledge the page"):
        assert told in text
