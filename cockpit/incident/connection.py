"""Connections to incident files: how a file is opened on the file system that it lies on."""

import sqlite3
from functools import partial
from pathlib import Path

from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file_system import file_system, why_not_locked
from cockpit.incident.schema import check_version, migrate
from cockpit.incident.sqlite_errors import BUSY_SECONDS

READ_WRITE = "mode=rw"


def connect(path: Path, mode: str = READ_WRITE) -> sqlite3.Connection:
    """Connect to a database that is there; `mode` is that of SQLite's URIs."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    # Bytes that are not UTF-8 can only be damage; the hash tells, so that reading need not fail.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    connection.row_factory = sqlite3.Row
    return connection


def check_locks(path: Path) -> None:
    """Refuse to write where two programs could write at the same time and destroy the record.

    Raises:
        IncidentFileError: Locks do not work there.
    """
    system = file_system(path)
    if not system.network:
        return
    try:
        why = system.unlocked or why_not_locked(path.parent)
    except OSError as error:
        why = f"{error.strerror}"
    if why:
        raise IncidentFileError(
            f"no incident file is written on {path.parent}: {why}",
            "set another directory under [incident] in cockpit.toml, or COCKPIT_INCIDENT_DIRECTORY",
        )


def connect_to(path: Path, mode: str, *, write: bool) -> sqlite3.Connection:
    """Connect to an incident file; one that is to be written is brought to the present version first.

    Raises:
        IncidentFileError: It is no incident file, one of a newer version, or locks do not work there.
        sqlite3.Error: It cannot be opened.
    """
    connection = connect(path, mode)
    try:
        check_version(path, connection)
        if mode == READ_WRITE:
            _prepare(path, connection)
        if write:
            check_locks(path)
            migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Have every commit be durable, and leave nothing of what is deleted.

    A write-ahead log is shared through memory, which other hosts do not share: on their file systems a rollback
    journal does its work, and locks alone keep writers apart.

    Every commit is brought into the file itself at once: a person who copies the file while others write into it
    rarely thinks of the log beside it.
    """
    network = file_system(path).network
    connection.execute(f"PRAGMA journal_mode = {'TRUNCATE' if network else 'WAL'}")
    connection.execute("PRAGMA wal_autocheckpoint = 1")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
