"""The versions of the incident file, and how a file of an earlier version is brought to this one."""

import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from cockpit.incident.errors import IncidentFileError

SCHEMA_VERSION = 2
EVIDENCE_SINCE = 2
"""The first version that keeps evidence."""
APPLICATION_ID = 0x494E4331
"""Marks a SQLite file as ours (`INC1`); schema_1.sql sets the same number."""


def version_of(connection: sqlite3.Connection) -> int:
    """Tell the schema version of a file; 0 when it is empty."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_version(path: Path, connection: sqlite3.Connection) -> None:
    """Prove that the file at `path` is an incident file that this program knows.

    Raises:
        IncidentFileError: It is not.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise IncidentFileError(f"{path} is not an incident file", f"file {path}")
    if (version := version_of(connection)) > SCHEMA_VERSION:
        raise IncidentFileError(
            f"{path} was written by a newer cockpit (schema {version}; this one knows {SCHEMA_VERSION})",
            "pip install --upgrade incident-cockpit",
        )


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file to the present version, from nothing or from an earlier one, in one transaction.

    What is in it stays as it is. Of several programs that try at once, one does it.

    Raises:
        sqlite3.Error: It cannot be done, and nothing is changed.
    """
    if version_of(connection) >= SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(version_of(connection) + 1, SCHEMA_VERSION + 1):
            for statement in statements_in(__package__, f"schema_{version}.sql"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def statements_in(package: str, name: str) -> Iterator[str]:
    """Give the statements of a file of `package` one by one: `executescript` would commit what is open."""
    statement = ""
    for line in resources.files(package).joinpath(name).read_text("utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
