"""An open incident file: what all have in common that read and write one."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Self

from cockpit.incident.chain import GENESIS
from cockpit.incident.connection import READ_WRITE, connect_to
from cockpit.incident.sqlite_errors import BUSY_SECONDS, explaining

LONGEST_PAUSE = 0.012
"""Seconds between two tries to be the one who writes: about as long as a commit takes."""


class Store:
    """One connection to an incident file. Belongs to the thread that made it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, mode: str) -> None:
        """Use `open`."""
        self.path = path
        self.mode = mode
        self.connection = connection
        self._version = self._data_version()

    @classmethod
    def open(cls, path: Path, mode: str = READ_WRITE, *, write: bool = False) -> Self:
        """Open a file that is there; `mode` is that of SQLite's URIs.

        Raises:
            IncidentFileError: It is not an incident file, damaged, or of a newer version.
        """
        with explaining(path):
            return cls(path, connect_to(path, mode, write=write), mode)

    def close(self) -> None:
        """Close it. What was committed is safe without that."""
        self.connection.close()

    def changed(self) -> bool:
        """Tell whether others have written since it was opened, or since this was asked last. Costs next to nothing.

        Raises:
            IncidentFileError: The file cannot be read.
        """
        with explaining(self.path):
            before, self._version = self._version, self._data_version()
        return self._version != before

    def end(self) -> tuple[int, str]:
        """Give sequence and hash of the last entry. The rest of it is not read: damage there must stop nobody.

        Raises:
            IncidentFileError: The file cannot be read.
        """
        select = "SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1"
        with explaining(self.path):
            row = self.connection.execute(select).fetchone()
        return (0, GENESIS) if row is None else (row["sequence"], row["hash"])

    def hash_at(self, sequence: int) -> str | None:
        """Give the hash of an entry; None when there is no such entry.

        Raises:
            IncidentFileError: The file cannot be read.
        """
        with explaining(self.path):
            row = self.connection.execute("SELECT hash FROM entry WHERE sequence = ?", (sequence,)).fetchone()
        return None if row is None else row["hash"]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that keeps other writers out from its first read to its commit.

        Raises:
            IncidentFileError: It could not be done; nothing is changed.
        """
        with explaining(self.path), self._transaction(self._begin_alone):
            yield
            self.connection.execute("COMMIT")

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Read several things as they are at one moment: others may be writing. May stand within another one."""
        if self.connection.in_transaction:
            yield
            return
        with self._transaction(partial(self.connection.execute, "BEGIN")):
            yield

    def _begin_alone(self) -> None:
        """Begin a transaction as the only writer.

        SQLite itself asks the less often the longer it has waited, so that of many writers those who came first may
        get nothing for seconds; here all ask equally often.
        """
        deadline = time.monotonic() + BUSY_SECONDS
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self.connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                        raise
                    time.sleep(random.uniform(0.001, LONGEST_PAUSE))  # noqa: S311  (not a secret)
                else:
                    return
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")

    @contextmanager
    def _transaction(self, begin: Callable[[], object]) -> Iterator[None]:
        begin()
        try:
            yield
        finally:
            if self.connection.in_transaction:  # not committed; damage may have ended it as well
                self.connection.execute("ROLLBACK")

    def _data_version(self) -> int:
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])
