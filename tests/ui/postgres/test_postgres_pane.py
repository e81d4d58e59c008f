"""The view of the servers, driven by keys."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from support.postgres_looks import ACTIVE, backend, look
from support.postgres_screen import reading, refused, statements, troubled, well

from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.reading import TroubleKind
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import Gap
from cockpit.ui.app_keys import APP_BINDINGS
from cockpit.ui.postgres.postgres_pane import PostgresPane

Watch = Callable[..., AbstractAsyncContextManager[Any]]


async def test_the_view_opens_on_the_activity_and_has_the_keys(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4")
        await cockpit.shows("Postgres shop-db · 28 · statement time · longest first")
        assert "[Activity]" in cockpit.postgres
        assert cockpit.app.focused is cockpit.app.desks.postgres.pane.table
        assert "count by" in cockpit.screen()


async def test_the_arrows_lead_through_the_pages_and_round(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4")
        seen = []
        for _ in range(6):
            seen.append(cockpit.postgres.partition("[")[2].partition("]")[0])
            await cockpit.press("right")
        assert seen == ["Activity", "Blocking", "Statements", "Connections", "Health", "Activity"]
        await cockpit.press("left", "left")
        assert "[Health]" in cockpit.postgres


async def test_without_a_server_it_says_how_to_get_one(watching: Watch) -> None:
    async with watching() as cockpit:
        await cockpit.press("4")
        await cockpit.shows("no Postgres server is configured", "try: cockpit --dsn")
        assert not cockpit.app.desks.postgres.strip.is_attached


async def test_it_takes_the_arrows_from_the_kinds_in_its_own_view_only(watching: Watch) -> None:
    async with watching(reading(well())) as cockpit:
        await cockpit.press("2", "right")
        assert "Workloads" in cockpit.screen()


async def test_no_key_of_the_pane_hides_one_that_works_everywhere_but_the_arrows() -> None:
    everywhere = {key for binding in APP_BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    own = {key for binding in PostgresPane.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    assert own & everywhere == {"left", "right"}


async def test_the_keys_are_in_the_help(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "question_mark")
        await cockpit.shows("postgres.turn", "postgres.pause", "postgres.idle")


async def test_turning_ordering_and_listing_idle_ones_change_the_page(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "t", "o", "I")
        await cockpit.shows("89 · transaction time · state")
        await cockpit.press("O")
        assert "state reversed" in cockpit.postgres


async def test_each_page_keeps_what_was_chosen_for_it(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "t", "right", "right", "t")
        assert "· interval · by time" in cockpit.postgres
        await cockpit.press("left", "left")
        assert "transaction time" in cockpit.postgres


async def test_the_filter_follows_while_it_is_typed_and_escape_drops_it(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "slash", *"alter", "enter")
        await cockpit.shows("1 of 28", "/alter")
        await cockpit.press("escape")
        assert "/alter" not in cockpit.postgres
        await cockpit.press("slash", *"a(")
        assert "missing" in cockpit.screen()


async def test_a_refresh_keeps_the_cursor_on_its_backend(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "j", "j")
        pane = cockpit.app.desks.postgres.pane
        assert pane.selected.pid == 4720
        newer = troubled()
        backends = [each for each in newer.activity.backends if each.pid != 4711]
        await cockpit.read(reading(replace(newer, activity=replace(newer.activity, backends=tuple(backends)))))
        assert pane.selected.pid == 4720


async def test_paused_it_holds_what_it_shows_and_says_since_when(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "p")
        assert "paused at 14:23:07" in cockpit.postgres
        await cockpit.read(reading(well()))
        assert "4711" in cockpit.postgres
        await cockpit.press("p")
        assert "4711" not in cockpit.postgres


async def test_enter_opens_the_statement_with_all_facts_and_escape_goes_back(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "j", "enter")
        await cockpit.shows("pid 4801 · as of 14:23:07", "parallel workers", "JOIN huge USING (id) -- nightly")
        await cockpit.press("slash", *"nightly", "enter")
        assert "/nightly 1 of 1" in cockpit.postgres
        await cockpit.press("escape", "escape")
        await cockpit.shows("28 · statement time")
        assert cockpit.app.focused is cockpit.app.desks.postgres.pane.table


async def test_what_is_open_stays_what_is_acted_on_when_it_is_gone_from_the_list(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "enter")
        await cockpit.shows("pid 4711 · as of")
        await cockpit.read(reading(well()))
        assert cockpit.app.desks.postgres.selected_backend().pid == 4711
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.desks.postgres.selected_backend().pid == 100)


async def test_a_statement_opens_with_its_costs(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "right", "right", "enter")
        await cockpit.shows("statement · as of", "WHERE o.customer_id = 4711", "125.0 times as long")
        assert cockpit.app.desks.postgres.selected_statement().key == statements().statements[0].key


async def test_enter_on_a_group_lists_its_connections(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4", "left", "left", "enter")
        await cockpit.shows("[Activity]", "Postgres shop-db · 60 of workload worker")
        assert cockpit.app.desks.postgres.selected_backend().application == "worker"
        await cockpit.press("escape")
        await cockpit.shows("Postgres shop-db · 89 ·")


async def test_enter_on_a_figure_shows_all_of_its_remark(watching: Watch) -> None:
    async with watching(reading(troubled()), size=(80, 24)) as cockpit:
        await cockpit.press("4", "left", "o", "enter")
        await cockpit.shows("slot debezium", "pg_drop_replication_slot('debezium') if nobody will")


async def test_what_is_lost_is_shown_dimmed_with_its_age_and_the_remedy(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4")
        await cockpit.read(reading(troubled(), refused()))
        assert "7s old · stale since 14:23:00" in cockpit.postgres
        assert "sorry, too many clients already" in cockpit.postgres
        assert "try: psql service=shop-emergency" in cockpit.postgres
        assert "4711" in cockpit.postgres
        assert all(row.faint for row in cockpit.app.desks.postgres.pane.table._source.rows(0, 100))


async def test_what_was_never_read_says_why(watching: Watch) -> None:
    denied = replace(refused(), kind=TroubleKind.EXPIRED, message="password authentication failed", remedy=None)
    async with watching(reading(None)) as cockpit:
        await cockpit.press("4")
        await cockpit.shows("connecting …")
        await cockpit.read(reading(None, denied))
        await cockpit.shows("expired", "password authentication failed", "nothing read yet")


async def test_s_shows_the_next_of_several_servers(watching: Watch) -> None:
    async with watching(reading(well(), name="a-db"), reading(troubled())) as cockpit:
        await cockpit.press("4")
        await cockpit.shows("Postgres a-db 1 of 2")
        await cockpit.press("s")
        await cockpit.shows("Postgres shop-db 2 of 2", "4711")
        await cockpit.press("s")
        await cockpit.shows("Postgres a-db 1 of 2")


async def test_a_server_that_is_read_no_longer_makes_room_for_another(watching: Watch) -> None:
    async with watching(reading(well(), name="a-db"), reading(troubled())) as cockpit:
        await cockpit.press("4")
        await cockpit.read(replace(reading(None, name="a-db"), off=True))
        assert "Postgres shop-db ·" in cockpit.postgres


async def test_a_finding_about_a_server_opens_its_page(watching: Watch) -> None:
    async with watching(reading(well(), name="a-db"), reading(troubled())) as cockpit:
        locks = Finding(
            key="postgres/locks/shop-db", severity=FindingSeverity.WRONG, title="blocked", scenario="locks",
            evidence=(), objects=(ObjectRef("Postgres", "", "shop-db"),),
        )  # fmt: skip
        cockpit.app.desks.findings.open(locks)
        await cockpit.shows("Postgres shop-db 2 of 2 · 5 waiting behind 1 root")


@pytest.mark.parametrize(
    ("cause", "page"),
    [("long-statements", "Activity"), ("slow-queries", "Statements"), ("database-load", "Statements")],
)
async def test_a_statement_that_still_runs_is_shown_where_it_is_listed(watching: Watch, cause: str, page: str) -> None:
    async with watching(reading(troubled())) as cockpit:
        lasting = Finding(
            key=f"postgres/{cause}/shop-db", severity=FindingSeverity.DOUBTFUL, title="lasts", scenario="slow-queries",
            evidence=(), objects=(ObjectRef("Postgres", "", "shop-db"),),
        )  # fmt: skip
        cockpit.app.desks.postgres.pane.choose("shop-db", "Health")
        cockpit.app.desks.findings.open(lasting)
        assert cockpit.app.desks.postgres.pane.tab.title == page


async def test_the_overview_is_one_line_while_a_server_is_well(watching: Watch) -> None:
    async with watching(reading(well())) as cockpit:
        assert "Postgres shop-db 9/97 ▁▁▁▁▁" in cockpit.overview
        assert cockpit.app.desks.postgres.strip.size.height == 1


async def test_the_overview_tells_what_lasts_too_long_and_who_did_it(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        assert "idle in transaction    21  oldest  07:19  api" in cockpit.overview
        assert "root 4711 api" in cockpit.overview
        await cockpit.read(reading(well()))
        assert cockpit.app.desks.postgres.strip.size.height == 1


async def test_the_overview_has_a_line_for_each_of_several_servers(watching: Watch) -> None:
    async with watching(reading(well(), name="a-db"), reading(None, refused(), name="b-db")) as cockpit:
        first, second = cockpit.overview.splitlines()[1:3]
        assert first.split()[:2] == ["a-db", "9/97"]
        assert second.split() == ["b-db", "refused", "since", "14:22:20"]


async def test_hostile_names_and_statements_stay_on_their_line(watching: Watch) -> None:
    evil = backend(
        66, ACTIVE, since=None, application="\x1b]0;owned\x07[bold]x", user="a\nb", query="SELECT '\x1b[2J[/]' \u202e",
    )  # fmt: skip
    async with watching(reading(look(evil))) as cockpit:
        await cockpit.press("4")
        await cockpit.shows("[bold]x", "a b", "SELECT '[/]'")


async def test_a_refresh_repaints_only_the_lines_that_changed(watching: Watch) -> None:
    async with watching(reading(troubled())) as cockpit:
        await cockpit.press("4")
        table = cockpit.app.desks.postgres.pane.table
        painted: list[int] = []
        table.refresh = lambda *regions, **_: painted.append(len(regions))
        await cockpit.read(reading(troubled(gaps={"locks": Gap("x")})))
        assert painted == []
        newer = troubled()
        changed = tuple(replace(each, user="eve") if each.pid == 4801 else each for each in newer.activity.backends)
        await cockpit.read(reading(replace(newer, activity=replace(newer.activity, backends=changed))))
        assert painted == [1]


async def test_times_go_on_while_nothing_new_is_read(watching: Watch) -> None:
    looked = replace(reading(troubled()), fresh_for=timedelta(hours=1))
    async with watching(looked) as cockpit:
        await cockpit.press("4")
        pane = cockpit.app.desks.postgres.pane
        now = pane._moment.now
        pane._moment._clock = lambda: now + timedelta(seconds=5)
        pane.redraw()
        await cockpit.pilot.pause()
        assert "07:24" in cockpit.postgres
