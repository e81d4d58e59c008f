"""Of the web it is told what begins and ends: failing endpoints, alerts, outages of others."""

from support.outside_looks import ago, check, health
from support.readings import told
from support.shop import NOW

from cockpit.observer.observation import Weight
from cockpit.observer.web import alerts, status
from cockpit.observer.web import health as endpoint
from cockpit.sources.web.model import Alert, AlertmanagerLook, Outcome, StatusLook

FAILING = health(check(Outcome.SERVER_ERROR, message="502 Bad Gateway, 200 expected"))
ALERT = Alert("f1", "HighErrors", {"severity": "page"}, {"summary": "5xx above 5 %"}, starts_at=ago(minutes=1))
NONE = AlertmanagerLook("http://am")


def firing(*alerts: Alert, left_out: int = 0) -> AlertmanagerLook:
    return AlertmanagerLook("http://am", alerts, left_out=left_out)


def test_an_endpoint_that_fails_is_told_since_when_and_that_it_is_mended() -> None:
    (failed,) = endpoint("shop", health(), FAILING)
    assert (failed.text, failed.at) == ("shop: fails: 502 Bad Gateway, 200 expected", ago(minutes=3))
    assert told(endpoint("shop", FAILING, health())) == ["shop: answers well"]


def test_an_endpoint_that_fails_otherwise_is_told_and_one_that_fails_on_is_not() -> None:
    assert told(endpoint("shop", FAILING, health(check(Outcome.TIMEOUT)))) == ["shop: fails: timeout"]
    assert list(endpoint("shop", FAILING, FAILING)) == []
    assert list(endpoint("shop", health(), health())) == []


def test_an_alert_that_fires_and_is_resolved_is_told() -> None:
    (fires,) = alerts(NONE, firing(ALERT), NOW)
    assert (fires.text, fires.at) == ("HighErrors: fires: page, 5xx above 5 %", ALERT.starts_at)
    assert told(alerts(firing(ALERT), NONE, NOW)) == ["HighErrors: resolved"]
    assert list(alerts(firing(ALERT), firing(ALERT), NOW)) == []


def test_an_alert_that_nobody_is_told_of_weighs_little() -> None:
    (silent,) = alerts(NONE, firing(Alert("f2", "Noise", {}, silenced_by=("s1",))), NOW)
    assert (silent.text, silent.weight) == ("Noise: fires (nobody is told)", Weight.MINOR)


def test_where_alerts_are_left_out_nobody_knows_which_are_new_or_resolved() -> None:
    assert list(alerts(firing(ALERT), firing(left_out=3), NOW)) == []
    assert list(alerts(firing(left_out=3), firing(ALERT), NOW)) == []


def test_what_others_say_of_their_service_is_told() -> None:
    well = StatusLook("http://status", "Stripe", "none", "All Systems Operational")
    ill = StatusLook("http://status", "Stripe", "major", "Partial System Outage", updated_at=ago(minutes=2))
    (outage,) = status(well, ill, NOW)
    assert (outage.text, outage.at) == ("Stripe: none → major (Partial System Outage)", ago(minutes=2))
    (over,) = status(ill, well, NOW)
    assert (over.text, over.weight) == ("Stripe: major → none (All Systems Operational)", Weight.PLAIN)
    assert list(status(ill, ill, NOW)) == []
