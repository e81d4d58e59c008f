"""CloudWatch log groups in the log pane, from a practice AWS."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from support.aws import REGION, Group, log_in, practice_aws
from support.cockpit import Opened, arrived, settle
from support.live_tail import GROUP, LiveTailServer, said
from support.shop import BROKEN_SHOP, Shop

from cockpit.aws_config import AwsConfig
from cockpit.clock import utc_now
from cockpit.config import Config, IncidentConfig
from cockpit.session import Session
from cockpit.sources.aws.account import Account
from cockpit.ui.app import CockpitApp

PATIENCE = 5

Open = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.fixture(scope="module")
def aws_url() -> Iterator[str]:
    with practice_aws() as url:
        yield url


@pytest.fixture
def group(aws_url: str, monkeypatch: pytest.MonkeyPatch) -> Group:
    log_in(monkeypatch)
    return Group(Account(None, REGION, aws_url).client("logs"), f"/aws/rds/{uuid4().hex[:8]}/postgresql")


@pytest.fixture
def cockpit_at(aws_url: str, tmp_path: Path) -> Open:
    """Open a cockpit that looks at the practice AWS, at the present time."""

    @asynccontextmanager
    async def open_cockpit(url: str = aws_url, *favourites: str, live_tail: bool = False) -> AsyncIterator[Opened]:
        config = Config(
            incident=IncidentConfig(directory=tmp_path / "incidents"),
            aws=AwsConfig(region=REGION, endpoint_url=url, log_groups=favourites, live_tail=live_tail),
        )
        shop = Shop(BROKEN_SHOP)
        app = CockpitApp(config, Session(config, utc_now, shop.connect), utc_now)
        async with app.run_test(size=(160, 45)) as pilot:
            await settle(pilot, lambda: arrived(app))
            yield Opened(app, shop, pilot)

    return open_cockpit


async def test_a_group_is_followed_beside_the_logs_of_a_pod(cockpit_at: Open, group: Group) -> None:
    group.write("FATAL: remaining connection slots are reserved", seconds_ago=30)
    async with cockpit_at() as cockpit:
        await cockpit.press("3", "A")
        await cockpit.until(lambda: group.name in cockpit.screen())
        await cockpit.press(*group.name[9:17], "enter")
        await cockpit.until(lambda: "beside these logs" in cockpit.screen())
        await cockpit.press("enter")
        await cockpit.until(lambda: "connection slots" in cockpit.screen())
        assert "FATAL giving up" in cockpit.screen()
        assert "2 streams · following" in cockpit.screen()
        assert group.name in cockpit.screen()


async def test_a_group_is_followed_instead_of_them(cockpit_at: Open, group: Group) -> None:
    group.write("LOG: checkpoint complete")
    async with cockpit_at() as cockpit:
        await cockpit.press("3", "A")
        await cockpit.until(lambda: group.name in cockpit.screen())
        await cockpit.press(*group.name[9:17], "enter")
        await cockpit.until(lambda: "instead of them" in cockpit.screen())
        await cockpit.press("down", "enter")
        await cockpit.until(lambda: "checkpoint complete" in cockpit.screen())
        assert "FATAL giving up" not in cockpit.screen()


async def test_where_groups_cannot_be_listed_a_name_is_typed_and_the_configured_ones_are_offered(
    cockpit_at: Open, group: Group
) -> None:
    async with cockpit_at("http://127.0.0.1:9", "/shop/api") as cockpit:
        await cockpit.press("3", "A")
        await cockpit.until(lambda: "type its name" in cockpit.screen())
        assert "/shop/api" in cockpit.screen()
        await cockpit.press(*"/shop/web", "enter")
        await cockpit.until(lambda: "Follow /shop/web" in cockpit.screen())
        await cockpit.press("down", "enter")
        await cockpit.until(lambda: "in trouble" in cockpit.screen())
        assert "aws sts get-caller-identity" in cockpit.screen()


async def test_a_group_that_does_not_exist_says_so(cockpit_at: Open, group: Group) -> None:
    async with cockpit_at() as cockpit:
        cockpit.app.desks.logs.read_group("/nowhere", beside=False)
        await cockpit.press("3")
        await cockpit.until(lambda: "does not exist" in cockpit.screen())
        await cockpit.until(lambda: "· ended" in cockpit.screen() or " ended " in cockpit.screen())


async def test_a_group_is_followed_by_live_tail_where_that_is_configured_until_something_else_is_read(
    cockpit_at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(monkeypatch)
    server = LiveTailServer()
    async with cockpit_at(server.url, live_tail=True) as cockpit:
        cockpit.app.desks.logs.read_group(GROUP, beside=False)
        await cockpit.press("3")
        session = await asyncio.to_thread(server.opened.get, timeout=PATIENCE)
        session.tell(said("told at once"))
        await cockpit.until(lambda: "told at once" in cockpit.screen())
        cockpit.app.desks.logs.read_group("/shop/other", beside=False)
        assert await asyncio.to_thread(session.closed.wait, PATIENCE)
    server.close()
