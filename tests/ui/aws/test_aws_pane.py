"""The view of AWS, driven by keys."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from msgspec.structs import replace
from support.aws_screen import expired, instance, look, reading, restricted, troubled, well
from support.outside_screen import Outside
from support.shop import NOW

from cockpit.diagnosis.aws.kinds import ALARM, BALANCER, CLUSTER, RDS, TARGET_GROUP, account_ref, aws_ref
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.reading import Reading
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.app_keys import APP_BINDINGS
from cockpit.ui.paged.paged_pane import PagedPane

Look = Callable[..., AbstractAsyncContextManager[Outside]]


def finding(about: ObjectRef) -> Finding:
    return Finding(
        key="aws/x", severity=FindingSeverity.WRONG, title="x", scenario="aws", evidence=(), objects=(about,)
    )


async def test_the_view_opens_on_the_databases_with_who_and_where_in_its_title(looking: Look) -> None:
    async with looking(reading(troubled())) as cockpit:
        await cockpit.press("5")
        await cockpit.shows("AWS prod · 123456789012 incident-reader us-west-2 ends in 43m · 8 · worst first")
        assert "[RDS]" in cockpit.aws
        assert "12s old" in cockpit.aws.splitlines()[0]
        assert cockpit.app.focused is cockpit.app.desks.aws.pane.table


async def test_who_and_where_stay_in_the_title_of_a_small_screen_whatever_fails(looking: Look) -> None:
    async with looking(reading(troubled(), expired()), size=(80, 24)) as cockpit:
        await cockpit.press("5")
        await cockpit.shows("123456789012 incident-reader us-west-2 ends in 43m", "expired")
        assert "try: aws sso login --profile prod" in cockpit.aws


async def test_the_arrows_lead_through_the_pages_and_round(looking: Look) -> None:
    async with looking(reading(troubled())) as cockpit:
        await cockpit.press("5")
        seen = []
        for _ in range(7):
            seen.append(cockpit.aws.partition("[")[2].partition("]")[0])
            await cockpit.press("right")
        assert seen == ["RDS", "Balancers", "Targets", "Alarms", "Events", "Account", "RDS"]


async def test_no_key_of_the_pages_hides_one_that_works_everywhere_but_the_arrows() -> None:
    everywhere = {key for binding in APP_BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    own = {key for binding in PagedPane.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    assert own & everywhere == {"left", "right"}


async def test_what_is_not_configured_says_how_to_use_it_and_has_no_strip(looking: Look) -> None:
    async with looking() as cockpit:
        assert cockpit.strips_of_overview == []
        await cockpit.press("5")
        await cockpit.shows("AWS not in use", "try: cockpit --region us-west-2, or [aws]")


async def test_the_filter_the_order_and_escape(looking: Look) -> None:
    async with looking(reading(troubled())) as cockpit:
        await cockpit.press("5", "slash", *"shop", "enter")
        await cockpit.shows("/shop · 2 of 8", "shop-db-replica")
        assert "users-db" not in cockpit.aws
        await cockpit.press("escape", "o")
        await cockpit.shows("8 · by name")
        await cockpit.press("O")
        await cockpit.shows("8 · by name reversed")


async def test_enter_tells_all_and_escape_goes_back(looking: Look) -> None:
    async with looking(reading(troubled())) as cockpit:
        await cockpit.press("5", "j", "j", "enter")
        await cockpit.shows("shop-db · as of 14:23:07", "pending: class db.r6g.large → db.r6g.xlarge", "write latency")
        await cockpit.press("slash", *"latency", "enter")
        assert "/latency 1 of 2" in cockpit.aws
        await cockpit.press("escape", "escape")
        await cockpit.shows("8 · worst first")
        assert cockpit.app.focused is cockpit.app.desks.aws.pane.table


async def test_what_is_opened_can_be_pinned_to_the_incident_log(looking: Look) -> None:
    async with looking(reading(troubled())) as cockpit:
        await cockpit.press("5", "j", "j", "enter")
        await cockpit.shows("shop-db · as of")
        await cockpit.press("P")
        await cockpit.until(lambda: any("db.r6g.xlarge" in entry for entry in cockpit.entries))
        assert any("AWS prod" in entry for entry in cockpit.entries)


async def test_a_pause_holds_what_is_shown_until_it_ends(looking: Look) -> None:
    async with looking(reading(troubled())) as cockpit:
        await cockpit.press("5", "p")
        await cockpit.shows("paused at 14:23:07", "reports-db")
        await cockpit.read(reading(well()))
        assert "reports-db" in cockpit.aws
        await cockpit.press("p")
        await cockpit.shows("2 · worst first")
        assert "reports-db" not in cockpit.aws


async def test_s_leads_through_the_accounts(looking: Look) -> None:
    async with looking(reading(well(), name="data"), reading(troubled())) as cockpit:
        await cockpit.press("5")
        await cockpit.shows("AWS data 1 of 2")
        await cockpit.press("s")
        await cockpit.shows("AWS prod 2 of 2", "reports-db")
        await cockpit.press("less_than_sign")
        await cockpit.shows("AWS data 1 of 2")


async def test_what_is_lost_is_shown_dimmed_with_the_command_that_mends_it(looking: Look) -> None:
    async with looking(reading(troubled(), expired())) as cockpit:
        await cockpit.press("5")
        await cockpit.shows("12s old · expired: aws sso login --profile prod", "shop-db")
        assert all(row.faint for row in cockpit.app.desks.aws.pane.table._source.rows(0, 100))


async def test_what_was_never_read_says_why(looking: Look) -> None:
    async with looking(Reading("aws/prod")) as cockpit:
        await cockpit.press("5")
        await cockpit.shows("asking AWS …", "loading")
        await cockpit.read(reading(None, expired()))
        await cockpit.shows("the SSO session of profile prod has ended", "nothing read yet")


async def test_a_part_that_is_denied_is_in_the_border_and_does_not_look_like_nothing(looking: Look) -> None:
    async with looking(reading(restricted())) as cockpit:
        await cockpit.press("5")
        await cockpit.shows("denied: rds:DescribeDBInstances +1 · 12s old", "not known", "try: aws iam put-role-policy")


@pytest.mark.parametrize(
    ("about", "page", "row"),
    [
        (aws_ref(RDS, "prod", "shop-db"), "[RDS]", "shop-db"),
        (aws_ref(CLUSTER, "prod", "orders"), "[RDS]", "cluster orders"),
        (aws_ref(BALANCER, "prod", "api-internal"), "[Balancers]", "api-internal"),
        (aws_ref(TARGET_GROUP, "prod", "web-tg"), "[Targets]", "web-tg 10.0.0.21:8080"),
        (aws_ref(ALARM, "prod", "web-5xx"), "[Alarms]", "web-5xx"),
        (account_ref("prod"), "[Account]", "0 account"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_finding_opens_the_page_with_the_cursor_on_its_object(
    looking: Look, about: ObjectRef, page: str, row: str
) -> None:
    async with looking(reading(well(), name="data"), reading(troubled())) as cockpit:
        cockpit.app.desks.findings.open(finding(about))
        await cockpit.shows("AWS prod 2 of 2", page)
        await cockpit.until(lambda: cockpit.app.desks.aws.pane.table.cursor_key == row)
        assert cockpit.app.focused is cockpit.app.desks.aws.pane.table


async def test_the_strip_is_one_line_while_all_is_well(looking: Look) -> None:
    async with looking(reading(well())) as cockpit:
        (strip,) = cockpit.strips_of_overview
        assert strip.startswith("─ AWS us-west-2 ───")
        assert strip.endswith("12s old")
        assert "\n" not in strip


async def test_the_strip_has_a_line_for_each_of_the_worst(looking: Look) -> None:
    async with looking(reading(troubled())) as cockpit:
        (strip,) = cockpit.strips_of_overview
        lines = strip.splitlines()
        assert "● 7 in trouble" in lines[0]
        assert "shop-db " in lines[1]
        assert "disk free 3.9 of 100 GiB" in lines[1]
        assert any("targets 2/6  fails open  5xx its own 214/min" in line for line in lines)
        assert "and 3 more" in lines[-1]


async def test_the_strip_of_a_small_screen_names_who_is_in_trouble_in_its_title(looking: Look) -> None:
    async with looking(reading(troubled()), size=(80, 24)) as cockpit:
        (strip,) = cockpit.strips_of_overview
        assert "7 in trouble shop-db, reports-db" in strip
        assert "\n" not in strip
        assert "api-7f9c4-x2k4p" in cockpit.screen()


async def test_hostile_names_stay_in_their_cell(looking: Look) -> None:
    evil = look(instances=(instance("\x1b]0;owned\x07[bold]x\ny", status="\x1b[2Jfailed"),))
    async with looking(reading(evil)) as cockpit:
        await cockpit.press("5")
        await cockpit.shows("[bold]x y", "failed")
        await cockpit.press("enter")
        await cockpit.shows("[bold]x y")


async def test_ages_move_on_while_nothing_new_is_read(looking: Look) -> None:
    long = replace(reading(well()), fresh_for=timedelta(hours=1))
    async with looking(long) as cockpit:
        await cockpit.press("5")
        pane = cockpit.app.desks.aws.pane
        pane._moment._clock = lambda: NOW + timedelta(seconds=30)
        pane.redraw()
        await cockpit.shows("42s old")


async def test_a_does_not_act_on_a_pod_that_is_not_in_sight(looking: Look) -> None:
    async with looking(reading(troubled())) as cockpit:
        await cockpit.press("5", "a")
        await cockpit.shows("aws rds describe-db-clusters")
        assert "delete pod" not in cockpit.screen()
