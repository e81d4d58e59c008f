"""Alarms, events, and the account."""

from datetime import timedelta

from msgspec.structs import replace
from support.aws_screen import CHOICES, IDENTITY, cells, keys, look, opened, restricted, seen, troubled, well
from support.shop import NOW

from cockpit.sources.aws.model import AwsLook
from cockpit.ui.aws import account_page, alarms_page, events_page
from cockpit.ui.kubernetes.pod_filter import parse_filter
from cockpit.ui.paged.page import Choices, Page


def facts(look: AwsLook) -> dict[str, tuple[str, str]]:
    page: Page = account_page.draw(seen(look), CHOICES)
    return {row.cells[1].text: (row.cells[2].text, row.cells[3].text) for row in page.rows}


def test_alarms_come_first_then_those_without_data_then_the_history() -> None:
    page = alarms_page.draw(seen(troubled()), CHOICES)
    names = [row.cells[1].text for row in page.rows]
    assert names[:5] == ["shop-down", "shop-db-storage", "web-5xx", "too little data", "reports-db-cpu"]
    assert names[5:] == ["history", "shop-down", "web-5xx", "web-5xx"]
    assert page.told == "3 in ALARM · 1 without data"


def test_a_composite_alarm_is_marked() -> None:
    page = alarms_page.draw(seen(troubled()), CHOICES)
    assert cells(page, "shop-down")["state"] == "ALARM · composite"
    assert cells(page, "reports-db-cpu")["state"] == "no data"


def test_an_alarm_tells_its_dimensions_and_its_history() -> None:
    text = opened(alarms_page.detail(seen(troubled()), "web-5xx"))
    assert "app/web/50dc6c495c0c9188" in text
    assert text.count("Alarm updated") == 2
    assert "11-20 08:23:07" in text


def test_events_of_trouble_have_a_sign() -> None:
    page = events_page.draw(seen(troubled()), CHOICES)
    assert [row.cells[0].text for row in page.rows] == ["◐", "◐", "", ""]
    filtered = events_page.draw(seen(troubled()), Choices(wanted=parse_filter("backup")))
    assert [row.cells[3].text for row in filtered.rows] == ["users-db"]
    assert "low at 4%" in opened(events_page.detail(seen(troubled()), keys(page)[1]))


def test_no_event_differs_from_events_that_may_not_be_read() -> None:
    assert events_page.draw(seen(well()), CHOICES).empty == "nothing has happened within the last hour"
    assert events_page.draw(seen(restricted()), CHOICES).empty == "not known"


def test_the_account_tells_who_looks_and_what_it_costs() -> None:
    told = facts(well())
    assert told["account"][0] == "123456789012"
    assert told["credentials end"][0] == "15:06:07, in 43m"
    assert told["calls"] == ("11 in the last minute", "412 since the session began")
    assert told["metrics asked for"][1] == "about $0.06 an hour"


def test_credentials_that_end_soon_come_with_the_login() -> None:
    ending = replace(well(), identity=replace(IDENTITY, expires_at=NOW + timedelta(minutes=6)))
    assert facts(ending)["credentials end"] == ("14:29:07, in 6m", "aws sso login --profile prod")


def test_a_clock_that_is_off_explains_the_signatures() -> None:
    assert facts(look(clock_ahead=timedelta(minutes=10)))["clock"] == (
        "600 s ahead of AWS'",
        "AWS refuses signatures from five minutes on: set this machine's clock",
    )
    assert facts(look(clock_ahead=timedelta(seconds=1)))["clock"] == ("1 s ahead of AWS'", "")
    assert facts(look(clock_ahead=None))["clock"][0] == "not compared with AWS'"


def test_gaps_come_with_their_remedy_in_full() -> None:
    page = account_page.draw(seen(restricted()), CHOICES)
    assert page.told == "2 parts missing"
    denied = next(row for row in page.rows if "DescribeDBInstances denied" in row.cells[2].text)
    text = opened(account_page.detail(seen(restricted()), denied.key))
    assert text.strip().endswith("--policy-document file://cockpit.json")
    assert any("60 of 160" in row.cells[2].text for row in page.rows)
