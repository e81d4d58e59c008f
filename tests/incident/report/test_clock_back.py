"""A report of an incident in which the clock stepped back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from support.incident_story import RUNBOOK

from cockpit.clock import rfc3339
from cockpit.incident import change
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.incident.report.compose import compose
from cockpit.incident.report.formats import Format, written
from cockpit.incident.state import state_of


@pytest.fixture
def stepped_back(incident: IncidentFile, wait: Callable[[timedelta], None]) -> IncidentFile:
    """Severity and a note, then two hours back, a second severity and the end."""
    incident.append(change.severity(None, "SEV2", "ana"))
    incident.append(Draft(EntryKind.NOTE, "before", "ana"))
    wait(timedelta(hours=-2))
    incident.append(change.severity("SEV2", "SEV1", "ana"))
    incident.append(Draft(EntryKind.CLOSED, "over", "ana"))
    return incident


@pytest.mark.parametrize("wanted", Format)
def test_it_can_be_written_in_every_format(stepped_back: IncidentFile, wanted: Format) -> None:
    report = compose(stepped_back.entries(), RUNBOOK, stepped_back._clock())
    assert written(report, wanted)


def test_what_was_recorded_last_holds(stepped_back: IncidentFile) -> None:
    state = state_of(stepped_back.entries())
    assert state.severity == "SEV1"
    assert state.closed_at is not None


def test_no_time_at_a_severity_and_no_gap_is_negative(stepped_back: IncidentFile) -> None:
    report = compose(stepped_back.entries(), RUNBOOK, stepped_back._clock())
    lengths = [*report.time_at.values(), *(each.gap for each in report.timeline if each.gap)]
    assert lengths
    assert min(lengths) >= timedelta(0)
    assert report.lasted is None, "how long it was open is unknown"


def test_the_time_of_recording_is_told_as_it_was(stepped_back: IncidentFile) -> None:
    report = compose(stepped_back.entries(), RUNBOOK, stepped_back._clock())
    recorded = {each.entry: rfc3339(each.recorded_at) for each in report.timeline}
    assert recorded[3] > recorded[4]
