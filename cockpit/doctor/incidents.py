"""Whether incident files can be kept where they are to be kept."""

import shutil
from pathlib import Path

from cockpit.doctor.result import Probe, Result, broken, ok, warning
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.names import probe as prove_writable

LITTLE_SPACE = 100 * 2**20
NO_SPACE = 2**20
NETWORK_FILE_SYSTEMS = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs", "fuse.sshfs", "fuse.glusterfs")
)
"""File systems of Linux on which the locks of SQLite cannot be relied on (sqlite.org/lockingv3.html)."""
_MOUNTS = Path("/proc/self/mounts")
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
        kind = file_system(directory)
        if kind in NETWORK_FILE_SYSTEMS:
            return [warning(subject, f"{room}, on {kind}, where file locks cannot be relied on", _REMEDY)]
        return [ok(subject, room)]

    return probe


def file_system(directory: Path, mounts: Path = _MOUNTS) -> str:
    """Name the type of the file system that `directory` lies on; empty where nothing tells."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    found = ""
    longest = -1
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        place = Path(point.replace("\\040", " "))
        if directory.resolve().is_relative_to(place) and len(place.parts) >= longest:
            longest, found = len(place.parts), kind
    return found
