"""A file of a newer cockpit is refused by whatever would read or write it, with what to type, and stays as it is."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.terminal import plain_environment

from cockpit.incident.entry import Draft
from cockpit.incident.file import IncidentFile
from cockpit.incident.schema import SCHEMA_VERSION


@pytest.fixture
def newer(incident: IncidentFile, note: Callable[[str], Draft]) -> Path:
    incident.append(note("api is down"))
    incident.close()
    with closing(sqlite3.connect(incident.path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return incident.path


@pytest.mark.parametrize(
    "command", ["log add FILE x", "log show FILE", "log tail FILE", "log verify FILE", "report FILE"]
)
def test_it_is_refused_and_not_touched(newer: Path, tmp_path: Path, command: str) -> None:
    before = {path.name: path.read_bytes() for path in newer.parent.iterdir()}
    typed = [str(newer) if word == "FILE" else word for word in command.split()]
    environ = plain_environment(HOME=str(tmp_path), COCKPIT_INCIDENT_DIRECTORY=str(newer.parent))
    program = [sys.executable, "-m", "cockpit", *typed]
    answer = subprocess.run(program, capture_output=True, text=True, env=environ, stdin=subprocess.DEVNULL, check=False)
    assert answer.returncode != 0
    assert answer.stdout == ""
    assert "was written by a newer cockpit" in answer.stderr
    assert "pip install --upgrade" in answer.stderr
    assert {path.name: path.read_bytes() for path in newer.parent.iterdir()} == before
