"""Who does what in an incident."""

import pytest

from cockpit.incident import roles
from cockpit.incident.errors import InputError
from cockpit.incident.file import IncidentFile
from cockpit.incident.state import state_of


def test_a_role_is_handed_over_and_given_back(incident: IncidentFile) -> None:
    incident.append(roles.given("scribe", "ana", None, "bob"))
    incident.append(roles.given("scribe", "cleo", "ana", "ana"))
    assert state_of(incident.entries()).roles == {"scribe": "cleo"}
    last = incident.append(roles.given("scribe", None, "cleo", "cleo"))
    assert last.text == "scribe: cleo → nobody"
    assert state_of(incident.entries()).roles == {}


@pytest.mark.parametrize("role", ["incident lead", "Incident Commander", "lead"])
def test_whoever_leads_is_found_by_any_of_its_names(role: str) -> None:
    assert roles.lead({"scribe": "bob", role: "ana"}) == "ana"


def test_who_types_leads_nobody() -> None:
    assert roles.lead({"driver": "ana"}) is None


def test_a_role_is_typed_with_who_has_it() -> None:
    assert roles.typed("Incident Lead: ana b") == ("incident lead", "ana b")
    assert roles.typed("DBA: bob") == ("DBA", "bob")


@pytest.mark.parametrize("line", ["ana", ": ana", "scribe:"])
def test_half_of_it_is_refused(line: str) -> None:
    with pytest.raises(InputError, match="who has which role"):
        roles.typed(line)
