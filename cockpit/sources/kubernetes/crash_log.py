"""The last words of containers that crashed, as a reading."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

CRASH_LOGS = "kubernetes/crash-logs"
"""Name of the reading."""


class CrashLog(msgspec.Struct, frozen=True, gc=False):
    """What a container wrote last before it ended."""

    pod: str
    """`namespace/name`."""
    container: str
    restarts: int
    """The container's restart count when this was read: the run that ended is the one before the last restart."""
    lines: tuple[str, ...]
    """The newest lines of that run, oldest first; at most 50, cleaned and cut."""
    ended_at: datetime | None = None


class CrashLogs(msgspec.Struct, frozen=True):
    """Crash logs by `namespace/pod/container`; of each workload those of a few pods only."""

    logs: Mapping[str, CrashLog]
