from support.aws_screen import (
    CHOICES,
    balancer,
    cells,
    failing,
    flat,
    group,
    keys,
    look,
    opened,
    said,
    seen,
    target,
    troubled,
)

from cockpit.sources.aws.model import BalancerKind, BalancerMetric, Series
from cockpit.ui.aws import balancers_page


def test_the_balancers_own_faults_stand_beside_those_of_the_application() -> None:
    row = cells(balancers_page.draw(seen(troubled()), CHOICES), "web")
    assert (row["requests"], row["elb"], row["target"]) == ("2,580", "214", "812")
    assert (row["p50"], row["p99"], row["targets"]) == ("21ms", "6.1s", "2/6 open")


def test_a_counter_without_points_is_zero_and_a_latency_is_not_known() -> None:
    quiet = balancer("quiet", metrics={BalancerMetric.P99: Series()})
    row = cells(balancers_page.draw(seen(look(balancers=(quiet,))), CHOICES), "quiet")
    assert (row["elb"], row["rejected"], row["p99"], row["targets"]) == ("0", "0", "-", "-")


def test_targets_that_nobody_has_asked_for_are_not_none() -> None:
    web = balancer("web")
    later = group("later-tg", of=(web,), read_at=None)
    assert cells(balancers_page.draw(seen(look(balancers=(web,), groups=(later,))), CHOICES), "web")["targets"] == "?"


def test_fail_open_is_said_in_words() -> None:
    notes = [said(note) for note in balancers_page.draw(seen(troubled()), CHOICES).notes]
    assert notes == [" ! web fails open: none of the 2 targets of checkout-tg is healthy; requests go to all of them"]


def test_a_classic_balancer_does_not_fail_open() -> None:
    old = balancer("old", kind=BalancerKind.CLASSIC)
    out = group("old", failing("10.0.0.21"), of=(old,))
    page = balancers_page.draw(seen(look(balancers=(old,), groups=(out,))), CHOICES)
    assert page.notes == []
    assert cells(page, "old")["targets"] == "0/1"


def test_the_worst_come_first() -> None:
    down = balancer("down", state="failed")
    turning = balancer("turning", metrics={BalancerMetric.REJECTED: flat(9)})
    view = seen(look(balancers=(balancer("a"), turning, down)))
    assert keys(balancers_page.draw(view, CHOICES)) == ["down", "turning", "a"]


def test_few_faults_among_many_requests_are_no_alarm() -> None:
    few = balancer("web", metrics={BalancerMetric.REQUESTS: flat(10_000), BalancerMetric.TARGET_5XX: flat(3)})
    page = balancers_page.draw(
        seen(look(balancers=(few,), groups=(group("g", target("10.0.0.1"), of=(few,)),))), CHOICES
    )
    assert cells(page, "web")["sign"] == ""


def test_the_text_tells_groups_and_charts() -> None:
    text = opened(balancers_page.detail(seen(troubled()), "web"))
    assert "0/2 healthy  fails open: requests go to all of them" in text
    assert "HTTP :8080/healthz wants 200 every 10 s" in text
    assert "5xx by the balancer" in text
    assert "most 214, newest 2m ago" in text
