"""What SQLite complains about, said so that a person can mend it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit.incident.errors import IncidentFileError, NoRoomError

BUSY_SECONDS = 5.0
"""How long to wait for another process that is writing."""

_SPACE = "df -h {directory}"
_RIGHTS = "ls -l {path}; ls -ld {directory}"
_EXPLAINED = {
    sqlite3.SQLITE_FULL: ("the disk is full, {path} cannot grow", _SPACE),
    sqlite3.SQLITE_IOERR: ("{path} cannot be written or read: {error}", _SPACE + "; dmesg | tail"),
    sqlite3.SQLITE_BUSY: (
        "{path} was locked by another process for {seconds:g} s",
        "fuser -v {path}",
    ),
    sqlite3.SQLITE_READONLY: ("{path} may not be written: {error}", _RIGHTS),
    sqlite3.SQLITE_PERM: ("{path} may not be written: {error}", _RIGHTS),
    sqlite3.SQLITE_CANTOPEN: ("{path} may not be opened: {error}", _RIGHTS),
    sqlite3.SQLITE_NOTADB: ("{path} is not an incident file", "file {path}"),
    sqlite3.SQLITE_CORRUPT: ("{path} is damaged: {error}", "sqlite3 {path} .recover"),
}
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_UNFORESEEN = ("{path}: {error}", _RIGHTS)


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite about the file `path` into `IncidentFileError`."""
    try:
        yield
    except sqlite3.Error as error:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the other bytes are detail
        facts = {"path": path, "directory": path.parent, "error": error, "seconds": BUSY_SECONDS}
        message, remedy = (template.format(**facts) for template in _EXPLAINED.get(primary, _UNFORESEEN))
        kind = NoRoomError if primary in _NO_ROOM else IncidentFileError
        raise kind(message, remedy) from error
