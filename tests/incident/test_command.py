"""`cockpit report` writes the report of an incident file."""

import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from cockpit.clock import Clock
from cockpit.incident.command import Wish, run_report
from cockpit.incident.entry import Draft
from cockpit.incident.evidence import seal_all
from cockpit.incident.file import IncidentFile
from cockpit.incident.opening import opening
from cockpit.incident.report.formats import Format
from cockpit.incident.report.model import Audience
from cockpit.runbooks.load import load_builtin

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(clock: Clock) -> Run:
    """Runs the command, and gives its exit status, its output and its complaints."""

    def run(path: Path | None, directory: Path, output: Path | None = None, **wish: Any) -> tuple[int, str, str]:
        stdout, stderr = io.StringIO(), io.StringIO()
        status = run_report(path, directory, Wish(output, **wish), clock, stdout, stderr)
        return status, stdout.getvalue(), stderr.getvalue()

    return run


@pytest.fixture
def path(incident: IncidentFile, note: Callable[[str], Draft]) -> Path:
    incident.append(note("api is down: café"))
    return incident.path


def test_it_prints_the_report_of_a_file(path: Path, run: Run, tmp_path: Path) -> None:
    status, printed, complaints = run(path, tmp_path / "elsewhere")
    assert (status, complaints) == (0, "")
    assert printed.startswith("# INC-2026-11-21-001: incident report\n")
    assert "api is down: café" in printed


def test_without_a_file_it_takes_the_newest(path: Path, run: Run, clock: Clock, note: Callable[[str], Draft]) -> None:
    newer = IncidentFile.create(path.parent, clock=clock)
    newer.append(note("db is down"))
    newer.close()
    assert run(None, path.parent)[1].startswith("# INC-2026-11-21-002: ")


def test_it_puts_the_report_in_the_place_of_an_older_one(path: Path, run: Run, tmp_path: Path) -> None:
    output = tmp_path / "report.md"
    output.write_text("older")
    assert run(path, tmp_path, output) == (0, "", "")
    assert "api is down: café" in output.read_text("utf-8")
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["report.md"]


def test_a_dash_is_standard_output(path: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(path, tmp_path, Path("-"), format=Format.HTML)[1].startswith("<!DOCTYPE html>")
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize(
    ("name", "begins"), [("a.md", "# INC-"), ("a.HTML", "<!DOCTYPE html>"), ("a.json", "{\n"), ("a.txt", "# INC-")]
)
def test_the_name_of_the_output_tells_the_format(path: Path, run: Run, tmp_path: Path, name: str, begins: str) -> None:
    assert run(path, tmp_path, tmp_path / name) == (0, "", "")
    assert (tmp_path / name).read_text("utf-8").startswith(begins)


def test_a_format_that_is_typed_comes_before_the_name(path: Path, run: Run, tmp_path: Path) -> None:
    assert run(path, tmp_path, tmp_path / "a.html", format=Format.JSON) == (0, "", "")
    assert json.loads((tmp_path / "a.html").read_text("utf-8"))["incident"] == "INC-2026-11-21-001"


def test_times_are_those_of_a_zone(path: Path, run: Run, tmp_path: Path) -> None:
    printed = run(path, tmp_path, zone=ZoneInfo("Europe/Vienna"))[1]
    assert "- Declared: 2026-11-21 15:08:51 +01:00\n" in printed


def test_customers_read_a_report_of_their_own(path: Path, run: Run, tmp_path: Path) -> None:
    printed = run(path, tmp_path, audience=Audience.CUSTOMER)[1]
    assert "This report is for customers." in printed
    assert "api is down" not in printed


def test_the_checklist_is_the_one_that_the_incident_began_with(
    tmp_path: Path, clock: Clock, run: Run, note: Callable[[str], Draft]
) -> None:
    theirs = msgspec.structs.replace(load_builtin(), title="Ours, as it was")
    file = IncidentFile.create(tmp_path / "begun", clock=clock)
    file.append(note("api is down"), seal_all(opening(theirs, None)))
    file.close()
    assert "Runbook: Ours, as it was." in run(file.path, tmp_path)[1]


def test_without_an_incident_it_says_so(run: Run, tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "missing"):
        assert run(None, directory) == (
            1,
            "",
            f"cockpit report: there is no incident in {directory} (try: cockpit report FILE)\n",
        )


def test_a_damaged_record_is_reported_and_marked(path: Path, run: Run, tmp_path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DROP TRIGGER entry_is_never_deleted")
        connection.execute("DELETE FROM entry WHERE sequence = 2")
    connection.close()
    status, printed, complaints = run(path, tmp_path)
    assert status == 1
    assert "**The record is damaged. Entry 2 " in printed
    assert "entry 2" in complaints


def test_a_place_that_cannot_be_written_is_named_and_the_old_report_stays(path: Path, run: Run, tmp_path: Path) -> None:
    output = tmp_path / "missing" / "report.md"
    status, _, complaints = run(path, tmp_path, output)
    assert status == 1
    assert complaints == f"cockpit report: {output} could not be written: No such file or directory\n"


def test_a_terminal_that_lacks_characters_gets_what_it_can_show(path: Path, clock: Clock, tmp_path: Path) -> None:
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="ascii")
    assert run_report(path, tmp_path, Wish(), clock, stdout, io.StringIO()) == 0
    assert b"api is down: caf?" in raw.getvalue()
