"""Opens connections to servers that may be sick: soon given up, with settings that keep them from harm.

Everything here blocks, and loads psycopg: it is called in a session's thread only.
"""

import getpass
import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg.adapt import Buffer, Loader

from cockpit.sources.postgres import iam
from cockpit.sources.postgres.password_file import ignored_file
from cockpit.sources.postgres.target import Target

Connection = psycopg.Connection[tuple[Any, ...]]

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "statement_timeout": "3000",
        "lock_timeout": "500",
        "idle_in_transaction_session_timeout": "10000",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "timezone": "UTC",
        "datestyle": "ISO",
        "client_min_messages": "error",
    }
)
"""Of every session; times in milliseconds."""
READ_ONLY = "default_transaction_read_only"
CONSOLE = "pgbouncer"
"""The database that is pgbouncer's console (pgbouncer documentation, "Admin console")."""

_PATIENCE: Mapping[str, str] = MappingProxyType(
    {
        "connect_timeout": "3",
        "keepalives": "1",
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": "20000",
    }
)
"""How long the network may be silent; whoever has other wishes writes them into the connection string."""
_REFUSES_OPTIONS = ("startup parameter", "command-line options")
"""What pgbouncer and RDS Proxy say to `options`."""
_TEXTS = ("text", "varchar", "bpchar", "name", 705, 0)
"""Types, and what stands for all that psycopg does not know, such as enumerations; 705 are literals."""
_SILENT = logging.NullHandler()
_ABSENT = os.devnull + "/pgpass"
"""A password file that cannot be there."""


class LenientText(Loader):
    """Reads text whatever its bytes are: statements of other databases come in the encodings of those."""

    def load(self, data: Buffer) -> str:
        """Give the text, with U+FFFD for what is not UTF-8."""
        return bytes(data).decode(errors="replace")


def connect(target: Target, *, read_only: bool) -> tuple[Connection, bool]:
    """Connect, and tell whether the server has taken the settings; a pooler that does not is connected to without.

    Raises:
        psycopg.Error: There is no connection.
        SourceError: There is no IAM token.
    """
    parameters = parameters_for(target)
    settings = {**SETTINGS, READ_ONLY: "on" if read_only else "off"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    with_options = {**parameters, "options": f"{parameters.get('options', '')} {options}".strip()}
    try:
        connection, taken = _open(with_options), True
    except psycopg.OperationalError as error:
        if not any(words in str(error) for words in _REFUSES_OPTIONS):
            raise
        parameters["options"] = ""  # nor those of PGOPTIONS
        connection, taken = _open(parameters), False
    for name in _TEXTS:
        connection.adapters.register_loader(name, LenientText)
    return connection, taken


def connect_to_console(target: Target) -> Connection:
    """Connect to the console of the pgbouncer at the target's address, which knows neither settings nor parameters.

    Raises:
        psycopg.Error: There is no connection.
        SourceError: There is no IAM token.
    """
    parameters = {**parameters_for(target), "dbname": CONSOLE, "options": ""}
    connection = _open(parameters)
    connection.cursor_factory = psycopg.ClientCursor
    return connection


def cut(connection: Connection) -> None:
    """End what a thread waits for, from another one. Does not block."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as plug:
        plug.shutdown(socket.SHUT_RDWR)


def login() -> str:
    """Tell who the person is to this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container without this account, or without accounts
        return "unknown"


def parameters_for(target: Target) -> dict[str, str]:
    """Put together what libpq is told, secrets and all.

    Raises:
        SourceError: There is no IAM token.
    """
    parameters = {
        **_PATIENCE,
        **target.parameters,
        **target.secrets(),
        "application_name": f"cockpit/{login()}",
        "client_encoding": "UTF8",
    }
    if target.iam:
        parameters["password"] = iam.token(target)
        if not parameters.keys() & {"sslmode", "service"} and "PGSSLMODE" not in os.environ:
            parameters["sslmode"] = "require"
    if ignored_file(parameters):
        parameters["passfile"] = _ABSENT  # libpq would not read the other either, but complain on the terminal
    return parameters


def _open(parameters: Mapping[str, str]) -> Connection:
    logging.getLogger("psycopg").addHandler(_SILENT)  # without any, its warnings go to the terminal
    keywords: dict[str, Any] = dict(parameters)
    return psycopg.connect(autocommit=True, prepare_threshold=None, **keywords)
