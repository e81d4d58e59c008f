"""Opens cockpits whose cluster is made of plain objects, at a time that stands still."""

import math
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from support.cockpit import Opened, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop

from cockpit.config import Config, IncidentConfig
from cockpit.session import Session
from cockpit.sources.kubernetes.model import Pod
from cockpit.ui.app import CockpitApp


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration that keeps incidents in the test's own directory, in which only people write."""
    return Config(incident=IncidentConfig(directory=tmp_path / "incidents", found_after_seconds=math.inf))


@pytest.fixture
def make_app(config: Config) -> Callable[..., CockpitApp]:
    """Make a cockpit that looks at a shop; `write`: and may change it from the start."""

    def make(shop: Shop, *, write: bool = False) -> CockpitApp:
        return CockpitApp(config, Session(config, lambda: NOW, shop.connect), lambda: NOW, write=write)

    return make


@pytest.fixture
def cockpit_on(
    make_app: Callable[[Shop], CockpitApp],
) -> Callable[..., AbstractAsyncContextManager[Opened]]:
    """Open a cockpit on these pods, and wait until everything has arrived."""

    @asynccontextmanager
    async def open_cockpit(
        pods: Sequence[Pod] = BROKEN_SHOP, size: tuple[int, int] = (160, 45)
    ) -> AsyncIterator[Opened]:
        shop = Shop(pods)
        app = make_app(shop)
        async with app.run_test(size=size) as pilot:
            await settle(pilot, lambda: arrived(app))
            yield Opened(app, shop, pilot)

    return open_cockpit
