"""A process that adds notes to an incident file, and prints the sequence of each once it is saved.

Usage: writer.py FILE NAME NUMBER [BYTES], where BYTES is how long a file may become.
"""

import resource
import sys
from pathlib import Path

from cockpit.clock import utc_now
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile


def main() -> None:
    path, name, number, *most = sys.argv[1:]
    file = IncidentFile.open(Path(path), clock=utc_now)
    if most:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most[0]), resource.RLIM_INFINITY))
    try:
        for index in range(int(number)):
            entry = file.append(Draft(EntryKind.NOTE, f"{name} {index} " + "x" * 500, name))
            print(entry.sequence, flush=True)  # noqa: T201  (this is its answer)
    except IncidentFileError as error:
        print(error.message, error.remedy, sep="\n", flush=True)  # noqa: T201
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(file.append(Draft(EntryKind.NOTE, "there is room again", name)).sequence)  # noqa: T201


if __name__ == "__main__":
    main()
