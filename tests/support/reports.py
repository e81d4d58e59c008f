"""Reports as text, straight from entries."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from cockpit.incident.entry import Entry
from cockpit.incident.report.compose import compose
from cockpit.incident.report.formats import Format, written
from cockpit.runbooks.model import Runbook


def markdown_of(
    entries: Sequence[Entry], runbook: Runbook, now: datetime, *, broken: int | None = None, zone: tzinfo = UTC
) -> str:
    """Write the report of an incident as Markdown."""
    return written(compose(entries, runbook, now, broken=broken), Format.MARKDOWN, zone)
