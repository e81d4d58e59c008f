"""A silent practice cluster, and cockpits whose feeds try again soon."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import msgspec
import pytest
from support.cluster import Cockpit, open_cockpit, run_of, silent

from cockpit import session
from cockpit.gameday.world import World

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's own kubeconfig, proxies and profiles out."""
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "AWS_PROFILE", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for the next try."""
    hasty = {"interval": 0.05, "backoff_first": 0.05, "backoff_most": 0.2}
    for name in ("_KUBECONFIG_PACE", "_PODS_PACE", "_METRICS_PACE"):
        monkeypatch.setattr(session, name, msgspec.structs.replace(getattr(session, name), **hasty))
    barred = msgspec.structs.replace(session._OTHERS_PACE, **hasty, barred=0.3)
    monkeypatch.setattr(session, "_OTHERS_PACE", barred)
    monkeypatch.setattr(session, "_APART", 0.0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A cluster in which nothing happens but what the test does."""
    async with World(silent(), speed=50, seed=1) as world:
        await world.until(lambda: all(run_of(world, name) for name in ("api", "web")))
        yield world


@pytest.fixture
def cockpit_on(tmp_path: Path) -> Open:
    """Open the cockpit on a kubeconfig."""
    return partial(open_cockpit, incidents=tmp_path / "incidents")
