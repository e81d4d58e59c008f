"""How the log keeps messages, and which of them wait to be sent."""

from collections.abc import Iterable
from typing import Final

import msgspec

from cockpit.incident.correction import holding, standings
from cockpit.incident.entry import Draft, Entry, EntryKind
from cockpit.incident.messages.blanks import holes
from cockpit.incident.messages.template import Audience
from cockpit.redact import redact

DRAFTED: Final = "drafted"
SENT: Final = "sent"
COPIED: Final = "copied"
SAVED: Final = "saved"
_WAITS: Final = frozenset((DRAFTED, "failed"))
"""What did not reach anybody, as far as is known. What became unknown is not offered: it may be there already."""


class Told(msgspec.Struct, frozen=True):
    """What became of a message."""

    token: str
    """The same for all that becomes of one message."""
    name: str
    """Of the template."""
    channel: str
    text: str
    """As it was told."""
    state: str
    """drafted, saved, copied, sent, failed or unknown."""
    audience: str = Audience.INTERNAL
    target: str = ""
    """What the configuration calls it; empty: it was copied or saved."""
    answer: str = ""
    """What the target said."""
    reference: str = ""
    """By which the target knows the message, so that later ones go below it: a thread, the number of an issue."""


def tells_people(entry: Entry) -> bool:
    """Tell whether a message has reached people, as far as is known.

    One that was sent has. One that was copied is taken to have been put where people read it, unless something was
    still to be filled in; one that was saved lies in a file.
    """
    if entry.kind is not EntryKind.MESSAGE:
        return False
    state = entry.data.get("state")
    return state == SENT or (state == COPIED and not holes(entry.text))


def entry_of(told: Told, actor: str) -> Draft:
    """Write down what became of a message: a line that says it, then the message."""
    where = f" to {told.target}" if told.target else ""
    answer = f" ({told.answer})" if told.answer and told.state not in (SENT, COPIED) else ""
    if told.state in (COPIED, SAVED) and (blanks := len(holes(told.text))):
        answer += f" ({unfilled(blanks)})"
    data: dict[str, str | None] = {
        "message": told.name,
        "channel": told.channel,
        "token": told.token,
        "state": told.state,
        "audience": told.audience,
        "answer": told.answer,
        "target": told.target or None,
        "reference": told.reference or None,
    }
    text = redact(f"message {told.state}{where}: {told.name}{answer}\n{told.text}")
    return Draft(EntryKind.MESSAGE, text, actor, data=data)


def unfilled(blanks: int) -> str:
    """Say how many blanks of a message are not filled."""
    return "1 blank is not filled" if blanks == 1 else f"{blanks} blanks are not filled"


def waiting(entries: Iterable[Entry]) -> list[Told]:
    """Give the messages that still have to be told, the newest first. A retracted one is given up."""
    newest: dict[str, Told] = {}
    for entry in holding(standings(entries)):
        if entry.kind is EntryKind.MESSAGE:
            told = _told(entry)
            newest.pop(told.token, None)
            newest[told.token] = told
    return [told for told in reversed(newest.values()) if told.state in _WAITS]


def reference(entries: Iterable[Entry], target: str) -> str:
    """Give by what a target knows the first message that it got of this incident; empty: it got none."""
    messages = (entry for entry in holding(standings(entries)) if entry.kind is EntryKind.MESSAGE)
    known = (entry.data.get("reference") for entry in messages if entry.data.get("target") == target)
    return next(filter(None, known), "")


def _told(entry: Entry) -> Told:
    def said(name: str) -> str:
        return entry.data.get(name) or ""

    token = said("token") or str(entry.sequence)
    text = entry.text.partition("\n")[2]
    audience = said("audience") or Audience.INTERNAL
    return Told(
        token,
        said("message"),
        said("channel"),
        text,
        said("state"),
        audience,
        said("target"),
        said("answer"),
        said("reference"),
    )
