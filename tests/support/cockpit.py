"""A cockpit in a test: opened on a shop, driven by keys, read as text."""

import asyncio
from collections.abc import Callable

from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from cockpit.ui.app import CockpitApp
from support.shop import Shop


async def settle(pilot: Pilot[None], until: Callable[[], object], seconds: float = 10.0) -> None:
    """Let the cockpit work until something is the case."""
    async with asyncio.timeout(seconds):
        while not until():
            await pilot.pause()
    await pilot.pause()


class Driven:
    """A cockpit that is driven by keys and read as text."""

    def __init__(self, app: CockpitApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, and let the cockpit answer."""
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause()

    async def until(self, happens: Callable[[], object]) -> None:
        """Let the cockpit work until something is the case."""
        await settle(self.pilot, happens)

    def strips(self) -> list[Strip]:
        """Give the lines of the screen as they are drawn."""
        return self.app.screen._compositor.render_strips()

    def screen(self) -> str:
        """Read what is on the screen."""
        return "\n".join(strip.text.rstrip() for strip in self.strips())

    def pane(self, pane: Widget) -> str:
        """Read what is on the part of the screen that a pane has."""
        region = pane.region
        strips = self.strips()[region.y : region.bottom]
        return "\n".join(strip.crop(region.x, region.right).text.rstrip() for strip in strips)

    def names(self) -> list[str]:
        """Read the names in the pods pane, from the top."""
        pods = self.app.cockpit.pods.pods
        return [pod.name for pod in pods.slice(0, len(pods))]

    @property
    def entries(self) -> list[str]:
        """Read what the incident file holds."""
        return [entry.text for entry in self.app.record.entries] if self.app.record else []


class Opened(Driven):
    """A cockpit with its cluster, as a person has it before them once everything has arrived."""

    def __init__(self, app: CockpitApp, shop: Shop, pilot: Pilot[None]) -> None:
        super().__init__(app, pilot)
        self.shop = shop


def arrived(app: CockpitApp) -> bool:
    """Tell whether pods, findings, runbook and log lines are on the screen."""
    cockpit = app.cockpit
    return (
        app.record is not None
        and cockpit.findings.known is not None
        and len(cockpit.pods.pods) > 0
        and "following" in cockpit.logs.view.status_text
        and (len(cockpit.logs.view._buffer.streams) > 0 or app.screen.has_class("tiny"))
    )
