"""What the cockpit sees is offered quietly, and goes into the log with one key, with its evidence."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

import msgspec
import pytest
from support.cockpit import Opened, arrived, settle
from support.shop import BROKEN_SHOP, NOW, Shop, pod

from cockpit.clock import utc_now
from cockpit.incident.entry import EntryKind
from cockpit.incident.evidence import references
from cockpit.incident.file import IncidentFile
from cockpit.observer.presence import Here, Presence
from cockpit.ui.app import CockpitApp

Open = Callable[..., AbstractAsyncContextManager[Opened]]
MakeApp = Callable[..., CockpitApp]
SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]

RESTARTED = "web-84d5f-p0o9i: restarted (Error, exit 1)"
AFTER = (*BROKEN_SHOP[:4], pod("web-84d5f-p0o9i", restarts=1, exit_code=1), BROKEN_SHOP[5])


async def see_a_restart(cockpit: Opened) -> None:
    """Let a pod be restarted once the observer knows it, and wait until it is offered."""
    log = cockpit.app.cockpit.incident_log
    await cockpit.until(lambda: cockpit.app.desks.observing._observer._seen.get("kubernetes/pods"))
    cockpit.shop.pods.tell(Shop.listed(AFTER))
    await cockpit.until(lambda: log._candidates)


async def to_the_log(cockpit: Opened) -> None:
    """Show the incident view, and give the keys to the log."""
    await cockpit.press("0", "tab")
    assert cockpit.app.focused is cockpit.app.cockpit.incident_log.table


async def test_candidates_are_counted_and_only_shown_when_asked_for(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await see_a_restart(cockpit)
        await cockpit.press("0")
        await cockpit.shows("1 candidate")
        assert "candidate: v" not in cockpit.screen()
        await to_the_log(cockpit)
        await cockpit.shows("1 candidate: v")
        assert RESTARTED not in cockpit.screen()
        await cockpit.press("v")
        await cockpit.shows(f"· {RESTARTED}")
        await cockpit.press("v")
        assert RESTARTED not in cockpit.screen()


@pytest.mark.parametrize("key", ["p", "enter"])
async def test_one_key_takes_a_candidate_into_the_log_with_its_time_and_evidence(cockpit_on: Open, key: str) -> None:
    async with cockpit_on() as cockpit:
        await see_a_restart(cockpit)
        await to_the_log(cockpit)
        await cockpit.press("v", key)
        await cockpit.until(lambda: RESTARTED in cockpit.entries)
        await cockpit.until(lambda: "candidate:" not in cockpit.pane(cockpit.app.cockpit.incident_log))
        assert cockpit.app.record is not None
        entry = cockpit.app.record.entries[-1]
        assert (entry.kind, entry.occurred_at) == (EntryKind.OBSERVED, AFTER[4].last_restart)
        assert cockpit.app.record.path is not None
        with closing(IncidentFile.open(cockpit.app.record.path, clock=utc_now)) as file:
            content = file.content(references(entry.data)[0].sha256)
        assert content is not None
        (observed,) = msgspec.json.decode(content)["observed"]
        assert [observed["data"][when]["restarts"] for when in ("before", "after")] == [0, 1]


async def test_on_an_entry_the_key_does_nothing(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("i", *"looking", "enter")
        await cockpit.until(lambda: "looking" in cockpit.entries)
        await to_the_log(cockpit)
        await cockpit.press("G", "p")
        assert cockpit.entries[1:] == ["looking"]


async def test_who_types_is_asked_and_stands_in_what_is_written_then(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        record = cockpit.app.record
        assert record is not None
        login = record.actor
        await cockpit.press("D")
        await cockpit.shows("Who types now?", login)
        await cockpit.press(*"somebody", "enter")
        await cockpit.shows("goes into the log")
        await cockpit.press(*"ana", "enter")
        await cockpit.until(lambda: "ana types now" in cockpit.entries)
        await cockpit.press("i", *"looking", "enter")
        await cockpit.until(lambda: "looking" in cockpit.entries)
        assert record.state.roles == {"driver": "ana"}
        assert record.entries[-1].actor == f"ana, via {login}"
        assert "ana was named" in (record.entries[-1].data["known"] or "")


async def test_another_cockpit_with_the_same_incident_is_named(make_app: MakeApp, tmp_path: Path) -> None:
    with closing(IncidentFile.create(tmp_path / "incidents", clock=lambda: NOW)) as file:
        Presence(file.path, Here("bob", "laptop", 4711, NOW)).beat("bob")
        shop = Shop(BROKEN_SHOP)
        app = make_app(shop)
        app._resume = file.path
        async with app.run_test(size=(160, 45)) as pilot:
            await settle(pilot, lambda: arrived(app))
            cockpit = Opened(app, shop, pilot)
            await cockpit.press("0")
            assert app.record is not None
            await cockpit.shows(f"2 here: {app.record.actor}, bob")
        assert [path.name for path in file.path.with_suffix(".here").iterdir()] == ["laptop-4711.json"]


@pytest.mark.parametrize("size", SIZES)
def test_the_log_with_candidates(snap_compare: Callable[..., bool], make_app: MakeApp, size: tuple[int, int]) -> None:
    shop = Shop(BROKEN_SHOP)
    app = make_app(shop)

    async def run_before(pilot: object) -> None:
        cockpit = Opened(app, shop, pilot)  # type: ignore[arg-type]
        await cockpit.until(lambda: arrived(app))
        await cockpit.press("i", *"looking at web", "enter")
        await cockpit.until(lambda: "looking at web" in cockpit.entries)
        await see_a_restart(cockpit)
        await to_the_log(cockpit)
        await cockpit.press("v")
        await cockpit.shows("restarted (Error")
        app.cockpit.hints.forget()
        await cockpit.pilot.pause(0.3)

    assert snap_compare(app, terminal_size=size, run_before=run_before)
