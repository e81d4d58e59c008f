"""Opens cockpits that look at what is outside the cluster."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from support.outside_screen import Outside, looking_outside, make_cockpit

from cockpit.ui.app import CockpitApp


@pytest.fixture
def make_app(tmp_path: Path) -> Callable[[], CockpitApp]:
    """Make a cockpit that keeps incidents in the test's own directory."""
    return partial(make_cockpit, tmp_path / "incidents")


@pytest.fixture
def looking(tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[Outside]]:
    """Open a cockpit on readings."""
    return partial(looking_outside, tmp_path / "incidents")
