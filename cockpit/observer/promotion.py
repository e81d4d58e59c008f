"""How a candidate goes into the incident log, with what it rests on."""

from cockpit.clock import rfc3339
from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.evidence import Piece, json_piece
from cockpit.observer.folding import Candidate
from cockpit.observer.observation import Observation


def promotion(candidate: Candidate, actor: str) -> Draft:
    """Write down what the cockpit saw, and that `actor` found it worth keeping.

    Cockpits in which the same is promoted at the same moment write it once.
    """
    last = candidate.last
    data: dict[str, str | None] = {
        "subject": last.subject,
        "observed": last.kind,
        "token": last.token,
        "until": rfc3339(candidate.until),
    }
    if candidate.count > 1:
        data["count"] = str(candidate.count)
    key = f"observed {last.kind} {last.subject} {last.token} {last.at:%Y-%m-%dT%H:%M}"
    return Draft(
        EntryKind.OBSERVED,
        candidate.text,
        actor,
        EntrySource.COCKPIT,
        occurred_at=candidate.since,
        time_from=candidate.time_from,
        data=data,
        key=key,
    )


def evidence(candidate: Candidate) -> list[Piece]:
    """Give what it rests on: the objects as they were read before and after, the first time and the last."""
    observed = [candidate.first] if candidate.first is candidate.last else [candidate.first, candidate.last]
    return [json_piece("observed.json", {"count": candidate.count, "observed": [_told(each) for each in observed]})]


def _told(observation: Observation) -> dict[str, object]:
    return {
        "at": rfc3339(observation.at),
        "time": observation.time_from,
        "text": observation.text,
        "data": observation.data,
    }
