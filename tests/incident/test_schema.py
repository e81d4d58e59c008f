"""Files of version 1 are brought to the present version when they are written, and are read as they are."""

import sqlite3
import stat
import threading
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest

from cockpit.clock import Clock
from cockpit.incident.entry import Draft, Entry, EntryKind
from cockpit.incident.evidence import seal, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.incident.schema import SCHEMA_VERSION, version_of
from cockpit.incident.store import Store


@pytest.fixture
def old(incident: IncidentFile, clock: Clock) -> tuple[Path, list[Entry]]:
    """A file of version 1, as the program wrote it that knew no other, and its entries."""
    for text in ("api is down", "DB is fine"):
        incident.append(Draft(EntryKind.NOTE, text, "ana"))
    path = incident.path.with_name("INC-2026-11-20-001.incident")
    script = resources.files("cockpit.incident").joinpath("schema_1.sql").read_text("utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{script} PRAGMA user_version = 1; ATTACH '{incident.path}' AS new;")
        connection.execute("INSERT INTO entry SELECT * FROM new.entry ORDER BY sequence")
        connection.commit()
    return path, incident.entries()


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return version_of(connection)


def test_an_old_file_is_migrated_and_its_chain_still_holds(old: tuple[Path, list[Entry]], clock: Clock) -> None:
    path, entries = old
    with closing(IncidentFile.open(path, clock=clock)) as file:
        assert file.entries() == entries
        draft = Draft(EntryKind.EVIDENCE, "captured: pods", "ana", pieces=(seal(text_piece("pods.txt", "api")),))
        assert file.append(draft).previous_hash == entries[-1].hash
        assert file.verify() is None
    assert version(path) == SCHEMA_VERSION


def test_reading_migrates_nothing(old: tuple[Path, list[Entry]], clock: Clock) -> None:
    path, entries = old
    with closing(IncidentFile.read(path, clock=clock)) as file:
        assert file.audit() == (entries, None)
    assert version(path) == 1
    path.chmod(0o400)
    with closing(IncidentFile(Store.open(path, "mode=ro&immutable=1"), clock)) as file:
        assert file.audit() == (entries, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_two_that_open_an_old_file_at_once_migrate_it_once(old: tuple[Path, list[Entry]], clock: Clock) -> None:
    path, _ = old
    together, opened = threading.Barrier(4), []

    def open_it() -> None:
        together.wait()
        with closing(IncidentFile.open(path, clock=clock)) as file:
            opened.append(file.append(Draft(EntryKind.NOTE, "me", "ana")).sequence)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(opened) == [4, 5, 6, 7]
    with closing(IncidentFile.open(path, clock=clock)) as file:
        assert file.verify() is None


def test_a_migration_that_fails_changes_nothing(
    old: tuple[Path, list[Entry]], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, entries = old
    statements = ["CREATE TABLE evidence (sha256)", "CREATE TABLE nonsense ("]
    monkeypatch.setattr("cockpit.incident.schema.statements_in", lambda *_: iter(statements))
    with pytest.raises(Exception, match="incomplete input"):
        IncidentFile.open(path, clock=clock)
    assert version(path) == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'evidence'").fetchall() == []
    with closing(IncidentFile.read(path, clock=clock)) as file:
        assert file.entries() == entries
