from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.cockpit import Opened
from support.shop import BROKEN_SHOP, Shop, Told

from cockpit.ui.app import CockpitApp
from cockpit.ui.clipboard import copy

Open = Callable[..., AbstractAsyncContextManager[Opened]]


async def test_a_search_marks_its_matches_and_a_filter_hides_the_rest(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "/", *"database", "enter")
        await cockpit.until(lambda: 'grep "database" 1' in cockpit.screen())
        assert "starting api" in cockpit.screen()
        await cockpit.press("&")
        await cockpit.until(lambda: "starting api" not in cockpit.screen())
        assert "DATABASE_URL is not set" in cockpit.screen()


async def test_context_is_asked_for_as_with_grep(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "/", *"-B1 database", "enter")
        await cockpit.until(lambda: "starting api" not in cockpit.screen())
        assert "reading configuration" in cockpit.screen()
        assert "giving up" not in cockpit.screen()


async def test_a_pattern_that_does_not_parse_is_refused_and_the_last_good_one_stays(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "/", *"fatal(", "enter")
        await cockpit.until(lambda: "missing" in cockpit.screen())
        assert 'grep "fatal" 1' in cockpit.screen()


async def test_escape_ends_the_search(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "/", *"fatal", "enter", "escape")
        await cockpit.until(lambda: "grep" not in cockpit.screen().splitlines()[1])


async def test_the_log_can_begin_further_back(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "s")
        await cockpit.until(lambda: "Logs since" in cockpit.screen())
        await cockpit.press(*"15", "enter")
        await cockpit.until(lambda: cockpit.shop.followed[-1].since_seconds == 900)


async def test_the_previous_run_and_back(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "p")
        await cockpit.until(lambda: cockpit.shop.followed[-1].previous)
        await cockpit.press("p")
        await cockpit.until(lambda: not cockpit.shop.followed[-1].previous)


async def test_a_line_is_copied_and_said_to_be(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3")
        await cockpit.until(lambda: "FATAL" in cockpit.screen())
        await cockpit.press("c")
        assert cockpit.app.clipboard.endswith("FATAL giving up")
        assert "copied: 2026-11-21T14:23:04" in cockpit.screen()


class Terminal(SimpleNamespace):
    def copy_to_clipboard(self, text: str) -> None:
        self.text = text


@pytest.fixture
def terminal() -> Any:
    return Terminal()


def test_secrets_are_not_copied(terminal: Any, tmp_path: Path) -> None:
    copy(terminal, "postgres://api:hunter2@db/shop", likely=True, file=tmp_path / "copied")
    assert "hunter2" not in terminal.text


def test_where_the_terminal_may_drop_it_the_text_is_in_a_file_too(terminal: Any, tmp_path: Path) -> None:
    file = tmp_path / "state" / "copied.txt"
    assert str(file) in copy(terminal, "api-7f9-x2", likely=False, file=file)
    assert file.read_text() == "api-7f9-x2\n"


def test_a_file_that_cannot_be_written_is_said(terminal: Any, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    told = copy(terminal, "x", likely=False, file=tmp_path / "state" / "copied.txt")
    assert "cannot be written" in told


async def test_the_log_opens_also_while_the_pods_are_not_in_view(make_app: Callable[[Shop], CockpitApp]) -> None:
    shop = Shop(BROKEN_SHOP)
    shop.pods = Told("kubernetes/pods")
    app = make_app(shop)
    async with app.run_test(size=(80, 24)) as pilot:
        cockpit = Opened(app, shop, pilot)
        await cockpit.press("3")
        shop.pods.tell(shop.listed(BROKEN_SHOP))
        await cockpit.until(lambda: shop.followed)
