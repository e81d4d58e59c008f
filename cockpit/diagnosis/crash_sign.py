"""How a usual cause of a crash is recognised in a line of a log."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple


class CrashCause(StrEnum):
    """What a program failed at."""

    ENVIRONMENT = "environment"
    DATABASE = "database"
    """The database answers, and refuses."""
    DNS = "dns"
    CONNECTION = "connection"
    MODULE = "module"
    PORT = "port"
    PERMISSION = "permission"
    FILE = "file"
    DISK = "disk"
    HEAP = "heap"
    MIGRATION = "migration"
    TLS = "tls"
    CONFIG = "config"
    DENIED = "denied"
    TIMEOUT = "timeout"
    CRASH = "crash"
    """An error of the program that is none of the others."""


class Sign(NamedTuple):
    """How a cause is recognised, and put into words.

    In the words, `{name}` stands for a group of the pattern, `{target}` for a server, and `{line}` for the line.
    """

    cause: CrashCause
    pattern: re.Pattern[str]
    text: str


Row = tuple[CrashCause, str, tuple[str, ...]]
"""A cause, its words, and the patterns that give it away."""

QUOTE = r"[\"'`\\]{0,2}"
"""What may stand around a name."""


def compiled(table: Sequence[Row]) -> Iterator[Sign]:
    """Compile a table.

    Its patterns have no nested repetitions, and lines are cut before they are looked at, so that no line takes long.
    """
    for cause, text, patterns in table:
        for pattern in patterns:
            yield Sign(cause, re.compile(pattern), text)
