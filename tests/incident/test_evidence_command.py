"""`cockpit log evidence` and `cockpit log remove`: what is kept beside the entries is listed, written out, removed."""

import io
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from cockpit.cli import parser
from cockpit.clock import Clock
from cockpit.diagnosis.policy import Policy
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.evidence import references, seal_all, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.incident.log_command import LogCommand, Settings, Streams
from cockpit.incident.opening import runbook_in
from cockpit.runbooks.load import load_builtin, load_runbook


class Screen(io.StringIO):
    """Takes what is printed for a terminal."""

    def isatty(self) -> bool:
        return True


class Answer(NamedTuple):
    """What a command left."""

    status: int
    printed: str
    complaints: str


Type = Callable[..., Answer]


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> Type:
    """Types `cockpit log …` in the name of ana."""

    def run(*arguments: object, runbook: Path | None = None, stdout: io.StringIO | None = None) -> Answer:
        typed = parser().parse_args(["log", *map(str, arguments)])
        stdout, stderr = stdout or io.StringIO(), io.StringIO()
        settings = Settings(tmp_path / "incidents", runbook, Policy(restarts_per_hour=7))
        streams = Streams(io.StringIO(), stdout, stderr)
        return Answer(
            LogCommand(lambda: settings, clock, lambda: "ana", streams).run(typed),
            stdout.getvalue(),
            stderr.getvalue(),
        )

    return run


@pytest.fixture
def kept(incident: IncidentFile) -> str:
    """The name of a piece of `incident`."""
    pieces = seal_all([text_piece("log.txt", "line 1\nline \x1b[31m2\n")])
    return incident.append(Draft(EntryKind.EVIDENCE, "captured: logs", "ana", pieces=pieces)).data["sha256"] or ""


def test_pieces_are_listed_with_the_entry_that_they_belong_to(log: Type, incident: IncidentFile, kept: str) -> None:
    answer = log("evidence", incident.path)
    assert answer == (0, f"{kept}      2         19 bytes  text/plain        log.txt\n", "")
    incident.remove(kept, "a name", "ana")
    assert log("evidence", incident.path).printed.endswith("log.txt  removed\n")


def test_a_piece_is_printed_or_written_to_a_file(log: Type, incident: IncidentFile, kept: str, tmp_path: Path) -> None:
    assert log("evidence", incident.path, kept[:8]).printed == "line 1\nline \x1b[31m2\n"
    out = tmp_path / "out.txt"
    assert log("evidence", incident.path, kept[:8].upper(), "-o", out) == (0, "", "")
    assert out.read_bytes() == b"line 1\nline \x1b[31m2\n"
    answer = log("evidence", incident.path, kept, "-o", tmp_path / "missing" / "out.txt")
    assert (answer.status, answer.complaints) == (
        1,
        f"cockpit log evidence: {tmp_path}/missing/out.txt could not be written: No such file or directory\n",
    )


def test_on_a_terminal_a_piece_steers_nothing(log: Type, incident: IncidentFile, kept: str) -> None:
    assert log("evidence", incident.path, kept, stdout=Screen()).printed == "line 1\nline 2\n"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [("ffff0000", "there is no evidence 'ffff0000'"), ("", "2 pieces begin with '': type more digits")],
)
def test_a_piece_has_to_be_named_well_enough(
    log: Type, incident: IncidentFile, kept: str, typed: str, complaint: str
) -> None:
    pieces = seal_all([text_piece("other.txt", "other")])
    incident.append(Draft(EntryKind.EVIDENCE, "captured: other", "ana", pieces=pieces))
    assert kept
    answer = log("evidence", incident.path, typed)
    assert answer.status == 2
    assert complaint in answer.complaints


def test_a_leak_is_removed_with_a_reason(log: Type, incident: IncidentFile, kept: str) -> None:
    assert log("remove", incident.path, kept[:8], "--reason", "it names a customer") == (0, "3\n", "")
    assert incident.content(kept) is None
    entry = incident.entries()[-1]
    assert (entry.kind, entry.actor, entry.data["reason"]) == (EntryKind.REMOVED, "ana", "it names a customer")
    assert log("verify", incident.path).status == 0
    answer = log("evidence", incident.path, kept[:8])
    assert answer.status == 1
    assert "was removed" in answer.complaints


def test_a_new_incident_keeps_runbook_and_policy(log: Type, tmp_path: Path, clock: Clock) -> None:
    runbook = tmp_path / "api.md"
    runbook.write_text("# API\n\n## Triage\n\n- [ ] Look at DB_PASSWORD=hunter2hunter2\n")
    path = Path(log("new", runbook=runbook).printed.strip())
    was = load_runbook(runbook)
    runbook.unlink()
    with closing(IncidentFile.open(path, clock=clock)) as file:
        declared = file.entries()[0]
        contents = {each.name: file.content(each.sha256) or b"" for each in references(declared.data)}
        kept = runbook_in(file, file.entries())
        assert file.verify() is None
    assert list(contents) == ["runbook.md", "runbook.json", "policy.json"]
    assert b"- [ ] Look at DB_PASSWORD=[redacted:password]" in contents["runbook.md"]
    assert kept is not None
    assert (kept.title, kept.severities) == (was.title, was.severities)
    policy = msgspec.json.decode(contents["policy.json"])
    assert policy["thresholds"]["restarts_per_hour"] == 7
    assert [each["name"] for each in policy["severities"]] == [each.name for each in was.severities]


def test_without_a_runbook_it_keeps_the_built_in_one(log: Type, clock: Clock) -> None:
    path = Path(log("new").printed.strip())
    with closing(IncidentFile.open(path, clock=clock)) as file:
        assert runbook_in(file, file.entries()) == load_builtin()
        names = [each.name for each in references(file.entries()[0].data)]
    assert names == ["runbook.md", "runbook.toml", "runbook.json", "policy.json"]


def test_a_file_that_keeps_no_runbook_says_so(incident: IncidentFile) -> None:
    assert runbook_in(incident, incident.entries()) is None
    incident.append(Draft(EntryKind.NOTE, "api is down", "ana"))
    assert runbook_in(incident, incident.entries()) is None
