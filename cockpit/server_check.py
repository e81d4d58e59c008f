"""What a connection string may say: where a Postgres server is, but no secret."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cockpit.config import PostgresConfig
from cockpit.config_error import ConfigError, named_tables, read_table
from cockpit.sources.postgres import conninfo

DSN = "--dsn"
"""The flag that names a server."""
_NO_PASSWORD = "passwords are kept in ~/.pgpass or in a service file (pg_service.conf), where libpq finds them"  # noqa: S105


def check_servers(path: Path, servers: Mapping[str, Any]) -> None:
    """Check `[postgres.*]` server by server, so that a mistake is told with the name of the server."""
    for table, server in named_tables(path, "postgres", servers, "server"):
        secret = next((key for key in server if key in conninfo.SECRETS), None)
        if secret:
            raise ConfigError(f"{path}: [{table}] {secret}: {_NO_PASSWORD}")
        settings = read_table(path, table, server, PostgresConfig)
        check_dsn(f"{path}: [{table}] dsn", settings.dsn)
        check_dsn(f"{path}: [{table}] emergency", settings.emergency or "")


def check_shared(path: Path, incident: Mapping[str, Any]) -> None:
    """Check where the incident log is shared; what is no text is told with the other settings."""
    shared = incident.get("shared")
    if isinstance(shared, str):
        if not shared.strip():
            raise ConfigError(f"{path}: [incident] shared is empty; leave it out where nothing is shared")
        check_dsn(f"{path}: [incident] shared", shared)


def check_dsn(where: str, dsn: str) -> dict[str, str]:
    """Read a connection string, but refuse secrets: files are copied, and everybody sees a command line."""
    try:
        parameters = conninfo.read(dsn)
    except ValueError as error:
        raise ConfigError(f"{where} cannot be read: {error}") from error
    for keyword in parameters:
        if keyword in conninfo.SECRETS:
            seen = ", which everybody sees in the list of processes" if where == DSN else ""
            raise ConfigError(f"{where} holds a secret ({keyword}){seen}; {_NO_PASSWORD}")
        if keyword not in conninfo.KEYWORDS:
            near = difflib.get_close_matches(keyword, conninfo.KEYWORDS, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"{where}: libpq has no parameter {keyword!r}{meant}")
    return parameters
