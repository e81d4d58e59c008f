"""When something was so in an incident. What nobody recorded is unknown: it is never inferred from something else."""

from collections.abc import Callable, Iterable, Sequence

from cockpit.incident.clocks import ACKNOWLEDGED, RESOLVED, acknowledged_at, acknowledges
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.report.model import Milestone
from cockpit.incident.state import IncidentState
from cockpit.runbooks.model import Runbook

IMPACT_STARTED, DETECTED, DECLARED = "impact started", "detected", "declared"
IDENTIFIED, MITIGATED, CLOSED = "identified", "mitigated", "closed"

NAMES = (IMPACT_STARTED, DETECTED, ACKNOWLEDGED, DECLARED, IDENTIFIED, MITIGATED, RESOLVED, CLOSED)
"""In the order in which they come in most incidents."""


def milestones(entries: Sequence[Entry], state: IncidentState, runbook: Runbook) -> dict[str, Milestone]:
    """Find the milestones of an incident by name.

    What a person calls a milestone comes first; of several that say so, the last.

    Args:
        entries: those that hold, in the order of recording.
        state: what they add up to.
        runbook: what was followed; one of its steps may ask for an acknowledgement.
    """
    said = {entry.data.get("milestone"): entry for entry in entries if entry.kind is EntryKind.MILESTONE}
    found = {name: said.get(name) or _otherwise(name, entries) for name in NAMES}
    if state.closed_at is None:  # what was opened again is not closed
        found[CLOSED] = None
    if found[ACKNOWLEDGED] is None:
        at = acknowledged_at(state, runbook)
        fits = (entry for entry in entries if entry.occurred_at == at and acknowledges(entry, runbook))
        found[ACKNOWLEDGED] = next(fits, None)
    return {
        name: Milestone(name, *((entry.occurred_at, entry.sequence) if entry else ())) for name, entry in found.items()
    }


def _otherwise(name: str, entries: Sequence[Entry]) -> Entry | None:
    """Find an entry that is the milestone without being called so."""
    match name:
        case "declared":
            return _first(entries, lambda entry: entry.kind is EntryKind.DECLARED)
        case "identified":
            return _first(entries, lambda entry: _status(entry) == IDENTIFIED)
        case "resolved":  # what was opened again is not resolved
            last = _first(reversed(entries), lambda entry: entry.kind is EntryKind.STATUS)
            return last if last is not None and _status(last) == RESOLVED else None
        case "closed":
            return _first(reversed(entries), lambda entry: entry.kind is EntryKind.CLOSED)
    return None


def _status(entry: Entry) -> str | None:
    return (entry.data.get("to") or "").casefold() if entry.kind is EntryKind.STATUS else None


def _first(entries: Iterable[Entry], fits: Callable[[Entry], bool]) -> Entry | None:
    return next((entry for entry in entries if fits(entry)), None)
