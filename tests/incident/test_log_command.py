"""`cockpit log` writes and reads incident logs from scripts and second terminals."""

import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from support.reports import markdown_of
from support.terminal import plain_environment

from cockpit.cli import parser
from cockpit.clock import Clock
from cockpit.incident.chain import GENESIS
from cockpit.incident.file import IncidentFile
from cockpit.incident.log_command import LogCommand, Settings, Streams
from cockpit.incident.schema import migrate


class Answer(NamedTuple):
    """What a command left."""

    status: int
    printed: str
    complaints: str


Type = Callable[..., Answer]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "incidents"


@pytest.fixture
def log(directory: Path, clock: Clock) -> Type:
    """Types `cockpit log …` in the name of ana."""

    def run(*arguments: object, stdin: str = "", runbook_file: Path | None = None) -> Answer:
        typed = parser().parse_args(["log", *map(str, arguments)])
        stdout, stderr = io.StringIO(), io.StringIO()
        streams = Streams(io.StringIO(stdin), stdout, stderr)
        settings = Settings(directory, runbook_file)
        status = LogCommand(lambda: settings, clock, lambda: "ana", streams).run(typed)
        return Answer(status, stdout.getvalue(), stderr.getvalue())

    return run


@pytest.fixture
def path(log: Type) -> Path:
    """An incident that was opened by the command."""
    return Path(log("new", "--title", "api is down").printed.strip())


def entries(path: Path, clock: Clock) -> list[str]:
    file = IncidentFile.open(path, clock=clock)
    told = [f"{entry.kind} {entry.actor} {entry.source}: {entry.text}" for entry in file.entries()]
    file.close()
    return told


def test_an_incident_is_opened_with_title_and_severity(log: Type, directory: Path, clock: Clock) -> None:
    answer = log("new", "--title", "api is down", "--severity", "sev2")
    path = directory / "INC-2026-11-21-001.incident"
    assert answer == (0, f"{path}\n", "")
    assert entries(path, clock) == ["declared ana command: api is down", "severity ana command: severity SEV2"]


def test_with_a_severity_that_there_is_not_nothing_is_opened(log: Type, directory: Path) -> None:
    status, printed, complaints = log("new", "--severity", "terrible")
    assert (status, printed) == (2, "")
    assert complaints == ("cockpit log new: there is no severity 'terrible'; type one of: SEV1, SEV2, SEV3, SEV4\n")
    assert not directory.exists()


def test_without_a_title_to_read_nothing_is_opened(log: Type, directory: Path) -> None:
    assert log("new", "--title", " ") == (2, "", "cockpit log new: there is no text to write down\n")
    assert not directory.exists()


def test_severities_are_those_of_the_runbook_that_the_team_has(log: Type, path: Path, tmp_path: Path) -> None:
    runbook_file = tmp_path / "runbook.md"
    answer = log("add", path, "SEV1", "--kind", "severity", runbook_file=runbook_file)
    assert answer.status == 2
    assert str(runbook_file) in answer.complaints
    runbook_file.write_text("# Runbook\n\n## Severity Levels\n\n- **P1**: down\n- **P2**: slow\n")
    assert log("add", path, "p1", "--kind", "severity", runbook_file=runbook_file) == (0, "2\n", "")


def test_an_entry_is_added_and_its_number_is_printed(log: Type, path: Path, clock: Clock) -> None:
    assert log("add", path, "  rolled back ") == (0, "2\n", "")
    assert log("add", path, "-", stdin="two\nlines\n") == (0, "3\n", "")
    assert entries(path, clock)[1:] == ["note ana command: rolled back", "note ana command: two\nlines"]


def test_severity_status_and_the_end_are_kinds_of_their_own(log: Type, path: Path, clock: Clock) -> None:
    for kind, text in [("severity", "sev1"), ("severity", "SEV3"), ("STATUS", "Resolved"), ("closed", "all is well")]:
        assert log("add", path, text, "--kind", kind).status == 0
    assert entries(path, clock)[1:] == [
        "severity ana command: severity SEV1",
        "severity ana command: severity SEV1 → SEV3",
        "status ana command: status resolved",
        "closed ana command: all is well",
    ]


def test_action_items_have_an_owner_and_a_date(log: Type, path: Path, clock: Clock) -> None:
    assert log("add", path, "alarm on the queue @bob due in 2 weeks", "--kind", "action item") == (0, "2\n", "")
    assert log("add", path, "warm the cache", "--kind", "todo").status == 0
    assert entries(path, clock)[1:] == [
        "action item ana command: todo: alarm on the queue (bob, due 2026-12-05)",
        "action item ana command: todo: warm the cache",
    ]


