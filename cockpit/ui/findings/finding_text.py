"""A finding in full, for where there is room for it."""

from cockpit.diagnosis.finding import Finding
from cockpit.text import clean


def finding_text(finding: Finding) -> str:
    """Write the title, with what changed shortly before in its details: `… 40 s after revision 12 (image …)`."""
    title, changed = clean(finding.title), finding.changed
    if changed is None:
        return title
    short, full = clean(changed.short), clean(changed.text)
    return title.replace(short, full, 1) if short and short in title else f"{title} · {full}"
