"""A runbook of one's own on the screen: its steps in the sidebar, its severities to choose from."""

import math
from pathlib import Path

from support.cockpit import Opened, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop

from cockpit.config import Config, IncidentConfig, RunbookConfig
from cockpit.session import Session
from cockpit.ui.app import CockpitApp

SEED = Path(__file__).parent / "seeds" / "004.md"


async def test_its_steps_are_ticked_and_its_severities_set(tmp_path: Path) -> None:
    incident = IncidentConfig(directory=tmp_path, found_after_seconds=math.inf)
    config, shop = Config(incident=incident, runbook=RunbookConfig(file=SEED)), Shop(BROKEN_SHOP)
    app = CockpitApp(config, Session(config, lambda: NOW, shop.connect), lambda: NOW)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot, lambda: arrived(app))
        cockpit = Opened(app, shop, pilot)
        await cockpit.shows("Checklist 0 of 25", "69 more", "1. Detection and Alerting")
        await cockpit.shows("How many users are affected?")
        await cockpit.press("0", "space")
        await cockpit.shows("Checklist 1 of 25", "✔ Initial Actions")
        await cockpit.press("v")
        await cockpit.shows("Checklist 1 of 94")
        await cockpit.press("S")
        await cockpit.shows("P0", "Complete system outage, data loss, or security breach", "P3")
        await cockpit.press(*"p1", "enter")
        await cockpit.until(lambda: "severity P1" in cockpit.entries)
        assert "P1" in cockpit.screen().splitlines()[0]
