"""Cockpits that can tell people, on a shop at a time that stands still."""

import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from support.cockpit import Opened, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop

from cockpit.config import Config, IncidentConfig, RunbookConfig
from cockpit.message_config import MessageTarget
from cockpit.session import Session
from cockpit.ui.app import CockpitApp

TellPeople = Callable[..., AbstractAsyncContextManager[Opened]]
MakeTeller = Callable[..., CockpitApp]


@pytest.fixture
def make_teller(tmp_path: Path) -> MakeTeller:
    """Make a cockpit with these targets for messages, and a runbook."""

    def make(
        targets: Mapping[str, MessageTarget] | None = None, environ: Mapping[str, str] | None = None, seed: str = ""
    ) -> CockpitApp:
        runbook = Path(__file__).parents[2] / "runbooks" / "seeds" / f"{seed}.md" if seed else None
        config = Config(
            incident=IncidentConfig(directory=tmp_path / "incidents", found_after_seconds=math.inf),
            messages=dict(targets or {}),
            runbook=RunbookConfig(runbook),
        )
        session = Session(config, lambda: NOW, Shop(BROKEN_SHOP).connect)
        return CockpitApp(config, session, lambda: NOW, environ=environ or {})

    return make


@pytest.fixture
def tell_people(make_teller: MakeTeller) -> TellPeople:
    """Open a cockpit that can tell people."""

    @asynccontextmanager
    async def open_cockpit(
        targets: Mapping[str, MessageTarget] | None = None,
        environ: Mapping[str, str] | None = None,
        seed: str = "",
        size: tuple[int, int] = (160, 45),
    ) -> AsyncIterator[Opened]:
        app = make_teller(targets, environ, seed)
        async with app.run_test(size=size) as pilot:
            await settle(pilot, lambda: arrived(app))
            yield Opened(app, Shop(BROKEN_SHOP), pilot)

    return open_cockpit
