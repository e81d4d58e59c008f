"""Which messages there are, and which of them is told next."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cockpit.incident.clocks import ClockName, Due
from cockpit.incident.messages.kinds import by_need, templates
from cockpit.incident.messages.template import Audience, Purpose
from cockpit.incident.state import IncidentState
from cockpit.runbooks.load import load_builtin, load_runbook

SEEDS = Path(__file__).parents[2] / "runbooks" / "seeds"
NOW = datetime(2026, 11, 21, 14, 23, tzinfo=UTC)

OWN = {
    "000": {"Communication Template": Purpose.INITIAL},
    "001": {
        "Update Status": Purpose.RESOLVED,
        "Initial Incident Report": Purpose.INITIAL,
        "Status Update": Purpose.UPDATE,
        "Resolution": Purpose.RESOLVED,
    },
    "002": {
        "Communication Template": Purpose.INITIAL,
        "Update Template": Purpose.UPDATE,
        "Update Status Page": Purpose.STATUS_PAGE,
    },
    "003": {
        "Slack Incident Channel Message (Initial)": Purpose.INITIAL,
        "Slack Status Update": Purpose.UPDATE,
        "Slack Resolution Message": Purpose.RESOLVED,
        "Status Page - Investigating": Purpose.STATUS_PAGE,
        "Status Page - Identified": Purpose.STATUS_PAGE,
        "Status Page - Monitoring": Purpose.STATUS_PAGE,
        "Status Page - Resolved": Purpose.STATUS_PAGE,
        "Customer Email Template (P1/P2)": Purpose.STAKEHOLDERS,
    },
    "004": {
        "P0/P1 Notification (Immediate)": Purpose.INITIAL,
        "Incident Notification": Purpose.INITIAL,
        "Status Update": Purpose.UPDATE,
        "Resolution Notification": Purpose.RESOLVED,
        "Post-Mortem Invitation": Purpose.INVITATION,
    },
}
"""Found by reading the runbooks."""


@pytest.mark.parametrize("number", OWN)
def test_what_the_messages_of_the_runbooks_are_for(number: str) -> None:
    own = [each for each in templates(load_runbook(SEEDS / f"{number}.md")) if each.own]
    assert {each.name: each.purpose for each in own} == OWN[number]


def test_status_pages_are_for_one_status_and_for_customers() -> None:
    pages = [each for each in templates(load_runbook(SEEDS / "003.md")) if each.own and each.status]
    assert [page.status for page in pages] == ["investigating", "identified", "monitoring", "resolved"]
    assert {page.audience for page in pages} == {Audience.CUSTOMER}
    done = next(each for each in templates(load_runbook(SEEDS / "002.md")) if each.name == "Update Status Page")
    assert done.status == "resolved"


def test_every_purpose_has_a_message_of_the_cockpit() -> None:
    assert {each.purpose for each in templates(load_builtin())} == set(Purpose)


def test_no_two_messages_have_the_same_name() -> None:
    names = [each.name for each in templates(load_runbook(SEEDS / "001.md"))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("state", "first"),
    [
        (IncidentState(), "Slack Incident Channel Message (Initial)"),
        (IncidentState(status="investigating", updated_at=NOW), "Slack Status Update"),
        (IncidentState(status="resolved", updated_at=NOW), "Slack Resolution Message"),
        (IncidentState(closed_at=NOW), "Invitation to the post-mortem"),
    ],
)
def test_what_is_told_next_is_offered_first(state: IncidentState, first: str) -> None:
    assert by_need(templates(load_runbook(SEEDS / "003.md")), state)[0].name == first


def test_the_page_of_the_present_status_comes_before_those_of_the_others() -> None:
    state = IncidentState(status="mitigating", updated_at=NOW)
    ordered = by_need(templates(load_runbook(SEEDS / "003.md")), state)
    pages = [each.name for each in ordered if each.purpose is Purpose.STATUS_PAGE]
    assert pages[:2] == ["Status Page - Identified", "Status page: identified"]


def test_an_escalation_that_is_due_moves_up() -> None:
    due = Due(ClockName.ESCALATE, NOW, NOW, "CTO")
    ordered = [each.purpose for each in by_need(templates(load_builtin()), IncidentState(), (due,))]
    assert ordered.index(Purpose.ESCALATION) < ordered.index(Purpose.UPDATE)
