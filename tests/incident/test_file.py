"""The incident file keeps what it was given, masked and chained."""

import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.clock import Clock
from cockpit.incident.chain import GENESIS
from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile
from cockpit.incident.schema import SCHEMA_VERSION

Note = Callable[[str], Draft]


def edited(path: Path, *statements: str) -> None:
    """Change the database behind the program's back."""
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_the_first_entry_declares_the_incident(incident: IncidentFile, note: Note) -> None:
    saved = incident.append(note("api is down"))
    opening = incident.entries()[0]
    assert (opening.kind, opening.source, opening.actor) == (EntryKind.DECLARED, EntrySource.COCKPIT, "ana")
    assert opening.data == {"incident": "INC-2026-11-21-001"}
    assert opening.previous_hash == GENESIS
    assert saved.sequence == 2
    assert saved.previous_hash == opening.hash


def test_a_person_may_declare_the_incident_with_a_title(incident: IncidentFile) -> None:
    saved = incident.append(Draft(EntryKind.DECLARED, "api is down", "ana"))
    assert saved.sequence == 1
    assert saved.data == {"incident": "INC-2026-11-21-001"}


def test_entries_come_back_as_they_were_saved(incident: IncidentFile, note: Note, clock: Clock) -> None:
    saved = incident.append(Draft(EntryKind.SEVERITY, "worse", "ana", data={"from": None, "to": "SEV1"}))
    again = IncidentFile.open(incident.path, clock=clock)
    assert again.entries(after=1) == [saved]
    assert again.id == "INC-2026-11-21-001"
    again.close()


def test_times_are_kept_in_milliseconds_and_what_happened_earlier_says_so(incident: IncidentFile) -> None:
    earlier = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
    saved = incident.append(Draft(EntryKind.NOTE, "first errors", "ana", occurred_at=earlier))
    assert saved.occurred_at == earlier
    assert saved.recorded_at == datetime(2026, 11, 21, 14, 8, 51, 120_000, tzinfo=UTC)


def test_a_key_that_is_known_adds_nothing(incident: IncidentFile, note: Note) -> None:
    draft = msgspec.structs.replace(note("once"), key="k1")
    assert incident.append(draft) == incident.append(draft)
    assert [entry.text for entry in incident.entries(after=1)] == ["once"]


def test_a_key_keeps_no_secret_and_stops_doubles_all_the_same(incident: IncidentFile, note: Note) -> None:
    draft = msgspec.structs.replace(note("once"), key="event failed with password=hunter2hunter2")
    assert incident.append(draft) == incident.append(draft)
    assert b"hunter2" not in b"".join(path.read_bytes() for path in incident.path.parent.iterdir())


def test_only_what_follows_is_read(incident: IncidentFile, note: Note) -> None:
    for text in "abc":
        incident.append(note(text))
    assert [entry.text for entry in incident.entries(after=2)] == ["b", "c"]


def test_secrets_reach_neither_the_file_nor_its_journal(incident: IncidentFile) -> None:
    secret = "hunter2" + "hunter2"
    draft = Draft(EntryKind.STEP, f"DB_PASSWORD={secret}", "ana", data={"text": f"psql postgres://app:{secret}@db"})
    saved = incident.append(draft)
    assert saved.text == "DB_PASSWORD=[redacted:password]"
    assert saved.data["text"] == "psql postgres://app:[redacted:password]@db"
    files = list(incident.path.parent.iterdir())
    assert len(files) > 1
    assert not [file for file in files if secret.encode() in file.read_bytes()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.text(st.characters(), max_size=50), st.text(st.characters(), max_size=10))
def test_any_text_can_be_kept(incident: IncidentFile, text: str, name: str) -> None:
    saved = incident.append(Draft(EntryKind.NOTE, text, name, data={name: text}))
    assert incident.entries(after=saved.sequence - 1) == [saved]


@pytest.mark.parametrize("text", ["\0 \x1b[2J \x07 \r\n", "[bold]x[/]", "日本語 👩‍👩‍👧 e\u0301", ""])
def test_text_is_kept_to_the_letter(incident: IncidentFile, note: Note, text: str) -> None:
    assert incident.append(note(text)).text == text
    assert incident.entries()[-1].text == text


def test_bytes_that_were_not_utf8_are_kept_readable(incident: IncidentFile, note: Note) -> None:
    typed = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert incident.append(note(typed)).text == r"caf\udce9"
    assert incident.verify() is None


def test_a_note_of_a_megabyte_is_kept_whole(incident: IncidentFile, note: Note) -> None:
    text = "all work and no play " * 50_000
    incident.append(note(text))
    assert incident.entries()[-1].text == text
    assert incident.verify() is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET text = 'nothing happened'",
        "DELETE FROM entry WHERE sequence = 1",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE sequence = 1",
        "INSERT INTO entry SELECT 9, recorded_at, occurred_at, kind, actor, source, text, data, '', '', '' FROM entry",
    ],
)
def test_the_database_refuses_all_but_adding_at_the_end(incident: IncidentFile, note: Note, statement: str) -> None:
    incident.append(note("api is down"))
    with pytest.raises(sqlite3.IntegrityError, match="entries are"):
        edited(incident.path, statement)
    assert incident.verify() is None


def test_the_file_is_for_its_owner_only_and_survives_a_crash(incident: IncidentFile, note: Note) -> None:
    incident.append(note("api is down"))
    assert {stat.S_IMODE(file.stat().st_mode) for file in incident.path.parent.iterdir()} == {0o600}
    query = incident._connection.execute
    assert query("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert query("PRAGMA synchronous").fetchone()[0] == 2  # FULL
    assert query("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION


def test_a_file_of_a_newer_cockpit_is_not_touched(incident: IncidentFile, clock: Clock) -> None:
    edited(incident.path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(IncidentFileError, match="newer cockpit") as caught:
        IncidentFile.open(incident.path, clock=clock)
    assert "pip install --upgrade" in str(caught.value.remedy)


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be one" * 100])
def test_what_is_no_incident_file_is_refused(tmp_path: Path, clock: Clock, content: bytes) -> None:
    path = tmp_path / "INC-2026-11-21-001.incident"
    path.write_bytes(content)
    with pytest.raises(IncidentFileError, match="is not an incident file"):
        IncidentFile.open(path, clock=clock)
    assert path.read_bytes() == content


def test_another_database_is_refused(tmp_path: Path, clock: Clock) -> None:
    edited(tmp_path / "other.db", "CREATE TABLE entry (sequence)")
    with pytest.raises(IncidentFileError, match="is not an incident file"):
        IncidentFile.open(tmp_path / "other.db", clock=clock)


def test_a_missing_file_is_named(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(IncidentFileError, match="there is no incident file"):
        IncidentFile.open(tmp_path / "INC-2026-11-21-009.incident", clock=clock)
    assert list(tmp_path.iterdir()) == []
