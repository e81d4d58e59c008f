from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from msgspec.structs import replace
from support.cockpit import Opened
from support.shop import NOW, WELL_SHOP, Shop, Told, just_lost, pod

from cockpit.diagnosis.finding import Finding, Findings, FindingSeverity
from cockpit.reading import Reading, SourceError, TroubleKind
from cockpit.sources.kubernetes.model import Health, Pod
from cockpit.ui.app import CockpitApp
from cockpit.ui.logs.logs_desk import CURSOR_RESTS

Open = Callable[..., AbstractAsyncContextManager[Opened]]


async def test_it_says_what_is_wrong_and_puts_the_worst_pods_first(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        screen = cockpit.screen()
        assert "api: 2 of 3 pods crash-loop" in screen
        assert cockpit.names() == [
            "api-7f9c4-x2k4p",
            "api-7f9c4-zz9qd",
            "api-5d8b2-aa1bb",
            "web-84d5f-p0o9i",
            "worker-66f9c-7hjkl",
            "import-29411-k2j3h",
        ]


async def test_a_healthy_cluster_is_quiet(cockpit_on: Open) -> None:
    async with cockpit_on(WELL_SHOP) as cockpit:
        assert "Nothing wrong since 14:23:07" in cockpit.screen()
        assert "●" not in cockpit.screen()


async def test_while_something_forms_nobody_is_told_that_all_is_well(cockpit_on: Open) -> None:
    async with cockpit_on(WELL_SHOP, size=(80, 24)) as cockpit:
        cockpit.shop.pods.tell(cockpit.shop.listed([*WELL_SHOP, just_lost("web-84d5f-zz9qd")]))
        await cockpit.shows("Nothing wrong yet · 1 watched", "web: 1 of 3 pods is not ready")
        await cockpit.shows("nothing wrong yet, 1 watched")


async def test_the_log_of_the_worst_pod_is_open_without_a_key(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.until(lambda: "FATAL giving up" in cockpit.screen())
        assert [target.pod for target in cockpit.shop.followed] == ["api-7f9c4-x2k4p"]


async def test_cursor_and_log_change_by_themselves_only_for_something_worse(cockpit_on: Open) -> None:
    starting = pod("api-7f9c4-x2k4p", "Running", Health.CHANGING, ready=False)
    async with cockpit_on([*WELL_SHOP, starting]) as cockpit:
        crashed = pod("api-7f9c4-zz9qd", "CrashLoopBackOff", Health.WRONG, ready=False, exit_code=1)
        cockpit.shop.pods.tell(cockpit.shop.listed([*WELL_SHOP, starting, crashed]))
        await cockpit.until(lambda: cockpit.shop.followed[-1].pod == "api-7f9c4-zz9qd")
        twin = pod("api-7f9c4-aaaaa", "CrashLoopBackOff", Health.WRONG, ready=False, restarts=9, rise=9, exit_code=1)
        cockpit.shop.pods.tell(cockpit.shop.listed([*WELL_SHOP, crashed, twin]))
        await cockpit.until(lambda: cockpit.names()[:2] == [twin.name, crashed.name])
        pods, logs = cockpit.app.cockpit.pods, cockpit.app.cockpit.logs
        pods.redraw()
        await cockpit.pilot.pause(CURSOR_RESTS + 0.1)
        assert pods.selected == crashed
        assert pods.table.cursor == 1
        assert crashed.name in cockpit.pane(logs).splitlines()[0]


async def test_the_log_is_always_of_the_pod_under_a_cursor_that_nobody_moved(cockpit_on: Open) -> None:
    first = pod("api-7f9c4-aaaaa", "CrashLoopBackOff", Health.WRONG, ready=False, restarts=3, rise=3)
    second = pod("api-7f9c4-bbbbb", "CrashLoopBackOff", Health.WRONG, ready=False, restarts=2, rise=2)
    async with cockpit_on([*WELL_SHOP, first, second]) as cockpit:
        pods, logs = cockpit.app.cockpit.pods, cockpit.app.cockpit.logs

        async def becomes(one: Pod, other: Pod, *, at: int, is_under: Pod) -> None:
            cockpit.shop.pods.tell(cockpit.shop.listed([*WELL_SHOP, one, other]))
            await cockpit.until(lambda: pods.selected == is_under and pods.table.cursor == at)
            await cockpit.until(lambda: is_under.name in cockpit.pane(logs).splitlines()[0])

        await becomes(first, second, at=0, is_under=first)
        await becomes(replace(first, health=Health.CHANGING), second, at=0, is_under=second)
        await becomes(first, second, at=1, is_under=second)
        await becomes(first, replace(second, health=Health.CHANGING), at=0, is_under=first)


async def test_a_protected_context_says_so(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        assert "prod-us-west-2 / shop  protected · read-only" in cockpit.screen()


async def test_what_fails_is_told_with_its_remedy_and_the_last_rows_stay(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        cockpit.shop.pods.tell(SourceError(TroubleKind.UNREACHABLE, "10.0.0.1: no route", "ssh bastion-2"))
        await cockpit.until(lambda: "10.0.0.1: no route" in cockpit.screen())
        screen = cockpit.screen()
        assert "since 14:23:07" in screen
        assert "try: ssh bastion-2" in screen
        assert "stale since 14:23:07" in screen
        assert "api-7f9c4-x2k4p" in cockpit.names()


async def test_hostile_names_are_drawn_as_text(cockpit_on: Open) -> None:
    hostile = pod("[bold]x[/]-\x1b[31m-漢字-1-2", workload="x")
    async with cockpit_on([hostile]) as cockpit:
        assert "[bold]x[/]--漢字-1-2" in cockpit.screen()


async def test_a_narrow_terminal_shows_one_pane_and_the_worst_in_its_header(cockpit_on: Open) -> None:
    async with cockpit_on(size=(80, 24)) as cockpit:
        assert cockpit.screen().splitlines()[1].startswith(" 1 wrong api: 2 of 3 pods crash-loop")
        assert "Checklist" not in cockpit.screen()
        await cockpit.press("0")
        assert "Checklist" in cockpit.screen()
        await cockpit.press("3")
        await cockpit.until(lambda: "FATAL giving up" in cockpit.screen())


async def test_a_tiny_terminal_still_shows_findings_and_clock(cockpit_on: Open) -> None:
    async with cockpit_on(size=(52, 14)) as cockpit:
        screen = cockpit.screen()
        assert "52 x 14: the panes need 60 x 20" in screen
        assert "api: 2 of 3 pods crash-loop" in screen
        assert "14:23:07 UTC" in screen


async def test_every_command_can_be_found_by_name(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press(":")
        await cockpit.until(lambda: "Commands" in cockpit.screen())
        await cockpit.press(*"write a note", "enter")
        await cockpit.until(lambda: cockpit.app.cockpit.prompt.asking)


async def test_unknown_is_not_zero(make_app: Callable[[Shop], CockpitApp]) -> None:
    shop = Shop(())
    shop.pods = Told("kubernetes/pods", SourceError(TroubleKind.UNREACHABLE, "no route"))
    app = make_app(shop)
    async with app.run_test(size=(160, 45)) as pilot:
        cockpit = Opened(app, shop, pilot)
        await cockpit.until(lambda: "no route" in cockpit.screen())
        assert "Pods unknown" in cockpit.screen()
        assert "Nothing known yet" in cockpit.screen()


async def test_a_diagnosis_that_fails_says_why(cockpit_on: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with cockpit_on() as cockpit:
        monkeypatch.setattr("cockpit.diagnostician.diagnose", lambda *_: 1 / 0)
        cockpit.shop.pods.tell(cockpit.shop.listed([pod("web-1-1")]))
        await cockpit.until(lambda: "the diagnosis failed: ZeroDivisionError" in cockpit.screen())


CRASHING = [
    pod(f"{name}-7f9c4-x2k4p", "CrashLoopBackOff", Health.WRONG, workload=name, ready=False, rise=9, exit_code=1)
    for name in ("api", "web", "worker", "import", "mail")
]


async def test_findings_for_which_there_is_no_room_are_counted(cockpit_on: Open) -> None:
    async with cockpit_on(CRASHING, size=(80, 24)) as cockpit:
        await cockpit.shows("Wrong now 5, 3 shown")
    async with cockpit_on(CRASHING) as cockpit:
        await cockpit.shows("Wrong now 5 ─")


@pytest.mark.parametrize("view", ["0", "3"])
async def test_where_the_findings_are_not_shown_the_header_counts_them(cockpit_on: Open, view: str) -> None:
    async with cockpit_on() as cockpit:
        assert "1 wrong" not in cockpit.screen()
        await cockpit.press(view)
        await cockpit.until(
            lambda: "1 wrong api: 2 of 3 pods crash-loop, exit 1  14:23" in cockpit.screen().splitlines()[0]
        )
        await cockpit.press("1")
        await cockpit.until(lambda: "1 wrong" not in cockpit.screen())


@pytest.mark.parametrize("view", "0123456")
async def test_a_narrow_header_says_what_is_wrong_in_each_view(cockpit_on: Open, view: str) -> None:
    async with cockpit_on(size=(80, 24)) as cockpit:
        await cockpit.press(view)
        assert cockpit.screen().splitlines()[1].startswith(" 1 wrong api: 2 of 3 pods crash")


async def test_the_key_of_the_overview_pressed_again_leads_to_the_findings(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("1")
        assert cockpit.app.focused is cockpit.app.cockpit.findings.table
        assert "enter show it" in cockpit.screen().splitlines()[-1]
        await cockpit.press("1")
        assert cockpit.app.focused is cockpit.app.cockpit.pods.table


@pytest.mark.parametrize(("size", "unfolds"), [((120, 45), True), ((120, 30), False), ((80, 45), True)])
async def test_the_end_of_the_worst_finding_is_told_unasked_where_there_is_room(
    cockpit_on: Open, size: tuple[int, int], *, unfolds: bool
) -> None:
    async with cockpit_on(size=size) as cockpit:
        pane = cockpit.app.cockpit.findings
        long = Finding("key", FindingSeverity.WRONG, f"api: {'crash ' * 30}because of DATABASE_URL", "crash-loop", ())
        pane.show(Reading(source="diagnosis", data=Findings((long,)), taken_at=NOW))
        await cockpit.until(lambda: "api: crash" in cockpit.screen())
        await cockpit.pilot.pause()
        assert ("because of DATABASE_URL" in cockpit.pane(pane)) is unfolds
