"""Cockpits on a practice world, driven by keys, and a kubectl that does what a test wants."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from os import environ
from pathlib import Path

import pytest
from support.cockpit import settle
from support.flight import Flight

from cockpit.clock import utc_now
from cockpit.config import Config, IncidentConfig, KubernetesConfig, ProtectedConfig
from cockpit.gameday.scenarios import steady
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.world import World
from cockpit.session import Session
from cockpit.ui.app import CockpitApp
from cockpit.ui.widgets.picker import Picker

Practise = Callable[..., AbstractAsyncContextManager[Flight]]


async def go_to(flight: Flight, kind: str, name: str) -> None:
    """Put the cursor on an object of a kind."""
    await flight.press("2", "K")
    await flight.until(lambda: isinstance(flight.app.screen, Picker))
    await flight.press(*kind, "enter")
    await flight.until(lambda: f"─ {kind} " in flight.objects)
    await flight.press("/", *name, "enter")
    await flight.until(lambda: f"/{name}" in flight.objects)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's own kubeconfig, caches and records out."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def practise(tmp_path: Path) -> Practise:
    """Open a cockpit on a practice world in which nothing goes wrong by itself, once workloads and nodes are read."""

    @asynccontextmanager
    async def open_cockpit(
        *,
        scenario: Scenario | None = None,
        write: bool = True,
        context: str | None = None,
        protected: tuple[str, ...] = (),
        size: tuple[int, int] = (160, 45),
    ) -> AsyncIterator[Flight]:
        async with World(scenario or steady(), speed=50, seed=1) as world:
            config = Config(
                kubernetes=KubernetesConfig(kubeconfig=world.kubeconfig, context=context),
                incident=IncidentConfig(directory=tmp_path / "incidents"),
                protected=ProtectedConfig(contexts=protected),
            )
            app = CockpitApp(config, Session(config, utc_now), write=write)
            async with app.run_test(size=size) as pilot:
                await settle(pilot, lambda: app.record is not None)
                flight = Flight(app, pilot, world, tmp_path / "incidents")
                await flight.until(lambda: "worker-" in flight.screen() and len(app.desks.kinds.held.listed) > 10)
                yield flight

    return open_cockpit


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put a kubectl of the test's own on the PATH; gives the file into which it writes how it was called."""
    folder, calls = tmp_path / "bin", tmp_path / "calls"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{environ['PATH']}")

    def write(script: str) -> Path:
        program = folder / "kubectl"
        program.write_text(f'#!/bin/sh\necho "$@" >>{calls}\n{script}\n')
        program.chmod(0o755)
        return calls

    return write
