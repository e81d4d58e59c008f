"""An Alertmanager, and what plans and carries out actions on it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from support.alertmanager import Alertmanager
from support.recorder import Memory
from support.web_server import WebServer, web_server

from cockpit.actions.alertmanager.executor import AlertmanagerExecutor
from cockpit.actions.alertmanager.planner import AlertmanagerPlanner
from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.runner import Runner
from cockpit.sources.web.api import Api
from cockpit.sources.web.client import Web

NOW = datetime(2026, 11, 21, 14, 8, 51, 120_456, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with web_server() as server:
        yield server


@pytest.fixture
def alertmanager(server: WebServer) -> Alertmanager:
    return Alertmanager(server)


@pytest.fixture
def api(server: WebServer) -> Api:
    return Api(Web({}), server.url(), within=0.3)


@pytest.fixture
def planner(api: Api) -> AlertmanagerPlanner:
    return AlertmanagerPlanner(api, "main", lambda: NOW)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def runner(api: Api, memory: Memory) -> Runner:
    pace = Pace(find_out=0.2, look_again=0.05)
    return Runner(AlertmanagerExecutor(api, "main", lambda: NOW), memory, pace=pace)


@pytest.fixture
def permit() -> Permit:
    return Permit(frozenset({"web/alertmanager/main"}))
