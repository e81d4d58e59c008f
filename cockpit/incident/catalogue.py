"""Which incidents there are in a directory, and how each stands."""

from contextlib import closing
from pathlib import Path

import msgspec

from cockpit.clock import Clock
from cockpit.incident.correction import holding, standings
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile
from cockpit.incident.names import files
from cockpit.incident.picking import Choose, Offer, picked
from cockpit.incident.state import IncidentState, state_of
from cockpit.incident.title import title_of


class Listed(msgspec.Struct, frozen=True):
    """An incident file, and what it holds."""

    path: Path
    state: IncidentState = IncidentState()
    title: str = ""
    """What it is called; empty when it has no title."""
    entries: int = 0
    trouble: str = ""
    """Why it cannot be read; empty when it can."""

    @property
    def open(self) -> bool:
        """Whether the incident was declared and not closed yet."""
        return self.state.open


def incidents(directory: Path, clock: Clock) -> list[Listed]:
    """Look into every incident file in `directory`, the newest first.

    Raises:
        IncidentFileError: The directory cannot be read.
    """
    return [_listed(path, clock) for path in files(directory)]


def to_join(directory: Path, clock: Clock, choose: Choose | None = None) -> Path:
    """Find the open incident in `directory`; of several, the one that a person chooses.

    Raises:
        IncidentFileError: There is none, or there are several and nobody says which one is meant.
    """
    opened = [listed for listed in incidents(directory, clock) if listed.open]
    match opened:
        case [only]:
            return only.path
        case []:
            raise IncidentFileError(f"no incident is open in {directory}", "cockpit log list")
    return picked([Offer(listed.path, listed.title) for listed in opened], choose).path


def _listed(path: Path, clock: Clock) -> Listed:
    try:
        with closing(IncidentFile.read(path, clock=clock)) as file:
            entries = file.salvage()
    except IncidentFileError as error:
        return Listed(path, trouble=error.message)
    return Listed(path, state_of(entries), title_of(holding(standings(entries))), len(entries))
