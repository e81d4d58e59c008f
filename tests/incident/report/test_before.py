"""What changed before an incident was declared stands in the report's timeline."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from support.incident_story import RUNBOOK, START

from cockpit.incident.beforehand import Happened
from cockpit.incident.entry import Draft, EntryKind, EntrySource, TimeSource
from cockpit.incident.evidence import Piece, json_piece, seal_all
from cockpit.incident.file import IncidentFile
from cockpit.incident.report.formats import Format, written
from cockpit.incident.report.model import Audience, Report
from cockpit.incident.report.read import read_report

DEPLOY = Happened(START - timedelta(minutes=7), "api: revision 12: image shop/api:1 → 2", TimeSource.SERVER, "t12")


def report(file: IncidentFile, audience: Audience = Audience.INTERNAL) -> Report:
    return read_report(file, RUNBOOK, START, audience)


def keep(file: IncidentFile, *happened: Happened) -> None:
    keep_piece(file, json_piece("before.json", {"happened": happened, "changes": []}))


def keep_piece(file: IncidentFile, piece: Piece) -> None:
    draft = Draft(EntryKind.EVIDENCE, "before it began: 1 change", "cockpit", EntrySource.COCKPIT)
    file.append(msgspec.structs.replace(draft, pieces=seal_all([piece])))


@pytest.mark.parametrize("wanted", [Format.MARKDOWN, Format.HTML, Format.JSON])
def test_a_deploy_before_the_declaration_is_told_in_every_format(incident: IncidentFile, wanted: Format) -> None:
    keep(incident, DEPLOY)
    text = written(report(incident), wanted)
    assert "revision 12" in text
    if wanted is Format.MARKDOWN:
        (line,) = [line for line in text.splitlines() if "revision 12" in line]
        assert line.startswith("| 2026-11-21 23:43:00 |")
        assert "before it began" in line
        assert "time: server" in line


def test_the_newest_ten_are_told_and_how_many_there_were_besides(incident: IncidentFile) -> None:
    many = [
        msgspec.structs.replace(DEPLOY, at=START - timedelta(minutes=each), known_by=f"{each}") for each in range(14)
    ]
    keep(incident, *many)
    told = report(incident)
    assert ([each.at for each in told.before], told.before_left_out) == (sorted(each.at for each in many[:10]), 4)
    assert "4 earlier are in the evidence before.json" in written(told, Format.MARKDOWN)


def test_what_was_taken_into_the_log_as_well_is_told_once(incident: IncidentFile) -> None:
    keep(incident, DEPLOY)
    data: dict[str, str | None] = {"subject": "deployment shop/api", "observed": "rollouts", "token": "t12"}
    incident.append(Draft(EntryKind.OBSERVED, "api: revision 12", "ana", data=data))
    assert report(incident).before == ()


@pytest.mark.parametrize("content", [{"changes": []}, {"happened": [{"text": "no time"}]}, ["not an object"]])
def test_a_file_of_before_and_one_that_cannot_be_understood_tell_nothing(incident: IncidentFile, content: Any) -> None:
    keep_piece(incident, json_piece("before.json", content))
    assert report(incident).before == ()


def test_customers_do_not_read_it(incident: IncidentFile) -> None:
    keep(incident, DEPLOY)
    assert report(incident, Audience.CUSTOMER).before == ()
