"""A cockpit in a test: opened on a shop, driven by keys, read as text."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from textual._context import visible_screen_stack
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from cockpit.config import Config, IncidentConfig
from cockpit.session import Session
from cockpit.ui.app import CockpitApp
from support.shop import NOW, Shop


async def settle(pilot: Pilot[None], until: Callable[[], object], seconds: float = 10.0) -> None:
    """Let the cockpit work until something is the case."""
    async with asyncio.timeout(seconds):
        while not until():
            await pilot.pause()
    await pilot.pause()


def text_of(app: CockpitApp) -> str:
    """Read what is on the screen."""
    return "\n".join(strip.text.rstrip() for strip in _strips(app))


def _strips(app: CockpitApp) -> list[Strip]:
    visible_screen_stack.set(app._background_screens)  # else a dialog is drawn, and kept, without what is below it
    return app.screen._compositor.render_strips()


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
        return _strips(self.app)

    def screen(self) -> str:
        """Read what is on the screen."""
        return text_of(self.app)

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
    def object(self) -> str:
        """Read the pages of the object that is open."""
        return self.pane(self.app.desks.kinds.object)

    @property
    def objects(self) -> str:
        """Read the list of the kind that is shown."""
        return self.pane(self.app.desks.kinds.objects)

    async def shows(self, *texts: str) -> None:
        """Wait until all of these stand on the screen, or show the screen on which they do not."""
        try:
            await self.until(lambda: all(text in self.screen() for text in texts))
        except TimeoutError:
            raise AssertionError(f"{texts} are not on this screen:\n{self.screen()}") from None

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
        and (len(cockpit.logs.view.buffer.streams) > 0 or app.screen.has_class("tiny"))
    )


OpenOn = Callable[..., AbstractAsyncContextManager[Opened]]
"""Opens a cockpit on a shop."""


@asynccontextmanager
async def opened_on(
    shop: Shop, incidents: Path, *, size: tuple[int, int] = (160, 45), write: bool = False
) -> AsyncIterator[Opened]:
    """Open a cockpit on a shop, at a time that stands still, and wait until everything has arrived."""
    session = Session(Config(), lambda: NOW, shop.connect)
    app = CockpitApp(Config(incident=IncidentConfig(directory=incidents)), session, lambda: NOW, write=write)
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: arrived(app))
        opened = Opened(app, shop, pilot)
        await opened.until(lambda: all(app.desks.kinds.held.reading(name) for name in shop.others))
        yield opened
