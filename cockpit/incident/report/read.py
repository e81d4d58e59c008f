"""The report of what is in an incident file."""

from contextlib import suppress
from datetime import datetime

from cockpit.incident.beforehand import happened_before
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import SVG
from cockpit.incident.file import IncidentFile
from cockpit.incident.opening import runbook_in
from cockpit.incident.report.compose import compose
from cockpit.incident.report.customer import for_customers
from cockpit.incident.report.model import Audience, Report
from cockpit.runbooks.model import Runbook


def read_report(file: IncidentFile, runbook: Runbook, now: datetime, audience: Audience = Audience.INTERNAL) -> Report:
    """Make the report of all that can be read of a file.

    Args:
        file: damaged or not; it may still be written by others.
        runbook: what was followed, when the file itself does not hold it.
        now: the time of writing (UTC).
        audience: whom it is for.
    """
    with file.one_moment():
        entries, broken = file.audit()
        waiting = file.waiting()
        before = happened_before(file, entries)
    followed = runbook_in(file, entries) or runbook
    report = compose(entries, followed, now, broken=broken, waiting=waiting, before=before)
    return for_customers(report, followed) if audience is Audience.CUSTOMER else report


def pictures_in(file: IncidentFile, report: Report) -> dict[str, bytes]:
    """Read the pictures that a report shows, by their SHA-256; what cannot be read is left out."""
    pictures = {}
    for captured in report.evidence:
        if captured.media_type == SVG:
            with suppress(IncidentFileError):
                content = file.content(captured.sha256)
                if content is not None:
                    pictures[captured.sha256] = content
    return pictures
