"""One incident with entries of every kind, in every format.

When a change of the report is wanted, set COCKPIT_WRITE_GOLDEN=1 once, and read the difference.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from support.incident_story import RUNBOOK, START

from cockpit.incident.file import IncidentFile
from cockpit.incident.report.formats import Format, written
from cockpit.incident.report.model import Audience
from cockpit.incident.report.read import pictures_in, read_report

NOW = START + timedelta(hours=2)
GOLDEN = Path(__file__).parent / "golden"


def write(file: IncidentFile, wanted: Format, audience: Audience = Audience.INTERNAL) -> str:
    report = read_report(file, RUNBOOK, NOW, audience)
    return written(report, wanted, pictures=pictures_in(file, report))


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("wanted", [Format.MARKDOWN, Format.HTML, Format.JSON])
def test_the_report_of_a_whole_incident(told: IncidentFile, wanted: Format, audience: Audience) -> None:
    golden = GOLDEN / f"{audience}.{wanted}"
    text = write(told, wanted, audience)
    if os.environ.get("COCKPIT_WRITE_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("wanted", Format)
def test_the_same_file_and_the_same_time_give_the_same_bytes(told: IncidentFile, wanted: Format) -> None:
    assert write(told, wanted) == write(told, wanted)


def test_the_story_has_entries_of_every_kind(told: IncidentFile) -> None:
    from cockpit.incident.entry import EntryKind

    assert {entry.kind for entry in told.entries()} == set(EntryKind)


def test_json_names_its_shape_and_writes_times_and_lengths_of_time_plainly(told: IncidentFile) -> None:
    shape = json.loads(write(told, Format.JSON))
    assert shape["cockpit_report"] == 1
    assert shape["declared_at"] == "2026-11-21T23:50:00.000Z"
    assert shape["lasted"] == 4800.0
    assert shape["measures"][0] == {
        "name": "time to detect",
        "formula": "detected \N{MINUS SIGN} impact started",
        "inputs": [
            {"name": "detected", "at": "2026-11-21T23:48:00.000Z", "entry": 3},
            {"name": "impact started", "at": "2026-11-21T23:44:00.000Z", "entry": 2},
        ],
        "value": 240.0,
        "severity": None,
        "due_at": None,
        "target": None,
        "met": None,
    }


def test_action_items_can_be_pasted_into_an_issue(told: IncidentFile) -> None:
    assert write(told, Format.GITHUB) == (
        "## Action items of INC-2026-11-21-001\n\n"
        "Incident: api is down\n\n"
        "- [ ] alarm on missing secrets (owner: bob, due: 2026-12-01, entry 36)\n"
        "- [x] ask @\u200bcleo for a review (owner: cleo, due: no date yet, entry 48)\n"
        "- ~~warm the cache \\| before traffic~~ (dropped: the balancer keeps it warm, entry 49)\n\n"
        "### Left open by the record\n\n"
        "- [ ] was not seen to end: web restarted \\| 6 times\n"
        "- [ ] nobody knows what became of: delete pod/web-1\n"
        "- [ ] step failed: Add replicas\n"
        "- [ ] message failed: Partners\n"
        "- [ ] target missed: time to resolve\n"
        "- [ ] target missed: longest silence\n"
    )
