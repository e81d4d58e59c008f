"""Moves entries between one incident file and the shared log, in rounds; each can be done again after any failure."""

from pathlib import Path

from cockpit.clock import Clock
from cockpit.incident.mirror.home import Home
from cockpit.incident.mirror.local import LocalFile
from cockpit.incident.mirror.replica import Replica
from cockpit.incident.mirror.shared_log import SharedLog
from cockpit.incident.mirror.standing import Standing


class Exchange:
    """Plays the part of a file: that of the home of its incident, or that of a replica. The part may change."""

    def __init__(self, path: Path, host: str, clock: Clock) -> None:
        """Open the file `path` on the machine that is called `host`.

        Raises:
            IncidentFileError: It cannot be used.
        """
        self._local = LocalFile(path)
        self._host = host
        self._clock = clock
        self._take_part()

    @property
    def incident(self) -> str | None:
        """The hash of the first entry; None before there is one."""
        return self._part.incident

    def round(self, shared: SharedLog) -> Standing:
        """Move all that can be moved.

        Raises:
            MirrorError: Both sides do not fit together.
            IncidentFileError: The file cannot be used.
            psycopg.Error: The server or the way to it failed.
        """
        while True:
            if self._local.origin() != self._origin:
                self._take_part()
            standing = self._part.round(shared)
            if self._local.origin() == self._origin:
                return standing

    def changed(self) -> bool:
        """Tell whether others have written into the file since this was asked last."""
        return self._local.store.changed()

    def close(self) -> None:
        """Close the file."""
        self._local.close()

    def _take_part(self) -> None:
        self._origin = self._local.origin()
        self._part: Home | Replica
        if self._origin is None:
            self._part = Home(self._local, self._host, self._clock)
        else:
            self._part = Replica(self._local, self._origin, self._clock)
