"""The file in which libpq looks for passwords (PostgreSQL documentation, 34.16)."""

import os
from collections.abc import Mapping
from pathlib import Path


def password_file(parameters: Mapping[str, str]) -> Path | None:
    """Tell where libpq looks when it is connected with `parameters`; None: nowhere."""
    named = parameters.get("passfile") or os.environ.get("PGPASSFILE")
    try:
        return Path(named) if named else Path.home() / ".pgpass"
    except RuntimeError:  # there is no home
        return None


def ignored_file(parameters: Mapping[str, str]) -> Path | None:
    """Give the password file if libpq ignores it because others may read it."""
    path = password_file(parameters)
    try:
        return path if path is not None and path.stat().st_mode & 0o077 else None
    except OSError:
        return None
