"""Whether incident files can be kept where they are to be kept."""

import shutil
from pathlib import Path

from cockpit.doctor.result import Probe, Result, broken, ok, warning
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file_system import file_system
from cockpit.incident.names import probe as prove_writable

LITTLE_SPACE = 100 * 2**20
NO_SPACE = 2**20
_REMEDY = "set another directory under [incident] in cockpit.toml"


def directory_probe(directory: Path) -> Probe:
    """Write a file there and remove it, and look at the file system."""

    def probe() -> list[Result]:
        subject = "incident directory"
        try:
            prove_writable(directory)
        except IncidentFileError as error:
            return [broken(subject, error.message, error.remedy)]
        free = shutil.disk_usage(directory).free
        room = f"{directory}, {free / 2**20:,.0f} MiB free"
        if free < NO_SPACE:
            return [broken(subject, room, f"df -h {directory}")]
        if free < LITTLE_SPACE:
            return [warning(subject, room, f"df -h {directory}")]
        system = file_system(directory)
        if system.unlocked:
            return [broken(subject, f"{room}, but {system.unlocked}", _REMEDY)]
        if system.network:
            return [warning(subject, f"{room}, on {system.kind}: slower, and no safer than its locks", _REMEDY)]
        return [ok(subject, room)]

    return probe
