"""What an incident is called."""

from pathlib import Path

from cockpit.incident.catalogue import incidents
from cockpit.incident.correction import holding, standings
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.incident.title import renamed, title_of

NOTE = Draft(EntryKind.NOTE, "looking", "ana")


def title(file: IncidentFile) -> str:
    return title_of(holding(standings(file.entries())))


def test_what_is_opened_by_its_first_entry_is_called_by_what_was_worst_then(incident: IncidentFile) -> None:
    incident.append(NOTE, title="api: 3 of 3 pods crash-loop")
    incident.append(NOTE, title="web: restarts")
    assert title(incident) == "api: 3 of 3 pods crash-loop"
    assert incident.entries()[0].text == "Incident opened: api: 3 of 3 pods crash-loop"


def test_what_nobody_named_has_no_title(incident: IncidentFile) -> None:
    incident.append(NOTE)
    assert (title(incident), incident.entries()[0].text) == ("", "Incident opened")
    assert title_of([]) == ""


def test_a_declaration_by_a_person_is_its_title(incident: IncidentFile) -> None:
    incident.append(Draft(EntryKind.DECLARED, "orders fail", "ana"))
    assert title(incident) == "orders fail"


def test_a_person_can_name_it_later(incident: IncidentFile) -> None:
    incident.append(NOTE, title="api: 3 of 3 pods crash-loop")
    incident.append(renamed("orders fail", "ana"))
    incident.append(renamed("orders fail in Vienna", "ana"))
    assert title(incident) == "orders fail in Vienna"
    (listed,) = incidents(Path(incident.path.parent), lambda: incident.entries()[0].recorded_at)
    assert listed.title == "orders fail in Vienna"
