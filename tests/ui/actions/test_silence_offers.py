"""What can be done to alerts and silences under the cursor."""

from support.web_screen import alert

from cockpit.sources.web.model import Matcher
from cockpit.ui.actions.silence_offers import SilenceSelection, shared_labels, silence_offers

DOWN = alert("Down", "critical", 4, labels={"pod": "api-1", "service": "api", "zone": ""})


def test_an_alert_is_silenced_by_all_its_labels() -> None:
    (offer,) = silence_offers(SilenceSelection([DOWN]))
    assert offer.title == "silence Down"
    assert offer.matchers == (
        Matcher("alertname", "Down"),
        Matcher("severity", "critical"),
        Matcher("pod", "api-1"),
        Matcher("service", "api"),
    )


def test_alerts_that_are_listed_together_are_silenced_by_what_they_share() -> None:
    other = alert("Down", "critical", 9, labels={"pod": "api-2", "service": "api"})
    (offer,) = silence_offers(SilenceSelection([DOWN, other]))
    assert offer.title == "silence all 2 of Down"
    assert shared_labels([DOWN, other]) == offer.matchers
    assert [each.name for each in offer.matchers] == ["alertname", "severity", "service"]


def test_what_is_silenced_can_be_told_of_again() -> None:
    quiet = alert("Down", "critical", 4, silenced_by=("5e1c",))
    assert [offer.title for offer in silence_offers(SilenceSelection([quiet]))] == [
        "silence Down",
        "expire silence 5e1c",
    ]


def test_nothing_under_the_cursor_gives_no_offer() -> None:
    assert silence_offers(SilenceSelection()) == []
