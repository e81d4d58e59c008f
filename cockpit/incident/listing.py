"""The incidents of a directory as a table of text."""

from collections.abc import Iterator, Sequence

from cockpit.incident.catalogue import Listed
from cockpit.text import clean

_HEAD = ("FILE", "STANDING", "SEVERITY", "STATUS", "DECLARED", "ENTRIES", "TITLE")


def as_table(listed: Sequence[Listed]) -> Iterator[str]:
    """Write a line for each incident, below what the columns mean; nothing when there is none. Times are UTC.

    Nothing in it steers a terminal. The first column is the file: `cockpit log list | awk 'NR > 1 {print $1}'`.
    """
    rows = [_row(incident) for incident in listed]
    if not rows:
        return
    widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(len(_HEAD))]
    for row in (_HEAD, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(incident: Listed) -> tuple[str, ...]:
    path = clean(str(incident.path))
    if incident.trouble:
        return path, "unreadable", "-", "-", "-", "-", clean(incident.trouble)
    state = incident.state
    standing = "open" if incident.open else "closed" if state.closed_at else "empty"
    declared = f"{state.declared_at:%Y-%m-%dT%H:%M:%SZ}" if state.declared_at else "-"
    told = (standing, state.severity or "-", state.status or "-", declared, str(incident.entries))
    return path, *map(clean, told), clean(incident.title) or "-"
