"""Keeps lines of a log where they outlive it: in a file, in the incident log."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import platformdirs
from textual.app import App

from cockpit.clock import Clock
from cockpit.incident.entry import TimeSource
from cockpit.logs.block import LineKind
from cockpit.logs.buffer import Line, LogBuffer
from cockpit.logs.save import save_log
from cockpit.threads import call_in_thread
from cockpit.ui.incident.record_dialogs import RecordDialogs
from cockpit.ui.tones import Tone

PINNED_BYTES = 2_000
"""So much of a line is written into the incident log, where people want to read it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_NAME = re.compile(r"[^\w.-]+", re.ASCII)


class LogKeeper:
    """Saves a log to a file without stopping the screen, and pins lines to the incident log."""

    def __init__(self, app: App[None], records: RecordDialogs, clock: Clock, tell: Callable[[str, Tone], None]) -> None:
        """Pin to what `records` has open; `tell` says how it went."""
        self._app = app
        self._records = records
        self._clock = clock
        self._tell = tell

    def proposed_path(self, reading: str) -> Path:
        """Propose a file in the user's state directory, named by what is read and by the time."""
        name = _NO_NAME.sub("-", reading).strip("-.")[:100]
        return platformdirs.user_state_path("cockpit") / "logs" / f"{name or 'log'}-{self._clock():%Y%m%dT%H%M%SZ}.log"

    def save(self, buffer: LogBuffer, typed: str) -> None:
        """Write all lines that are kept now to a file; a file that is there is left alone."""
        path = Path(typed.strip()).expanduser()
        self._tell(f"saving {buffer.end - buffer.first:,} lines to {path} …", "")
        self._app.run_worker(self._save(buffer, path), exit_on_error=False)

    def pin(self, line: Line) -> None:
        """Write a line into the incident log, at the time that it bears; remarks have that of the cockpit."""
        text = line.text[:PINNED_BYTES].decode("utf-8", "ignore") + (" …" if len(line.text) > PINNED_BYTES else "")
        moment = _EPOCH + timedelta(microseconds=line.time // 1000) if line.time else None
        bears_time = moment is not None and line.kind is LineKind.TEXT
        self._records.pin(line.stream, text, moment, TimeSource.LOG_LINE if bears_time else TimeSource.SEEN)

    async def _save(self, buffer: LogBuffer, path: Path) -> None:
        try:
            await call_in_thread(_make_room_for, path)
            lines = await save_log(buffer, path)
        except OSError as error:
            self._tell(f"NOT SAVED: {path}: {error.strerror or error}", "wrong")
        else:
            self._tell(f"saved {lines:,} lines, secrets masked, to {path}", "well")


def _make_room_for(path: Path) -> None:
    """Make the directory of a file that is not there yet.

    Raises:
        OSError: It cannot be made, or the file is there.
    """
    if path.exists():
        raise FileExistsError("it is there already; choose another name")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
