"""The temporary files that a statement of the practice world has in its database: as large as the story wants."""

import os
from collections.abc import Iterator
from pathlib import Path

_NUMBER = 999999
"""Behind the pid in the name of a file, where the server counts from 0."""


def spill(data: Path, pid: int | None, size: int) -> None:
    """Let a backend have a temporary file of a size; all others go.

    The file is a hole: it takes no room on the disk, and the server tells of it as of any other (PostgreSQL
    documentation, Database File Layout).

    Args:
        data: The data directory of the server.
        pid: Of the backend; None: nobody has one.
        size: Bytes.

    Raises:
        OSError: It cannot be made.
    """
    folder = data / "base" / "pgsql_tmp"
    wanted = folder / f"pgsql_tmp{pid}.{_NUMBER}" if pid is not None and size > 0 else None
    for path in _spilled(folder):
        if path != wanted:
            path.unlink(missing_ok=True)
    if wanted is not None:
        _own(folder, data)
        wanted.touch(mode=0o600)
        os.truncate(wanted, size)


def _spilled(folder: Path) -> Iterator[Path]:
    yield from folder.glob(f"pgsql_tmp*.{_NUMBER}")


def _own(folder: Path, data: Path) -> None:
    """Make the folder as the server would, which has to be able to write there itself."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
        owner = data.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