@pytest.mark.parametrize(
    ("due", "wrong"),
    [
        ("2026-13-01", "'2026-13-01' is no date; understood are "),
        ("2026-11-20", "2026-11-20 is over: today is 2026-11-21"),
        ("yesterday", "yesterday is over: today is 2026-11-21"),
        ("next sprint", "'next sprint' is no date; understood are "),
    ],
)
def test_an_action_item_without_a_date_to_come_is_refused_with_an_example(
    log: Type, path: Path, clock: Clock, due: str, wrong: str
) -> None:
    status, _, complaints = log("add", path, f"alarm @ana due {due}", "--kind", "todo")
    assert (status, complaints.startswith(f"cockpit log add: {wrong}")) == (2, True)
    assert complaints.endswith('(try: --kind todo "alarm on the queue @ana due in 2 weeks")\n')
    assert len(entries(path, clock)) == 1


def test_roles_are_handed_over(log: Type, path: Path, clock: Clock) -> None:
    for who in ("Incident lead: bob", "incident lead: cleo d"):
        assert log("add", path, who, "--kind", "role").status == 0
    assert entries(path, clock)[1:] == [
        "role ana command: incident lead: bob",
        "role ana command: incident lead: bob → cleo d",
    ]
    assert log("add", path, "bob", "--kind", "role").status == 2


def test_an_entry_may_have_happened_earlier_in_another_zone(log: Type, path: Path, clock: Clock) -> None:
    assert log("add", path, "first errors", "--occurred-at", "2026-11-21T15:02:00+01:00").status == 0
    file = IncidentFile.open(path, clock=clock)
    assert file.entries()[-1].occurred_at == datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
    file.close()


