"""Targets on loopback, and what sends to them."""

import socket
from collections.abc import AsyncIterator

import pytest
from support.mail_server import MailServer, mail_server
from support.messages import ENVIRON, MESSAGE, NOW, Send, Sent
from support.recorder import Memory
from support.web_server import WebServer, web_server

from cockpit.actions.messages.executor import MessageExecutor
from cockpit.actions.messages.outgoing import Outgoing
from cockpit.actions.messages.planner import plan_message
from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.runner import Runner
from cockpit.message_config import MessageTarget
from cockpit.sources.web.client import Web


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with web_server() as server:
        yield server


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def closed_port() -> int:
    """Give a port on which nobody listens."""
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


@pytest.fixture
def send(memory: Memory) -> Send:
    """Plan a message, confirm it, and send it."""

    async def run(target: MessageTarget, message: Outgoing = MESSAGE, environ: dict[str, str] | None = None) -> Sent:
        environ = ENVIRON if environ is None else environ
        executor = MessageExecutor("ops", Web(environ), environ, lambda: NOW)
        runner = Runner(executor, memory, clock=lambda: NOW, pace=Pace(look_again=0.01))
        plan = plan_message("ops", target, message)
        receipt = await runner.run(plan, Permit(frozenset({"messages/ops"})))
        said = receipt.targets[0].said if receipt.targets else receipt.said
        return Sent(receipt.outcome, said, executor.reference)

    return run
