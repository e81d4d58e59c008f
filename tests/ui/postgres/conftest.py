"""Opens cockpits that look at Postgres servers, at a time that stands still."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from support.cockpit import Driven, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop

from cockpit.config import Config, IncidentConfig
from cockpit.reading import Reading
from cockpit.session import Session
from cockpit.sources.postgres.model import POSTGRES
from cockpit.ui.app import CockpitApp


class Watching(Driven):
    """A cockpit whose board is filled by hand."""

    async def read(self, *readings: Reading[Any]) -> None:
        """Have these readings arrive."""
        desk = self.app.desks.postgres
        for reading in readings:
            self.app.desks.session.board.publish(reading)
            known = None if reading.off else reading
            await self.until(lambda: desk.held.reading(reading.source.removeprefix(POSTGRES)) is known)  # noqa: B023
        await self.until(lambda: desk.strip.is_mounted or not readings)
        desk.redraw()  # without waiting for the time of the next drawing
        await self.pilot.pause()

    @property
    def postgres(self) -> str:
        """Read the view of the servers."""
        return self.pane(self.app.desks.postgres.pane)

    @property
    def overview(self) -> str:
        """Read the pane of the overview."""
        return self.pane(self.app.desks.postgres.strip)


@pytest.fixture
def make_app(tmp_path: Path) -> Callable[[], CockpitApp]:
    def make() -> CockpitApp:
        config = Config(incident=IncidentConfig(directory=tmp_path / "incidents"))
        return CockpitApp(config, Session(config, lambda: NOW, Shop(BROKEN_SHOP).connect), lambda: NOW)

    return make


@pytest.fixture
def watching(make_app: Callable[[], CockpitApp]) -> Callable[..., AbstractAsyncContextManager[Watching]]:
    """Open a cockpit on these readings, with a view of it."""

    @asynccontextmanager
    async def open_cockpit(*readings: Reading[Any], size: tuple[int, int] = (160, 45)) -> AsyncIterator[Watching]:
        app = make_app()
        async with app.run_test(size=size) as pilot:
            await settle(pilot, lambda: arrived(app))
            watching = Watching(app, pilot)
            await watching.read(*readings)
            yield watching

    return open_cockpit
