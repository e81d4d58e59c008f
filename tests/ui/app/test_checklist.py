"""The checklist of a team's own runbook: what is for this incident, and all of it on demand."""

from pathlib import Path

import pytest
from support.cockpit import Driven, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop

from cockpit.config import Config, IncidentConfig, RunbookConfig
from cockpit.session import Session
from cockpit.ui.app import CockpitApp

RUNBOOK = """# Shop

| Level | Definition | Response |
|---|---|---|
| SEV1 | all down | 5 min |
| SEV2 | degraded | 15 min |

## Phase 1: Triage

- [ ] Look at the dashboard

**SEV1**:
- Wake the manager

## Scenario 1: Pod Crashing (CrashLoopBackOff)

1. Read the previous log

## Scenario 2: Certificate Expired

1. Renew it
"""


@pytest.fixture
def app(tmp_path: Path) -> CockpitApp:
    file = tmp_path / "runbook.md"
    file.write_text(RUNBOOK)
    config = Config(incident=IncidentConfig(directory=tmp_path / "incidents"), runbook=RunbookConfig(file=file))
    return CockpitApp(config, Session(config, lambda: NOW, Shop(BROKEN_SHOP).connect), lambda: NOW)


async def test_what_was_found_brings_its_scenario_and_others_wait(app: CockpitApp) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot, lambda: arrived(app))
        cockpit = Driven(app, pilot)
        await cockpit.shows("Scenario 1: Pod Crashing", "Read the previous log", "1 more")
        assert "more: v" not in cockpit.screen()
        assert "Renew it" not in cockpit.screen()
        app.cockpit.checklist.table.focus()
        await cockpit.shows("1 more: v")
        await cockpit.press("v")
        await cockpit.shows("Renew it")


async def test_the_cursor_begins_at_the_next_step_and_from_a_heading_goes_to_it(app: CockpitApp) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot, lambda: arrived(app))
        cockpit = Driven(app, pilot)
        await cockpit.shows("▶ Read the previous log")
        await cockpit.press("0", "space")
        await cockpit.shows("✔ Read the previous log", "▶ Look at the dashboard")
        await cockpit.press("space", "space")
        await cockpit.shows("✔ Look at the dashboard", "▶ Wake the manager")


async def test_steps_for_another_severity_go(app: CockpitApp) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot, lambda: arrived(app))
        cockpit = Driven(app, pilot)
        await cockpit.shows("Wake the manager")
        await cockpit.press("S", *"sev2", "enter")
        await cockpit.until(lambda: "Wake the manager" not in cockpit.screen())
        assert "Look at the dashboard" in cockpit.screen()
