"""Cockpits on a shop with objects of every kind."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from support.cockpit import Opened, OpenOn, opened_on
from support.shop import Shop


@pytest.fixture
def open_on(tmp_path: Path) -> OpenOn:
    """Open a cockpit on a shop."""

    def open_cockpit(shop: Shop, **options: Any) -> AbstractAsyncContextManager[Opened]:
        return opened_on(shop, tmp_path / "incidents", **options)

    return open_cockpit
