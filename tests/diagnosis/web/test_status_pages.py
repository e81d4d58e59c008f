"""Status pages of services that we depend on."""

from typing import Any

import pytest
from support.outside_looks import ago, found_on_web, only_on_web, trouble
from support.ward import NOW

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, Outside
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.reading import TroubleKind
from cockpit.sources.web.model import Component, StatusIncident, StatusLook

WRONG, DOUBTFUL, NOTICE = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL, FindingSeverity.NOTICE
DOWN = Component("Card payments", "major_outage")


def page(**facts: Any) -> dict[str, dict[str, StatusLook]]:
    told = {"name": "Paymate", "indicator": "none", "description": "All Systems Operational", **facts}
    return {"status_pages": {"pay": StatusLook("https://status.paymate.test", **told)}}


def found(**facts: Any) -> list[Finding]:
    return found_on_web(**page(**facts))


def test_a_third_party_that_is_well_gives_nothing() -> None:
    assert found() == []
    assert found(components=(Component("API", "operational"),)) == []


def test_one_that_is_down_is_told_by_its_parts_and_what_its_owner_says() -> None:
    incident = StatusIncident(
        "Cards are declined", "investigating", "major", ago(minutes=20), newest="We look into it."
    )
    finding = only_on_web(**page(indicator="major", components=(DOWN,), incidents=(incident,)))
    assert finding.title == "Paymate: Card payments major outage: Cards are declined"
    assert (finding.severity, finding.scenario, finding.since) == (WRONG, "third-party", ago(minutes=20))
    assert finding.evidence[1].fact == "Cards are declined (investigating): We look into it."


@pytest.mark.parametrize(
    ("indicator", "severity"), [("critical", WRONG), ("major", WRONG), ("minor", DOUBTFUL), ("maintenance", NOTICE)]
)
def test_without_parts_the_indicator_counts(indicator: str, severity: FindingSeverity) -> None:
    (finding,) = found(indicator=indicator, description="Partial System Outage")
    assert finding.severity is severity
    assert "Partial System Outage" in finding.title


def test_a_maintenance_is_a_notice_once_it_has_begun() -> None:
    scheduled = StatusIncident("Database upgrade", "scheduled", "maintenance")
    begun = StatusIncident("Database upgrade", "in_progress", "maintenance")
    assert found(maintenances=(scheduled,)) == []
    (finding,) = found(maintenances=(begun,), components=(Component("API", "under_maintenance"),))
    assert (finding.severity, finding.title) == (
        NOTICE,
        "Paymate: maintenance: API under maintenance: Database upgrade",
    )


def test_where_the_configuration_names_parts_only_those_count() -> None:
    assert found(indicator="critical", components=(Component("API", "operational"),)) == []


def test_a_status_page_that_is_away_is_a_notice() -> None:
    known: dict[str, Outside[StatusLook]] = {"pay": Outside(None, trouble(TroubleKind.UNREACHABLE, "no route"))}
    (finding,) = diagnose(Facts(status_pages=known), NOW, Policy())
    assert finding.severity is NOTICE
