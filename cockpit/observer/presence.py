"""Which cockpits have an incident open: one small file for each, in a directory beside the incident file.

It is advice, not a lock: a cockpit that cannot write there is not seen, and disturbs nobody. The files belong to those
who run the cockpits. Each is touched every few seconds; one that was not for a minute, or whose process is gone, is
left over from a cockpit that could not clean up, and is taken away by whoever comes across it.
"""

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

BEAT_SECONDS = 10.0
"""How often a cockpit says that it is there."""
GONE_AFTER = 60.0
"""Seconds after which a silent one does not count."""
_DIRECTORY = ".here"
_LARGEST = 4096
"""Bytes: what is larger was not written by a cockpit."""


class Here(msgspec.Struct, frozen=True):
    """A cockpit that has the incident open."""

    actor: str
    """Who types there, as that cockpit knows it."""
    host: str
    pid: int
    started_at: datetime
    terminal: str = ""
    """Such as `pts/3`; empty where there is none."""


_HERE: Final = msgspec.json.Decoder(Here)


class Presence:
    """Says that this cockpit is there, and tells which others are. Everything blocks: not for the loop."""

    def __init__(self, incident: Path, me: Here) -> None:
        """Be there for those who have the file `incident` open."""
        self._incident = incident
        self._directory = incident.with_suffix(_DIRECTORY)
        self._path = self._directory / f"{me.host}-{me.pid}.json"
        self.me = me

    def beat(self, actor: str) -> list[Here]:
        """Say that `actor` is there, and tell who is: ourselves, and then the others, who came first first.

        Raises:
            OSError: It cannot be written; nobody knows who is there.
        """
        self.me = msgspec.structs.replace(self.me, actor=actor)
        self._write()
        now = self._path.stat().st_mtime  # the clock of the file server, which the times of the others are of
        others = [here for path in self._directory.glob("*.json") if (here := self._read(path, now)) is not None]
        return [self.me, *sorted(others, key=lambda here: here.started_at)]

    def leave(self) -> None:
        """Be there no longer; the last one takes the directory away."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            self._directory.rmdir()

    def _write(self) -> None:
        shared = bool(self._incident.parent.stat().st_mode & stat.S_IWGRP)
        if not self._directory.is_dir():
            self._directory.mkdir(mode=0o700, exist_ok=True)
            if shared:
                self._directory.chmod(0o770)  # whatever the umask, so that others can be there too
        temporary = self._path.with_suffix(".new")
        handle = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            if shared:
                os.fchmod(handle, 0o640)
            file.write(msgspec.json.encode(self.me))
        temporary.replace(self._path)

    def _read(self, path: Path, now: float) -> Here | None:
        """Read who is there; None when it is ourselves, or nobody any more."""
        if path == self._path:
            return None
        try:
            handle = os.open(
                path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            )  # a link or a pipe would be no cockpit's
            with os.fdopen(handle, "rb") as file:
                here = _HERE.decode(file.read(_LARGEST))
                silent = now - os.fstat(file.fileno()).st_mtime
        except (OSError, msgspec.DecodeError):
            return None
        if silent > GONE_AFTER or (here.host == self.me.host and not _runs(here.pid)):
            with suppress(OSError):
                path.unlink()
            return None
        return here


def terminal() -> str:
    """Name the terminal of this process as `who` does: `pts/3`; empty where there is none."""
    for descriptor in range(3):
        with suppress(OSError):
            return os.ttyname(descriptor).removeprefix("/dev/")
    return ""


def names(here: Sequence[Here]) -> list[str]:
    """Name those who are there, one name for each cockpit; whoever shares an account by terminal or host as well.

    `anna, via root` would read like two people beside others: it becomes `anna via root`.
    """
    known = [each.actor.replace(", via ", " via ") for each in here]
    return [
        f"{name} ({_where(each, here)})" if known.count(name) > 1 else name
        for name, each in zip(known, here, strict=True)
    ]


def _where(one: Here, here: Sequence[Here]) -> str:
    """Say where a cockpit runs; on which host only if that differs."""
    host = one.host if len({each.host for each in here}) > 1 else ""
    return " ".join(filter(None, (host, one.terminal or f"pid {one.pid}")))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True
