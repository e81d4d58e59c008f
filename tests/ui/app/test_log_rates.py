"""Errors that rise in the log that is read become a finding."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable

import pytest
from support.cockpit import Opened, settle
from support.shop import NOW, WELL_SHOP, Shop

from cockpit.diagnosis.facts import LOG_RATES
from cockpit.logs.block import LogBlock, LogTarget
from cockpit.ui.app import CockpitApp
from cockpit.ui.logs import rates as log_rates

FINE = "INFO  GET /api/orders 200 12 ms"
BAD = "ERROR timeout while connecting to shop-db:5432"


def block(stream: str, line: str, *seconds_ago: float) -> LogBlock:
    """Make lines that were written so long ago."""
    times = array("q", (int((NOW.timestamp() - ago) * 1e9) for ago in seconds_ago))
    return LogBlock(stream, "\n".join([line] * len(times)).encode(), times)


class Souring(Shop):
    """A shop whose pods have logged well for ten minutes, until they are told to fail."""

    def __init__(self) -> None:
        super().__init__(WELL_SHOP)
        self.fails = asyncio.Event()

    async def follow(self, target: LogTarget) -> AsyncIterator[LogBlock]:
        self.followed.append(target)
        yield block(target.stream, FINE, *range(600, 0, -2))
        await self.fails.wait()
        yield block(target.stream, BAD, *range(40, 0, -1))
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_rates, "RATES_SECONDS", 0.02)


async def test_a_log_that_turns_bad_is_a_finding_as_long_as_it_is_read(
    make_app: Callable[[Shop], CockpitApp],
) -> None:
    shop = Souring()
    app = make_app(shop)
    async with app.run_test(size=(160, 45)) as pilot:
        cockpit = Opened(app, shop, pilot)
        board = app.desks.session.board
        await settle(pilot, lambda: board.latest(LOG_RATES) is not None)
        await cockpit.until(lambda: app.cockpit.findings.known == ())
        shop.fails.set()
        await cockpit.until(lambda: "36 error lines a minute, 0 before" in cockpit.screen())
        assert "rates" not in cockpit.screen().splitlines()[0]
        shop.fails.clear()
        await cockpit.press("p")
        await cockpit.until(lambda: "error lines a minute" not in cockpit.screen())