def test_what_was_written_can_be_corrected(log: Type, path: Path, clock: Clock) -> None:
    log("add", path, "2 of 3 pods")
    for arguments in (
        ["3 of 3 pods", "--amends", 2],
        ["pager", "--retimes", 1, "--occurred-at", "2026-11-21T14:02:00Z"],
        ["no pods", "--retracts", 2],
    ):
        assert log("add", path, *arguments).status == 0
    assert entries(path, clock)[2:] == [
        "amended ana command: amends entry 2: 3 of 3 pods",
        "retimed ana command: entry 1 happened at 2026-11-21T14:02:00.000Z: pager",
        "retracted ana command: retracts entry 2: no pods",
    ]
    assert "2026-11-21T14:02:00Z" in log("list").printed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["x", "--occurred-at", "yesterday"],
            "'yesterday' is not a time (try: --occurred-at 2026-11-21T14:03:51.120Z)",
        ),
        (["x", "--occurred-at", "2026-11-21T14:02:00"], "'2026-11-21T14:02:00' has no zone: Z stands for UTC (try: "),
        (["x", "--occurred-at", "2026-11-21T14:20:00Z"], "is still to come: it is 2026-11-21T14:08:51.120Z (try: "),
        (["x", "--kind", "rumour"], "there is no kind of entry 'rumour'; type one of: note, severity, "),
        (["x", "--kind", "receipt"], "there is no kind of entry 'receipt'"),
        (["fine", "--kind", "status"], "there is no status 'fine'; type one of: investigating, "),
        ([" \n"], "there is no text to write down"),
        (["x", "--amends", "2"], "there is no entry 2; the last one is entry 1"),
        (["x", "--retracts", "1"], "entry 1 declares the incident, and cannot be retracted: amend it"),
        (["x", "--retimes", "1"], "when did it happen? (try: --occurred-at T)"),
        (["x", "--amends", "1", "--occurred-at", "2026-11-21T14:02:00Z"], "with --retimes alone"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_type(
    log: Type, path: Path, clock: Clock, arguments: list[str], complaint: str
) -> None:
    status, printed, complaints = log("add", path, *arguments)
    assert (status, printed) == (2, "")
    assert complaint in complaints
    assert len(entries(path, clock)) == 1


def test_a_file_that_is_not_there_or_is_none_is_named(log: Type, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database")
    for name, complaint in [("missing", "there is no incident file"), ("notes.txt", "is not an incident file")]:
        for command in (["add", tmp_path / name, "x"], ["show", tmp_path / name], ["verify", tmp_path / name]):
            status, printed, complaints = log(*command)
            assert (status, printed) == (1, "")
            assert complaint in complaints
            assert "(try: " in complaints


def test_secrets_reach_neither_the_file_nor_its_journal(log: Type, path: Path) -> None:
    secret = "hunter2" + "hunter2"
    open_elsewhere = sqlite3.connect(path)  # keeps the journal from being taken into the file
    open_elsewhere.execute("SELECT * FROM entry").fetchone()
    assert log("add", path, f"psql postgres://app:{secret}@db").status == 0
    assert "postgres://app:[redacted:password]@db" in log("show", path).printed
    files = list(path.parent.iterdir())
    assert len(files) > 1
    assert not [file for file in files if secret.encode() in file.read_bytes()]
    open_elsewhere.close()


def test_incidents_are_listed_with_how_they_stand(log: Type, path: Path, clock: Clock) -> None:
    log("add", path, "x", "--kind", "closed")
    newer = Path(log("new", "--title", "db \x1b[2Jis down", "--severity", "SEV1").printed.strip())
    files = len(str(path))
    assert log("list") == (
        0,
        (
            f"{'FILE':<{files}}  STANDING  SEVERITY  STATUS  DECLARED              ENTRIES  TITLE\n"
            f"{newer}  open      SEV1      -       2026-11-21T14:08:51Z  2        db is down\n"
            f"{path}  closed    -         -       2026-11-21T14:08:51Z  2        api is down\n"
        ),
        "",
    )


def test_a_closed_incident_takes_late_words_and_says_that_it_is_closed(log: Type, path: Path, clock: Clock) -> None:
    log("add", path, "over", "--kind", "closed")
    for arguments in (["the customer confirms"], ["looked", "--amends", 1], ["mend it @ana", "--kind", "todo"]):
        status, printed, complaints = log("add", path, *arguments)
        assert (status, printed.strip().isdecimal()) == (0, True)
        assert (
            complaints == f"cockpit log add: {path.stem} is closed (14:08 by ana); this is added to it all the same\n"
        )


@pytest.mark.parametrize(
    "arguments", [["SEV1", "--kind", "severity"], ["resolved", "--kind", "status"], ["over", "--kind", "closed"]]
)
def test_a_closed_incident_is_not_moved_on(log: Type, path: Path, clock: Clock, arguments: list[str]) -> None:
    log("add", path, "over", "--kind", "closed")
    status, printed, complaints = log("add", path, *arguments)
    assert (status, printed, len(entries(path, clock))) == (1, "", 2)
    assert f"{path.stem} is closed (14:08 by ana) (try: cockpit log add {path} " in complaints
    assert log("add", path, "it came back", "--kind", "reopened") == (0, "3\n", "")
    assert log("add", path, *arguments) == (0, "4\n", "")


def test_what_is_not_closed_is_not_opened_again(log: Type, path: Path) -> None:
    assert log("add", path, "why", "--kind", "reopened").status == 2


def test_an_incident_can_be_given_another_title(log: Type, path: Path) -> None:
    assert log("add", path, "orders fail in Vienna", "--kind", "title") == (0, "2\n", "")
    assert log("list").printed.endswith("  orders fail in Vienna\n")


def test_an_incident_that_cannot_be_read_does_not_hide_the_others(log: Type, path: Path) -> None:
    broken = path.with_name("INC-2026-11-21-002.incident")
    broken.write_text("no database")
    status, printed, _ = log("list")
    assert status == 1
    _, first, second = printed.splitlines()
    assert first.startswith(f"{broken}  unreadable  ")
    assert first.endswith(f"  {broken} is not an incident file")
    assert second.startswith(f"{path}  open  ")


def test_where_there_is_no_incident_the_list_says_so(log: Type, directory: Path) -> None:
    assert log("list") == (0, "", f"cockpit log list: there is no incident in {directory} (try: cockpit log new)\n")


def test_entries_are_shown_one_a_line_and_nothing_in_them_steers_the_terminal(log: Type, path: Path) -> None:
    log("add", path, "one\n\x1b[2Jtwo")
    assert log("show", path) == (
        0,
        (
            "    1  2026-11-21T14:08:51.120Z             declared     ana (command)  api is down\n"
            "    2  2026-11-21T14:08:51.120Z             note         ana (command)  one two\n"
        ),
        "",
    )


def test_as_json_each_line_is_an_entry_with_all_its_fields(log: Type, path: Path, clock: Clock) -> None:
    log("add", path, "café \x1b[2J\n\N{DELETE}\x9b", "--occurred-at", "2026-11-21T14:02:00Z")
    printed = log("show", path, "--json").printed
    assert printed.isascii()
    first, second = map(json.loads, printed.splitlines())
    assert first["previous_hash"] == GENESIS
    assert second == {
        "sequence": 2,
        "recorded_at": "2026-11-21T14:08:51.120Z",
        "occurred_at": "2026-11-21T14:02:00.000Z",
        "kind": "note",
        "actor": "ana",
        "source": "command",
        "text": "café \x1b[2J\n\N{DELETE}\x9b".strip(),
        "data": {"time": "person"},
        "previous_hash": first["hash"],
        "hash": second["hash"],
        "id": second["hash"][:16],
        "time_from": "person",
    }
    assert (first["time_from"], first["data"]["incident"]) == ("clock", "INC-2026-11-21-001")


def test_a_time_that_was_typed_is_shown_as_told_by_a_person_whatever_the_kind(log: Type, path: Path) -> None:
    for kind, text in (("note", "first errors"), ("severity", "SEV2"), ("status", "identified")):
        log("add", path, text, "--kind", kind, "--occurred-at", "2026-11-21T14:02:00Z")
    lines = log("tail", path).printed.splitlines()
    assert ["(person)" in line for line in lines] == [False, True, True, True]


def test_a_sound_file_is_said_to_be(log: Type, path: Path) -> None:
    log("add", path, "one")
    status, printed, complaints = log("verify", path)
    assert (status, complaints) == (0, "")
    assert printed.startswith(f"{path}: 2 entries, all sound, the last with the hash ")


def test_a_file_without_an_entry_proves_nothing(log: Type, path: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.incident"
    connection = sqlite3.connect(empty)
    migrate(connection)
    connection.close()
    status, printed, complaints = log("verify", empty)
    assert (status, printed) == (1, "")
    assert "was it copied without empty.incident-wal?" in complaints


def test_the_first_broken_entry_is_named_and_what_can_be_read_is_shown(log: Type, path: Path) -> None:
    for text in ("one", "two", "three"):
        log("add", path, text)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DROP TRIGGER entry_is_never_changed")
        connection.execute("UPDATE entry SET text = 'nothing' WHERE sequence = 3")
    connection.close()
    damage = f"the record is damaged: entry 3 of {path} is missing or was changed\n"
    assert log("verify", path) == (1, "", f"cockpit log verify: {damage}")
    status, printed, complaints = log("show", path)
    assert (status, complaints) == (1, f"cockpit log show: {damage}")
    assert len(printed.splitlines()) == 4


def test_the_tail_is_the_last_ten(log: Type, path: Path) -> None:
    for number in range(2, 15):
        log("add", path, f"note {number}")
    lines = log("tail", path).printed.splitlines()
    assert [line.split()[0] for line in lines] == [str(number) for number in range(5, 15)]


def test_the_tail_goes_on_with_what_others_write(path: Path, log: Type) -> None:
    command = [sys.executable, "-m", "cockpit", "log", "tail", "-f", str(path)]
    following = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=plain_environment())
    assert following.stdout is not None
    assert following.stdout.readline().endswith("api is down\n")
    for text in ("one", "two"):
        log("add", path, text)
        assert following.stdout.readline().endswith(f"  {text}\n")
    following.terminate()
    following.communicate(timeout=5)


def test_the_program_adds_what_a_script_gives_it(path: Path, clock: Clock) -> None:
    command = [sys.executable, "-m", "cockpit", "log", "add", str(path), "from a script"]
    answer = subprocess.run(command, capture_output=True, text=True, env=plain_environment(), check=True)
    assert (answer.stdout, answer.stderr) == ("2\n", "")
    assert entries(path, clock)[1].endswith(" command: from a script")


def test_a_report_is_named_after_what_the_command_was_told(path: Path, clock: Clock) -> None:
    from cockpit.runbooks.load import load_builtin

    file = IncidentFile.open(path, clock=clock)
    assert markdown_of(file.entries(), load_builtin(), clock()).startswith("# INC-2026-11-21-001: api is down\n")
    file.close()


def test_the_list_says_where_those_of_game_days_are_and_lists_them(log: Type, directory: Path, clock: Clock) -> None:
    practised = directory / "gameday"
    IncidentFile.create(practised, clock=clock).close()
    where = f"cockpit log list --directory {practised}"
    told = f"cockpit log list: there is no incident in {directory}, but 1 of game days: {where}\n"
    assert log("list") == (0, "", told)
    status, printed, complaint = log("list", "--directory", practised)
    assert (status, printed.count("INC-"), complaint) == (0, 1, "")
    IncidentFile.create(directory, clock=clock).close()
    assert log("list").complaints == f"cockpit log list: 1 more of game days: {where}\n"
