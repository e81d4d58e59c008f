"""Opens cockpits that look at AWS and the web, at a time that stands still."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from cockpit.config import Config, IncidentConfig
from cockpit.reading import Reading
from cockpit.session import Session
from cockpit.ui.app import CockpitApp
from cockpit.web_config import AlertmanagerConfig, WebConfig
from support.cockpit import Driven, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop


class Outside(Driven):
    """A cockpit whose panes of AWS and the web are given their readings by hand, so that no rule judges these."""

    async def read(self, *readings: Reading[Any]) -> None:
        """Have these readings arrive."""
        desks = self.app.desks.aws, self.app.desks.web
        for reading in readings:
            for desk in desks:
                desk.show(reading)
        await self.pilot.pause()
        for desk in desks:
            desk.redraw()  # without waiting for the time of the next drawing
        await self.pilot.pause()

    @property
    def aws(self) -> str:
        """Read the view of AWS."""
        return self.pane(self.app.desks.aws.pane)

    @property
    def web(self) -> str:
        """Read the view of the web."""
        return self.pane(self.app.desks.web.pane)

    @property
    def strips_of_overview(self) -> list[str]:
        """Read the strips of the overview, one after the other."""
        desks = self.app.desks.aws, self.app.desks.web
        return [self.pane(desk.strip) for desk in desks if desk.strip.is_attached]


def make_cockpit(incidents: Path) -> CockpitApp:
    alertmanager = {"main": AlertmanagerConfig(url="https://alertmanager.example")}
    config = Config(incident=IncidentConfig(directory=incidents), web=WebConfig(alertmanager=alertmanager))
    return CockpitApp(config, Session(config, lambda: NOW, Shop(BROKEN_SHOP).connect), lambda: NOW)


@asynccontextmanager
async def looking_outside(
    incidents: Path, *readings: Reading[Any], size: tuple[int, int] = (160, 45)
) -> AsyncIterator[Outside]:
    """Open a cockpit on these readings."""
    app = make_cockpit(incidents)
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: arrived(app))
        cockpit = Outside(app, pilot)
        await cockpit.read(*readings)
        yield cockpit


def posed(
    app: CockpitApp, readings: Sequence[Reading[Any]], keys: Sequence[str]
) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Wait until everything has arrived, press keys, and forget what was told meanwhile."""

    async def run_before(pilot: Pilot[None]) -> None:
        await settle(pilot, lambda: arrived(app))
        cockpit = Outside(app, pilot)
        await cockpit.read(*readings)
        await cockpit.press(*keys)
        await cockpit.until(lambda: all(bool(app.cockpit.query(f"#{app.cockpit.view}")) for _ in keys[:1]))
        await cockpit.read()
        await pilot.pause(0.3)
        app.cockpit.hints.forget()
        await pilot.pause(0.2)

    return run_before
