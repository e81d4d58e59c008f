"""Where incident files lie and how they are called: `INC-YYYY-MM-DD-NNN.incident`."""

import os
import re
import stat
import tempfile
from datetime import date
from pathlib import Path

from cockpit.incident.errors import IncidentFileError

SHARED = "shared"
"""The folder of replicas: incidents of other hosts, each in a folder of its own."""
GAMEDAYS = "gameday"
"""The folder of what was practised, apart from real incidents."""
_NAME = re.compile(r"INC-(\d{4}-\d{2}-\d{2})-(\d{3,})\.incident")
_SHARED = stat.S_IWGRP | stat.S_ISGID
_PROBE = b"\0" * 4096


def claim(directory: Path, day: date) -> Path:
    """Create the next empty incident file of `day` (UTC). Two processes never get the same one.

    The directory is made if it is missing, for its owner only; so is the file. In a directory that its group may write
    and that hands its group on (setgid), as one that is shared by everyone on a bastion, the group may write the file.

    Raises:
        IncidentFileError: The directory cannot be made or written.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = [number for claimed, number in _numbered(directory) if claimed == day.isoformat()]
        number = max(taken, default=0)
        while True:
            number += 1
            path = directory / f"INC-{day.isoformat()}-{number:03}.incident"
            try:
                handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "wb"):
                if directory.stat().st_mode & _SHARED == _SHARED:
                    os.fchmod(handle, 0o660)  # whatever the umask; SQLite gives its journal the same rights
            return path
    except OSError as error:
        raise _unusable(directory, error) from error


def files(directory: Path) -> list[Path]:
    """Find the incident files in `directory`, the one that was opened last first, and then those of other hosts.

    Raises:
        IncidentFileError: The directory cannot be read.
    """
    try:
        numbered = _numbered(directory)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise IncidentFileError(f"{directory} cannot be read: {error.strerror}", f"ls -ld {directory}") from error
    own = [numbered[number] for number in sorted(numbered, reverse=True)]
    return own + sorted((directory / SHARED).glob("*/INC-*.incident"), key=lambda path: path.name, reverse=True)


def newest(directory: Path) -> Path | None:
    """Find the incident that was opened last; None when nothing was ever recorded in `directory`.

    Raises:
        IncidentFileError: The directory cannot be read.
    """
    return next(iter(files(directory)), None)


def probe(directory: Path) -> None:
    """Prove that a file can be made and filled in `directory`, and leave none behind.

    Raises:
        IncidentFileError: It cannot: no permission, a read-only file system, a full disk.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(_PROBE)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unusable(directory, error) from error


def _numbered(directory: Path) -> dict[tuple[str, int], Path]:
    """Find the files by day and number. An empty one was claimed, but never came to hold an incident."""
    found = {}
    for path in directory.iterdir():
        match = _NAME.fullmatch(path.name)
        if match and path.stat().st_size:
            found[match[1], int(match[2])] = path
    return found


def _unusable(directory: Path, error: OSError) -> IncidentFileError:
    return IncidentFileError(
        f"no incident file can be kept in {directory}: {error.strerror}",
        f"ls -ld {directory}; df -h {directory}  (another directory: [incident] in cockpit.toml)",
    )
