"""The commands `cockpit log evidence` and `cockpit log remove`: what is kept in an incident file beside its entries."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TextIO

from cockpit.clock import Clock
from cockpit.incident.atomic import write_atomically
from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.incident.errors import IncidentFileError, InputError
from cockpit.incident.evidence import Reference, references
from cockpit.incident.file import IncidentFile
from cockpit.incident.lines import put
from cockpit.text import clean


def list_evidence(path: Path, clock: Clock, stdout: TextIO) -> None:
    """Print what the entries of the file at `path` refer to: a line each, in their order.

    Raises:
        IncidentFileError: It cannot be read.
    """
    with closing(IncidentFile.read(path, clock=clock)) as file:
        entries = file.salvage()
    removed = {entry.data.get("sha256") for entry in entries if entry.kind is EntryKind.REMOVED}
    for entry, each in _all(entries):
        words = f"{each.sha256}  {entry.sequence:>5}  {each.size:>9,} bytes  {clean(each.media_type):<16}"
        gone = "  removed" if each.sha256 in removed else ""
        put(f"{words}  {clean(each.name)}{gone}\n", stdout)


def extract(path: Path, typed: str, output: Path | None, clock: Clock, stdout: TextIO) -> None:
    """Write the piece whose SHA-256 begins with what was `typed` to the file `output`, or to `stdout`.

    Raises:
        IncidentFileError: There is no such piece, it was removed, or it cannot be read or written.
    """
    with closing(IncidentFile.read(path, clock=clock)) as file:
        sha256 = _meant(file.salvage(), typed)
        content = file.content(sha256)
    if content is None:
        raise IncidentFileError(f"evidence {sha256} was removed", f"cockpit log show {path}")
    if output is None:
        _print(content, stdout)
        return
    try:
        write_atomically(output, content)
    except OSError as error:
        raise IncidentFileError(f"{output} could not be written: {error.strerror}") from error


def remove(path: Path, typed: str, reason: str, actor: str, clock: Clock) -> Entry:
    """Take the piece whose SHA-256 begins with what was `typed` out of the file, and give the entry that says so.

    Raises:
        IncidentFileError: There is no such piece, or it cannot be removed.
    """
    with closing(IncidentFile.open(path, clock=clock)) as file:
        return file.remove(_meant(file.salvage(), typed), reason, actor, EntrySource.COMMAND)


def _all(entries: Sequence[Entry]) -> list[tuple[Entry, Reference]]:
    return [(entry, each) for entry in entries for each in references(entry.data)]


def _meant(entries: Sequence[Entry], typed: str) -> str:
    """Find the one piece that is meant.

    Raises:
        InputError: None or several of them are.
    """
    found = {each.sha256 for _, each in _all(entries) if each.sha256.startswith(typed.casefold())}
    match len(found):
        case 1:
            return found.pop()
        case 0:
            raise InputError(f"there is no evidence {clean(typed)!r}", "cockpit log evidence FILE")
        case several:
            raise InputError(f"{several} pieces begin with {clean(typed)!r}: type more digits")


def _print(content: bytes, stdout: TextIO) -> None:
    """Print a piece as it is; on a terminal without what would steer it."""
    text = content.decode("utf-8", "replace")
    put("".join(f"{clean(line)}\n" for line in text.splitlines()) if stdout.isatty() else text, stdout)
