"""What the pages of the web say."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support.aws_screen import CHOICES, ago, cells, keys, opened, said
from support.shop import NOW
from support.web_screen import alert, bad, check, health, prometheus, read, samples, seen, troubled, unreachable

from cockpit.sources.web.model import (
    ALERTMANAGER,
    HEALTH,
    PROMETHEUS,
    STATUS,
    AlertmanagerLook,
    HealthLook,
    Outcome,
    PrometheusLook,
    QueryResult,
    Timing,
    WebCertificate,
)
from cockpit.ui.paged.page import Choices
from cockpit.ui.web import alerts_page, health_page, metrics_page, others_page
from cockpit.ui.web.units import number, with_unit


def endpoint(look: HealthLook) -> dict[str, str]:
    return cells(health_page.draw(seen(read(f"{HEALTH}x", look)), CHOICES), "x")


def test_an_endpoint_that_fails_says_how_and_since_when() -> None:
    row = endpoint(health(bad(1), bad(0), bad_since=ago(seconds=53), good=714))
    assert (row["sign"], row["state"], row["status"], row["since"]) == ("●", "server error", "502", "53s")
    assert row["message"] == "502 Bad Gateway, 200 expected"
    assert row["availability"] == "99.2 %"
    assert row["chart"].endswith("▁▁✗✗")


def test_an_endpoint_that_does_not_let_us_in_may_well_be_up() -> None:
    for outcome, status in ((Outcome.UNAUTHORIZED, 401), (Outcome.LOGIN, 302)):
        assert endpoint(health(*(check(nth, outcome, status=status) for nth in (1, 0))))["sign"] == "◐"


def test_one_check_that_is_lost_is_no_trouble_yet() -> None:
    assert endpoint(health(bad(0)))["sign"] == "○"
    assert endpoint(health(bad(1), bad(0)))["sign"] == "●"


def test_slow_and_a_certificate_about_to_end_are_doubtful() -> None:
    late = [check(nth, timing=Timing(total=7.8)) for nth in (2, 1, 0)]
    slow, ending = endpoint(health(*late, p95=7.8, slow_after=5.0)), endpoint(health(days=9))
    assert (slow["sign"], slow["p95"], slow["message"]) == ("◐", "7.8s", "slow")
    assert (ending["sign"], ending["certificate"]) == ("◐", "9d")


def test_a_certificate_that_has_ended_or_does_not_verify_is_wrong() -> None:
    foreign = WebCertificate("CN=x", "CN=me", NOW + timedelta(days=300), verified=False, why_not="self-signed")
    assert (endpoint(health(days=-2))["sign"], endpoint(health(days=-2))["certificate"]) == ("●", "ended")
    row = endpoint(health(certificate=foreign))
    assert (row["sign"], row["message"]) == ("●", "self-signed")


def test_what_was_never_answered_is_not_zero() -> None:
    refused = check(0, Outcome.REFUSED, status=None, message="connection refused")
    row = endpoint(health(refused, p50=None, p95=None, certificate=None, good=0))
    assert (row["status"], row["p50"], row["p95"], row["certificate"], row["availability"]) == (
        "-",
        "-",
        "-",
        "",
        "0 %",
    )


def test_the_text_of_an_endpoint_splits_the_time_and_follows_redirects() -> None:
    sent = check(0, Outcome.LOGIN, status=302, redirects=("https://sso.example/login",), body="<html>\nlogin")
    text = opened(health_page.detail(seen(read(f"{HEALTH}x", health(sent))), "x"))
    for part in ("name (DNS)", "connect", "TLS", "first byte", "→ https://sso.example/login", "   <html>"):
        assert part in text
    assert "CN=R11, O=Let's Encrypt" in text


def test_a_step_that_was_not_reached_has_no_time() -> None:
    late = replace(check().timing, tls=None, first_byte=None)
    text = opened(health_page.detail(seen(read(f"{HEALTH}x", health(check(0, timing=late)))), "x"))
    assert [line.split()[-1] for line in text.splitlines() if line.startswith((" TLS", " first byte"))] == ["-", "-"]


def test_series_beyond_their_limits_come_first() -> None:
    page = metrics_page.draw(seen(*troubled()), CHOICES)
    assert keys(page)[:3] == ["edge//", "main/error rate/service=api", "main/p99 latency/service=api"]
    row = cells(page, "main/error rate/service=api")
    assert (row["value"], row["limit"], row["point"], row["source"]) == ("8.20 %", "> 5 %", "30s", "main")
    assert row["chart"].startswith("▁▁▁")
    assert row["chart"].endswith("█")


def test_a_query_without_answer_says_why_and_one_without_data_says_so() -> None:
    page = metrics_page.draw(seen(*troubled()), CHOICES)
    assert cells(page, "main/saturation/")["series"].startswith("parse error")
    assert cells(page, "main/replicas down/")["series"] == "no data"
    assert "queue: 3 more series are left out" in " ".join(map(said, page.notes))


@pytest.mark.parametrize(
    ("value", "sign", "limit"),
    [(50.0, "✔", "< 20 %"), (15.0, "◐", "< 20 %"), (4.0, "●", "< 5 %")],
)
def test_limits_below(value: float, sign: str, limit: str) -> None:
    result = QueryResult("free", "free", "%", below=20, critical_below=5, series=(samples(*[value] * 60),))
    page = metrics_page.draw(seen(read(f"{PROMETHEUS}p", PrometheusLook("http://p", (result,)))), CHOICES)
    assert (page.rows[0].cells[0].text, cells(page, "p/free/")["limit"]) == (sign, limit)


def test_the_text_of_a_series_has_its_query() -> None:
    view = seen(read(f"{PROMETHEUS}main", prometheus()))
    text = opened(metrics_page.detail(view, "main/error rate/service=api"))
    assert "sum by (service) (rate(http_errors[5m]))" in text
    assert "wrong above          5 %" in text


def test_alerts_are_grouped_and_those_held_back_come_last_and_dim() -> None:
    page = alerts_page.draw(seen(*troubled()), CHOICES)
    names = [row.cells[1].text for row in page.rows]
    assert names[:3] == ["PodCrashLooping", "HighErrorRate", "TargetsUnhealthy"]
    assert names[4:7] == ["NodeDiskPressure", "LatencyHigh", "silences"]
    assert [row.faint for row in page.rows[:6]] == [False, False, False, False, True, True]
    assert [row.cells[6].text for row in page.rows[4:6]] == ["silenced", "inhibited"]
    assert page.rows[0].cells[3].text == "3"
    one_by_one = alerts_page.draw(seen(*troubled()), Choices(turn=1))
    assert [row.cells[1].text for row in one_by_one.rows].count("PodCrashLooping") == 3


def test_a_group_of_which_one_is_silenced_is_not_hidden_by_it() -> None:
    both = (
        alert("Down", "critical", 5, fingerprint="a"),
        alert("Down", "critical", 9, fingerprint="b", silenced_by=("s",)),
    )
    page = alerts_page.draw(seen(read(f"{ALERTMANAGER}m", AlertmanagerLook("http://m", both))), CHOICES)
    assert [(row.cells[3].text, row.faint) for row in page.rows] == [("1", False), ("1", True)]


def test_a_silence_says_what_it_holds_back_and_until_when() -> None:
    view = seen(*troubled())
    row = cells(alerts_page.draw(view, CHOICES), "silence main/a1b2")
    assert row["name"] == "alertname=NodeDiskPressure, node=~node-.*"
    assert (row["severity"], row["held"], row["about"]) == ("active", "until 17:23:07", "ana: disk is being replaced")
    text = opened(alerts_page.detail(view, "silence main/a1b2"))
    assert "NodeDiskPressure" in text.partition("holds back")[2]


def test_the_text_of_an_alert_tells_all_of_its_group() -> None:
    view = seen(*troubled())
    first = keys(alerts_page.draw(view, CHOICES))[0]
    text = opened(alerts_page.detail(view, first))
    assert text.count("severity=critical") == 3
    noise = opened(alerts_page.detail(view, "main/LatencyHigh-2-9"))
    assert "nobody is told: alert HighErrorRate" in noise


def test_others_tell_their_parts_and_incidents_below_them() -> None:
    page = others_page.draw(seen(*troubled()), CHOICES)
    assert [row.cells[1].text.strip() for row in page.rows] == [
        "GitHub",
        "Actions",
        "Packages",
        "Git Operations",
        "Actions is slow to start",
        "Stripe",
    ]
    assert page.told == "1 of 2 in trouble"
    assert "We are investigating" in opened(others_page.detail(seen(*troubled()), keys(page)[1]))


def test_that_a_status_page_cannot_be_read_does_not_say_that_they_are_down() -> None:
    page = others_page.draw(seen(read(f"{STATUS}github", None, unreachable())), CHOICES)
    assert page.told == "0 of 1 in trouble"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "%", "0 %"),
        (0.0421, "", "0.042"),
        (8.2, "%", "8.20 %"),
        (0.131, "s", "131 ms"),
        (4.2, "s", "4.20 s"),
        (600, "s", "10:00"),
        (61 * 2**30, "B", "61 GiB"),
        (12.4, "/s", "12.4/s"),
        (41_000_000, "jobs", "41M jobs"),
        (-3.5, "", "-3.50"),
    ],
)
def test_units(value: float, unit: str, text: str) -> None:
    assert with_unit(value, unit) == text
    assert len(number(value)) <= 6
