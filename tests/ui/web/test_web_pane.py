"""The view of the web, driven by keys."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from support.aws_screen import reading
from support.aws_screen import troubled as aws_troubled
from support.outside_screen import Outside
from support.web_screen import health, loading, read, troubled, unreachable, well

from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.web.kinds import ALERTMANAGER, HEALTH, PROMETHEUS, STATUS_PAGE, web_ref
from cockpit.reading import Reading
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.web import model

Look = Callable[..., AbstractAsyncContextManager[Outside]]


async def test_the_view_opens_on_the_health_and_the_arrows_lead_on(looking: Look) -> None:
    async with looking(*troubled()) as cockpit:
        await cockpit.press("6")
        await cockpit.shows("Web · 7 · 3 failing · worst first")
        seen = []
        for _ in range(5):
            seen.append(cockpit.web.partition("[")[2].partition("]")[0])
            await cockpit.press("right")
        assert seen == ["Health", "Metrics", "Alerts", "Others", "Health"]


async def test_each_page_tells_the_trouble_of_its_own_readings(looking: Look) -> None:
    async with looking(*troubled()) as cockpit:
        await cockpit.press("6", "right")
        await cockpit.shows("edge unreachable since 14:19:07", "! edge: since 14:19:07  connection refused")
        await cockpit.press("right")
        await cockpit.shows("6 firing, 2 held back", "4s old")
        assert "connection refused" not in cockpit.web


async def test_only_the_rows_that_are_old_are_dimmed(looking: Look) -> None:
    async with looking(*troubled()) as cockpit:
        await cockpit.press("6")
        rows = cockpit.app.desks.web.pane.table._source.rows(0, 20)
        assert {row.key for row in rows if row.faint} == {"payments"}


async def test_what_loads_is_not_what_is_well(looking: Look) -> None:
    async with looking(*loading()) as cockpit:
        await cockpit.press("6")
        await cockpit.shows("loading", "○ shop", "asking …")


async def test_what_is_not_configured_says_how_to_use_it(looking: Look) -> None:
    async with looking() as cockpit:
        await cockpit.press("6")
        await cockpit.shows("nothing of the web is looked at", "[web.health.shop] with url =")
        assert cockpit.strips_of_overview == []


async def test_t_lists_alerts_one_by_one(looking: Look) -> None:
    async with looking(*troubled()) as cockpit:
        await cockpit.press("6", "right", "right")
        await cockpit.shows("by name", "list by")
        await cockpit.press("t")
        await cockpit.shows("one by one", "pod=api-7f9c4-2")


async def test_an_endpoint_opens_with_where_its_time_went_and_what_it_answered(looking: Look) -> None:
    async with looking(*troubled()) as cockpit:
        await cockpit.press("6", "j", "j", "enter")
        await cockpit.shows("shop · as of 14:23:07", "first byte", "too many connections", "502 Bad Gateway")


@pytest.mark.parametrize(
    ("about", "page", "row"),
    [
        (web_ref(HEALTH, "admin"), "[Health]", "admin"),
        (web_ref(PROMETHEUS, "main"), "[Metrics]", "main/error rate/service=api"),
        (web_ref(ALERTMANAGER, "main"), "[Alerts]", "main/PodCrashLooping-4-14"),
        (web_ref(STATUS_PAGE, "stripe"), "[Others]", "stripe"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_finding_opens_the_page_with_the_cursor_on_its_object(
    looking: Look, about: ObjectRef, page: str, row: str
) -> None:
    async with looking(*troubled()) as cockpit:
        found = Finding(
            key="web/x", severity=FindingSeverity.WRONG, title="x", scenario="web", evidence=(), objects=(about,)
        )
        cockpit.app.desks.findings.open(found)
        await cockpit.shows(page)
        await cockpit.until(lambda: cockpit.app.desks.web.pane.table.cursor_key == row)


async def test_the_strip_says_what_is_read_while_all_is_well(looking: Look) -> None:
    async with looking(*well()) as cockpit:
        (strip,) = cockpit.strips_of_overview
        assert strip.startswith("─ Web 2 endpoints · 1 Alertmanager · 1 status page ──")
        assert "\n" not in strip


async def test_the_strip_tells_the_worst(looking: Look) -> None:
    async with looking(*troubled()) as cockpit:
        (strip,) = cockpit.strips_of_overview
        assert "server error for 53s  502 Bad Gateway, 200 expected  available 99.2 %" in strip
        assert "critical x3 for 14m" in strip
        assert "more: 6 shows all" in strip


async def test_the_strips_stand_in_their_order_whichever_came_first(looking: Look) -> None:
    async with looking(*troubled()) as cockpit:
        await cockpit.read(reading(aws_troubled()))
        aws, web = cockpit.app.desks.aws.strip, cockpit.app.desks.web.strip
        assert aws.region.y < web.region.y < cockpit.app.cockpit.logs.region.y


async def test_a_reading_that_is_read_no_longer_leaves_the_page(looking: Look) -> None:
    async with looking(*troubled()) as cockpit:
        await cockpit.press("6")
        await cockpit.read(model_off("admin"))
        await cockpit.shows("Web · 6 · 3 failing")


def model_off(name: str) -> Reading[Any]:
    return Reading(f"{model.HEALTH}{name}", off=True)


async def test_hostile_answers_stay_text(looking: Look) -> None:
    newest = health().newest
    evil = type(newest)(newest.at, model.Outcome.WRONG_BODY, 200, "\x1b]0;owned\x07[bold]no", body="\x1b[2J[/] \u202e!")
    async with looking(read(f"{model.HEALTH}shop", health(evil))) as cockpit:
        await cockpit.press("6")
        await cockpit.shows("[bold]no")
        await cockpit.press("enter")
        await cockpit.shows("[/] ")


async def test_nothing_read_says_so(looking: Look) -> None:
    async with looking(read(f"{model.ALERTMANAGER}main", None, unreachable())) as cockpit:
        await cockpit.press("6", "right", "right")
        await cockpit.shows("● main", "unreachable: connection refused: 10.0.0.80:9090")
