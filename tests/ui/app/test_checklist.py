"""The checklist of a team's own runbook: what is for this incident, and all of it on demand."""

from pathlib import Path

import pytest
from support.cockpit import Driven, arrived, opened_on, settle
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


def row(cockpit: Driven, step: str) -> str:
    """Read the row of a step."""
    lines = cockpit.pane(cockpit.app.cockpit.checklist).splitlines()
    return next((line for line in lines if step in line), "")


@pytest.mark.parametrize("key", ["space", "enter"])
async def test_the_cursor_begins_at_the_next_step_and_from_a_heading_goes_to_it(app: CockpitApp, key: str) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot, lambda: arrived(app))
        cockpit = Driven(app, pilot)
        await cockpit.until(lambda: row(cockpit, "Read the previous log").endswith("next"))
        await cockpit.press("0")
        await cockpit.until(lambda: row(cockpit, "Read the previous log").startswith("▶○"))
        await cockpit.press("space")
        await cockpit.until(lambda: " ✔ Read the previous log" in row(cockpit, "Read"))
        assert row(cockpit, "Triage").startswith("▶")
        assert row(cockpit, "Look at the dashboard").endswith("next")
        await cockpit.press(key)
        await cockpit.until(lambda: row(cockpit, "Look at the dashboard").startswith("▶○"))


async def test_where_the_cursor_is_and_which_step_is_next_are_told_apart(app: CockpitApp) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot, lambda: arrived(app))
        cockpit = Driven(app, pilot)
        await cockpit.press("0", "down", "down")
        await cockpit.until(lambda: row(cockpit, "Look at the dashboard").startswith("▶○"))
        assert row(cockpit, "Read the previous log").startswith(" ○")
        assert row(cockpit, "Read the previous log").endswith("next")
        await cockpit.press("x")
        await cockpit.shows("skipped: Look at the dashboard: why?")


async def test_the_incident_view_has_all_rows_for_the_checklist(app: CockpitApp) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot, lambda: arrived(app))
        await Driven(app, pilot).press("0")
        assert app.cockpit.checklist.size.height == app.cockpit.incident_log.size.height > 40


async def test_how_many_steps_are_below_is_said(tmp_path: Path) -> None:
    async with opened_on(Shop(BROKEN_SHOP), tmp_path, size=(80, 24)) as cockpit:
        await cockpit.press("0")
        checklist = cockpit.app.cockpit.checklist
        await cockpit.shows(" below")
        await cockpit.press("G")
        await cockpit.until(lambda: "below" not in cockpit.pane(checklist).splitlines()[0])


async def test_steps_for_another_severity_go(app: CockpitApp) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot, lambda: arrived(app))
        cockpit = Driven(app, pilot)
        await cockpit.shows("Wake the manager")
        await cockpit.press("S", *"sev2", "enter")
        await cockpit.until(lambda: "Wake the manager" not in cockpit.screen())
        assert "Look at the dashboard" in cockpit.screen()
