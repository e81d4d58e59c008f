from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.cockpit import Opened
from support.shop import BROKEN_SHOP, NOW, Shop, Told

from cockpit.incident.entry import TimeSource
from cockpit.ui.app import CockpitApp
from cockpit.ui.terminal.clipboard import copy

Open = Callable[..., AbstractAsyncContextManager[Opened]]

PINNED = "api-7f9c4-x2k4p/api: FATAL giving up"


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


async def test_a_time_is_gone_to_once_it_is_understood(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "T", *"14:2", "enter")
        assert "understood are 14:08" in cockpit.screen()
        await cockpit.press("3", ":", "0", "4", "enter")
        await cockpit.until(lambda: "paused" in cockpit.screen())
        await cockpit.press("c")
        assert cockpit.app.clipboard.endswith("ERROR DATABASE_URL is not set")


async def test_the_log_can_begin_at_a_time(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "s", *"a time", "enter")
        await cockpit.until(lambda: "logs since" in cockpit.screen())
        await cockpit.press(*"14:03:07", "enter")
        await cockpit.until(lambda: cockpit.shop.followed[-1].since_seconds == 1200)
        assert "last 20 min" in cockpit.screen()


async def test_the_whole_log_is_saved_where_a_person_says(cockpit_on: Open, tmp_path: Path) -> None:
    file = tmp_path / "saved" / "api.log"
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "D")
        await cockpit.until(lambda: "save to" in cockpit.screen())
        assert "api-7f9c4-x2k4p-20261121T142307Z.log" in cockpit.screen()
        await cockpit.press("ctrl+u", *str(file), "enter")
        await cockpit.until(lambda: "saved 4 lines" in cockpit.screen())
    assert file.read_text().splitlines()[2].endswith("api-7f9c4-x2k4p/api ERROR DATABASE_URL is not set")


async def test_a_file_that_is_there_is_left_alone(cockpit_on: Open, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("keep me")
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "D", "ctrl+u", *str(file), "enter")
        await cockpit.until(lambda: "NOT SAVED" in cockpit.screen())
    assert file.read_text() == "keep me"


async def test_a_line_is_pinned_to_the_incident_log_at_its_own_time(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "[", "[")
        await cockpit.until(lambda: "error 1 of 2" in cockpit.screen())
        await cockpit.press("P")
        await cockpit.until(lambda: cockpit.entries)
        assert cockpit.app.record is not None
        entry = cockpit.app.record.entries[-1]
        assert entry.text == "api-7f9c4-x2k4p/api: ERROR DATABASE_URL is not set"
        assert entry.occurred_at == NOW - timedelta(seconds=3)
        assert entry.data["stream"] == "api-7f9c4-x2k4p/api"
        await cockpit.until(lambda: "saved: api-7f9c4" in cockpit.screen())


async def test_a_line_that_cannot_be_pinned_is_kept_until_it_can(cockpit_on: Open, tmp_path: Path) -> None:
    async with cockpit_on() as cockpit:
        (tmp_path / "incidents").rmdir()
        (tmp_path / "incidents").write_text("in the way")
        await cockpit.press("3", "P")
        await cockpit.until(lambda: "NOT SAVED" in cockpit.screen())
        (tmp_path / "incidents").unlink()
        await cockpit.press("R")
        await cockpit.until(lambda: PINNED in cockpit.entries)


async def test_a_line_is_not_pinned_before_the_incident_log_is_open(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        cockpit.app.desks.records.record = None
        await cockpit.press("3", "P")
        await cockpit.until(lambda: "the incident log is not open yet" in cockpit.screen())


async def test_a_spool_that_fills_the_disk_is_told_with_what_to_type(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        view = cockpit.app.cockpit.logs.view
        view.buffer.trouble, view.buffer.remedy = "the disk takes no more log lines", "df -h /var/log"
        await cockpit.press("3", "[")
        await cockpit.until(lambda: "! the disk takes no more log lines" in cockpit.screen())
        assert "try: df -h /var/log" in cockpit.screen()


async def test_the_chart_stands_above_the_log_where_there_is_room(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        assert "4 lines from" not in cockpit.screen()
        await cockpit.press("3")
        await cockpit.until(lambda: "4 lines from 14:23:00Z to 14:23:10Z" in cockpit.screen())
        assert "2 errors, most at 14:23:00Z" in cockpit.screen()


async def test_how_it_is_with_the_streams_stands_in_the_title(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("L")
        await cockpit.until(lambda: "3 streams · following" in cockpit.screen())
        cockpit.shop.end_logs()
        await cockpit.until(lambda: "3 streams · ended" in cockpit.screen())


async def test_a_container_that_does_not_run_is_not_said_to_be_followed(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.until(lambda: "not running: exit 1 · 2 errors" in cockpit.pane(cockpit.app.cockpit.logs))
        await cockpit.press("L")
        await cockpit.until(lambda: "3 streams · following" in cockpit.pane(cockpit.app.cockpit.logs))


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


async def test_a_pinned_line_is_written_at_the_time_that_it_bears_and_says_so(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "/", *"fatal", "enter", "n", "P")
        await cockpit.until(lambda: any("FATAL" in text for text in cockpit.entries))
        assert cockpit.app.record is not None
        pinned = cockpit.app.record.entries[-1]
        assert pinned.time_from == TimeSource.LOG_LINE
        assert pinned.occurred_at < pinned.recorded_at
