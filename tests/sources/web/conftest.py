"""A web server, a second one with TLS, and an authority that signs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.web_server import Authority, WebServer, web_server

from cockpit.sources.web.client import Web


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with web_server() as server:
        yield server


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def web() -> Web:
    return Web({"SHOP_TOKEN": "t0ken-of-the-shop", "SHOP_PASSWORD": "hunter2"})
