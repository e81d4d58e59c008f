"""How the log keeps what people know, or hold to be so: milestones, and what the cause may be."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

import msgspec

from cockpit.incident.entry import Draft, Entry, EntryKind, TimeSource

MILESTONES = {
    "impact started": "the first who could not work",
    "detected": "somebody or something noticed",
    "identified": "the cause is known",
    "mitigated": "users can work again",
}
"""Those that a person tells, and what each means."""
CONFIRMED, RULED_OUT = "confirmed", "ruled out"


class Hypothesis(msgspec.Struct, frozen=True):
    """What may be the cause."""

    id: str
    text: str
    state: str
    """open, confirmed or ruled out."""


def milestone(name: str, at: datetime, actor: str) -> Draft:
    """Write down when something was so (UTC), as `actor` says."""
    return Draft(
        EntryKind.MILESTONE, name, actor, occurred_at=at, time_from=TimeSource.PERSON, data={"milestone": name}
    )


def hypothesis(text: str, actor: str) -> Draft:
    """Write down what may be the cause."""
    return Draft(EntryKind.HYPOTHESIS, text, actor, data={"hypothesis": uuid4().hex, "state": "open"})


def judged(held: Hypothesis, state: str, why: str, actor: str) -> Draft:
    """Write down what has come of it, and why."""
    text = f"{held.text}: {state} ({why})" if why else f"{held.text}: {state}"
    return Draft(EntryKind.HYPOTHESIS, text, actor, data={"hypothesis": held.id, "state": state})


def hypotheses(entries: Iterable[Entry]) -> tuple[Hypothesis, ...]:
    """Give what is held for the cause, in the order in which it was first said."""
    held: dict[str, Hypothesis] = {}
    for entry in entries:
        if entry.kind is EntryKind.HYPOTHESIS:
            token, state = entry.data.get("hypothesis") or str(entry.sequence), entry.data.get("state") or "open"
            text = held[token].text if token in held else entry.text
            held[token] = Hypothesis(token, text, state)
    return tuple(held.values())
