"""Cockpits that have nothing of the machine that they run on."""

from pathlib import Path

import pytest

from cockpit import diagnostician


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's own kubeconfig, caches and records out."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what time alone makes wrong show as soon as the shortened thresholds allow."""
    monkeypatch.setattr(diagnostician, "LONGEST_PAUSE", 0.5)
