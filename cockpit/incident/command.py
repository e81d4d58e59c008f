"""The command `cockpit report`: a report of an incident file."""

from contextlib import closing
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Final, TextIO

import msgspec

from cockpit.clock import Clock
from cockpit.incident.atomic import write_atomically
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile
from cockpit.incident.lines import put
from cockpit.incident.names import newest
from cockpit.incident.report.formats import Format, format_of, written
from cockpit.incident.report.model import Audience
from cockpit.incident.report.read import pictures_in, read_report
from cockpit.runbooks.load import load_or_builtin

_STDOUT: Final = Path("-")


class Wish(msgspec.Struct, frozen=True):
    """Which report is wanted, and where."""

    output: Path | None = None
    """A file, which takes the place of an older one; None, or `-`: standard output."""
    format: Format | None = None
    """None: what the name of the output ends in, or Markdown."""
    audience: Audience = Audience.INTERNAL
    zone: tzinfo = UTC


def run_report(
    path: Path | None,
    directory: Path,
    wish: Wish,
    clock: Clock,
    stdout: TextIO,
    stderr: TextIO,
    *,
    runbook: Path | None = None,
) -> int:
    """Write the report of the incident file `path`, or of the newest one in `directory`.

    A damaged record is reported all the same, as far as it can be read, and marked. The checklist is the one that the
    file holds; where it holds none, that of `runbook`, or the built-in one.

    Returns:
        The exit status: 0; 1 when there is no report, or its record is damaged.
    """
    followed, trouble = load_or_builtin(runbook)
    if trouble is not None:
        stderr.write(f"cockpit report: {trouble}\n")
    try:
        path = path or _newest(directory)
        with closing(IncidentFile.read(path, clock=clock)) as file:
            report = read_report(file, followed, clock(), wish.audience)
            pictures = pictures_in(file, report)
        text = written(report, wish.format or format_of(wish.output), wish.zone, pictures)
        _put(text, wish.output, stdout)
    except IncidentFileError as error:
        stderr.write(f"cockpit report: {error.in_full}\n")
        return 1
    except OSError as error:
        stderr.write(f"cockpit report: {wish.output} could not be written: {error.strerror}\n")
        return 1
    broken = report.integrity.broken
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
    if output is not None and output != _STDOUT:
        write_atomically(output, text)
        return
    put(text, stdout)
