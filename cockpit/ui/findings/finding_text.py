"""A finding in full, for where there is room for it."""

from datetime import UTC, tzinfo

from cockpit.diagnosis.finding import Finding
from cockpit.text import clean
from cockpit.ui.widgets.format import clock


def finding_text(finding: Finding, zone: tzinfo = UTC) -> str:
    """Write the title, with what changed shortly before in its details: `… 40 s after revision 12 (image …)`.

    What cannot be seen now says since when and why, at the time of `zone`.
    """
    title, changed = clean(finding.title), finding.changed
    unseen = f" · {not_seen(finding, zone)}: {clean(finding.unseen)}" if finding.unseen else ""
    if changed is None:
        return f"{title}{unseen}"
    short, full = clean(changed.short), clean(changed.text)
    told = title.replace(short, full, 1) if short and short in title else f"{title} · {full}"
    return f"{told}{unseen}"


def not_seen(finding: Finding, zone: tzinfo) -> str:
    """Say since when it is not known whether it is still so; empty: it is known."""
    return "" if finding.unseen_since is None else f"not seen since {clock(finding.unseen_since, zone)}"


def since_text(finding: Finding, zone: tzinfo) -> str:
    """Write since when, at the time of `zone`; what is known to the minute only, so: `~14:08`."""
    if finding.since is None:
        return ""
    told = clock(finding.since, zone)
    return f"~{told.rpartition(':')[0]}" if finding.about else told
