"""Commands of the runbook: filled in, looked at, run, and written into the incident log."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
import pytest
from support.cockpit import Opened, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop
from textual._context import visible_screen_stack
from textual.pilot import Pilot

from cockpit.config import Config, RunbookConfig
from cockpit.incident.entry import Entry, EntryKind
from cockpit.session import Session
from cockpit.ui.app import CockpitApp

RUNBOOK = """# Ours

## Look

- [ ] Say hello

  ```sh
  echo hello from <pod>
  ```

- [ ] See who runs

  ```sh
  kubectl get pods
  ```

- [ ] Wait

  ```sh
  echo waiting; sleep 60
  ```

- [ ] Take it away

  ```sh
  rm -f gone-{file}
  ```

- [ ] Read the secret

  ```sh
  kubectl get secret db -o yaml
  ```

- [ ] Write it down

  ```sh
  echo kept > "$NOTED"
  ```
"""
Open = Callable[..., AbstractAsyncContextManager[Opened]]
MakeApp = Callable[..., CockpitApp]
SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]


@pytest.fixture
def make_app(config: Config, tmp_path: Path) -> MakeApp:
    """Make a cockpit with a runbook of its own."""
    file = tmp_path / "runbook.md"
    file.write_text(RUNBOOK)
    settings = msgspec.structs.replace(config, runbook=RunbookConfig(file=file))

    def make(*, write: bool = False) -> CockpitApp:
        session = Session(settings, lambda: NOW, Shop(BROKEN_SHOP).connect)
        return CockpitApp(settings, session, lambda: NOW, write=write)

    return make


@pytest.fixture
def opened(make_app: MakeApp) -> Open:
    """Open a cockpit with a runbook of its own, on the view of the incident."""

    @asynccontextmanager
    async def open_cockpit(*, size: tuple[int, int] = (160, 45), write: bool = False) -> AsyncIterator[Opened]:
        app = make_app(write=write)
        async with app.run_test(size=size) as pilot:
            await settle(pilot, lambda: arrived(app))
            cockpit = Opened(app, Shop(BROKEN_SHOP), pilot)
            await cockpit.press("0")
            yield cockpit

    return open_cockpit


async def open_sheet(cockpit: Opened, step: int) -> None:
    """Open the sheet of the nth step."""
    await cockpit.press(*"j" * (step - 1), "enter")
    await cockpit.shows("somebody is at it")


def last_entry(cockpit: Opened) -> Entry | None:
    """Give what was recorded last."""
    record = cockpit.app.record
    return record.entries[-1] if record is not None and record.entries else None


def kinds(cockpit: Opened) -> list[EntryKind]:
    """Give the kinds of what is recorded."""
    return [entry.kind for entry in cockpit.app.record.entries] if cockpit.app.record is not None else []


async def test_a_command_is_filled_in_shown_run_and_recorded(opened: Open) -> None:
    async with opened() as cockpit:
        await open_sheet(cockpit, 1)
        await cockpit.shows("run: echo hello from <pod>", "reads")
        await cockpit.press("enter")
        await cockpit.shows("pod: echo hello from <pod>", "api-7f9c4-x2k4p", "of what is selected")
        await cockpit.press("enter")
        await cockpit.shows("Run this · reads", "echo hello from api-7f9c4-x2k4p", "enter runs it")
        assert not cockpit.entries
        await cockpit.press("enter")
        await cockpit.shows(" hello from api-7f9c4-x2k4p", "exit 0 in 0.0 s · 1 line ")
        await cockpit.until(lambda: EntryKind.COMMAND in kinds(cockpit))
        entry = last_entry(cockpit)
        assert entry is not None
        assert entry.text.splitlines() == [
            "ran echo hello from api-7f9c4-x2k4p \N{EM DASH} exit 0 in 0.0 s",
            "hello from api-7f9c4-x2k4p",
        ]
        assert (entry.data["risk"], entry.data["exit"], bool(entry.data["sha256"])) == ("read", "0", True)


async def test_escape_runs_nothing(opened: Open) -> None:
    async with opened() as cockpit:
        await open_sheet(cockpit, 1)
        await cockpit.press("enter", "escape")
        await open_sheet(cockpit, 0)
        await cockpit.press("enter", "enter")
        await cockpit.shows("enter runs it")
        await cockpit.press("escape")
        await cockpit.until(lambda: "enter runs it" not in cockpit.screen())
        assert cockpit.entries == []
        assert cockpit.app.desks.commands.ran == []


async def test_what_a_pane_shows_all_the_time_is_offered_first(opened: Open) -> None:
    async with opened() as cockpit:
        await open_sheet(cockpit, 2)
        await cockpit.shows("open: Pods, live", "run: kubectl get pods")
        await cockpit.press("enter")
        await cockpit.until(lambda: cockpit.app.cockpit.view == "pods")


async def test_a_command_can_be_left_and_goes_on_and_is_cancelled_and_recorded(opened: Open) -> None:
    async with opened() as cockpit:
        await open_sheet(cockpit, 3)
        await cockpit.press("enter", "enter")
        await cockpit.shows(" waiting", "running for")
        await cockpit.press("escape")
        await cockpit.shows("it goes on, X shows it")
        await cockpit.press("X")
        await cockpit.shows("output: echo waiting; sleep 60", "running for")
        await cockpit.press("enter")
        await cockpit.shows("x cancels it")
        await cockpit.press("x")
        await cockpit.shows("cancelled after 0.0 s")
        await cockpit.until(lambda: EntryKind.COMMAND in kinds(cockpit))
        assert "cancelled" in cockpit.entries[-1]


async def test_leaving_the_cockpit_ends_what_runs_and_records_it(opened: Open) -> None:
    async with opened() as cockpit:
        await open_sheet(cockpit, 3)
        await cockpit.press("enter", "enter")
        await cockpit.shows(" waiting")
    assert cockpit.entries[-1].startswith("ran echo waiting; sleep 60 \N{EM DASH} cancelled")


async def test_what_writes_is_refused_while_the_cockpit_is_read_only(opened: Open) -> None:
    async with opened() as cockpit:
        await open_sheet(cockpit, 4)
        await cockpit.shows("destroys")
        await cockpit.press("enter", *"x1", "enter")
        await cockpit.shows("rm -f gone-x1", "the cockpit is read-only: escape, then W", "it is not run")
        await cockpit.press("enter")
        assert cockpit.app.desks.commands.ran == []


async def test_what_destroys_asks_for_the_name_of_its_target(opened: Open) -> None:
    async with opened(write=True) as cockpit:
        await open_sheet(cockpit, 4)
        await cockpit.press("enter", *"x1", "enter")
        await cockpit.shows("type gone-x1")
        await cockpit.press(*"gone", "enter")
        await cockpit.shows("type gone-x1 to run it")
        assert cockpit.app.desks.commands.ran == []
        await cockpit.press(*"-x1", "enter")
        await cockpit.until(lambda: EntryKind.COMMAND in kinds(cockpit))
        assert kinds(cockpit)[1:] == [EntryKind.ACTION, EntryKind.RECEIPT, EntryKind.COMMAND]


async def test_what_would_print_a_secret_is_shown_and_not_run(opened: Open) -> None:
    async with opened(write=True) as cockpit:
        await open_sheet(cockpit, 5)
        await cockpit.press("enter")
        await cockpit.shows("kubectl get secret db -o yaml", "it prints the values of a secret", "it is not run")
        await cockpit.press("enter")
        assert cockpit.app.desks.commands.ran == []


async def test_what_is_about_to_be_written_is_recorded_before_it_is_done(opened: Open, tmp_path: Path) -> None:
    async with opened(write=True) as cockpit:
        await open_sheet(cockpit, 6)
        await cockpit.press("enter", *str(tmp_path / "noted"), "enter")
        await cockpit.shows("it writes the file", "type prod-us-west-2, then enter runs it")
        await cockpit.press(*"prod-us-west-2", "enter")
        await cockpit.until(lambda: EntryKind.COMMAND in kinds(cockpit))
        assert (tmp_path / "noted").read_text() == "kept\n"
        assert kinds(cockpit)[1:] == [EntryKind.ACTION, EntryKind.RECEIPT, EntryKind.COMMAND]
        assert "run echo of the runbook \N{EM DASH} exit 0 in 0.0 s" in cockpit.entries


async def test_an_output_is_searched(opened: Open) -> None:
    async with opened() as cockpit:
        await open_sheet(cockpit, 1)
        await cockpit.press("enter", "enter", "enter")
        await cockpit.shows("exit 0")
        await cockpit.press("slash", *"api.*x", "enter")
        await cockpit.shows("/api.*x 1 of 1")
        await cockpit.press("escape")
        await cockpit.until(lambda: "/api" not in cockpit.screen())
        await cockpit.shows("exit 0")


def text_of(app: CockpitApp) -> str:
    """Read the screen, and have a picture of it drawn with what is below a dialog."""
    visible_screen_stack.set(app._background_screens)
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def shown(app: CockpitApp, text: str) -> bool:
    return text in text_of(app)


def ready(app: CockpitApp, steps: Sequence[tuple[Sequence[str], str]]) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press keys, each time until a text stands on the screen."""

    async def run_before(pilot: Pilot[None]) -> None:
        await settle(pilot, lambda: arrived(app))
        for keys, until in steps:
            await pilot.press(*keys)
            await settle(pilot, partial(shown, app, until))
        app.cockpit.hints.forget()
        await pilot.pause(0.4)

    return run_before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([("0jj", "▶"), (["enter"], "run: echo waiting")], id="sheet"),
        pytest.param(
            [("0jjj", "▶"), (["enter"], "run: rm"), (["enter"], "file: rm"), (["x", "enter"], "x")], id="destroys"
        ),
        pytest.param([("0", "▶"), (["enter"], "run: echo"), (["enter"] * 3, "exit 0")], id="output"),
    ],
)
def test_the_screen(
    snap_compare: Callable[..., bool],
    make_app: MakeApp,
    steps: Sequence[tuple[Sequence[str], str]],
    size: tuple[int, int],
) -> None:
    app = make_app(write=True)
    assert snap_compare(app, terminal_size=size, run_before=ready(app, steps))
