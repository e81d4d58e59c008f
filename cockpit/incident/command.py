"""The command `cockpit report`: a report of an incident file."""

from contextlib import closing
from pathlib import Path
from typing import TextIO

from cockpit.clock import Clock
from cockpit.incident.atomic import write_atomically
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile
from cockpit.incident.lines import put
from cockpit.incident.names import newest
from cockpit.incident.report import report
from cockpit.runbooks.load import load_or_builtin


def run_report(
    path: Path | None,
    directory: Path,
    output: Path | None,
    clock: Clock,
    stdout: TextIO,
    stderr: TextIO,
    *,
    runbook: Path | None = None,
) -> int:
    """Write the report of the incident file `path`, or of the newest one in `directory`.

    It goes to the file `output`, in place of an older one, or to `stdout`. A damaged record is reported all the same,
    as far as it can be read, and marked. The checklist is that of `runbook`; of the built-in one without it.

    Returns:
        The exit status: 0; 1 when there is no report, or its record is damaged.
    """
    followed, trouble = load_or_builtin(runbook)
    if trouble is not None:
        stderr.write(f"cockpit report: {trouble}; the checklist is the generic one\n")
    try:
        path = path or _newest(directory)
        with closing(IncidentFile.read(path, clock=clock)) as file:
            entries, broken = file.audit()
        text = report(entries, followed, clock(), broken=broken)
        _put(text, output, stdout)
    except IncidentFileError as error:
        stderr.write(f"cockpit report: {error.in_full}\n")
        return 1
    except OSError as error:
        stderr.write(f"cockpit report: {output} could not be written: {error.strerror}\n")
        return 1
    if broken is not None:
        stderr.write(f"cockpit report: the record is damaged: entry {broken} of {path} is missing or was changed\n")
        return 1
    return 0


def _newest(directory: Path) -> Path:
    path = newest(directory)
    if path is None:
        raise IncidentFileError(f"there is no incident in {directory}", "cockpit report FILE")
    return path


def _put(text: str, output: Path | None, stdout: TextIO) -> None:
    if output is not None:
        write_atomically(output, text)
        return
    put(text, stdout)
