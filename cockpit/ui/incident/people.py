"""Who may be meant when somebody is to be named: for a role, or as the owner of an action item."""

from collections.abc import Iterable, Mapping
from typing import Any

from textual.app import App

from cockpit.incident.entry import Entry, EntrySource
from cockpit.incident.state import IncidentState
from cockpit.runbooks.model import Runbook
from cockpit.text import clean
from cockpit.ui.dialogs import ask
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

ANOTHER = "somebody else"
NOBODY = "nobody"
_MOST = 60
"""Characters of a name."""


def people(
    present: Mapping[str, str], entries: Iterable[Entry], state: IncidentState, runbook: Runbook
) -> dict[str, str]:
    """Name who may be meant, each with why: who is there, then who has a role or wrote, then whom the runbook names.

    Args:
        present: who is there, with how that is known.
        entries: of the incident.
        state: what they add up to.
        runbook: its contacts are on call.
    """
    wrote = (one_name(entry.actor) for entry in entries if entry.source is not EntrySource.COCKPIT)
    found = {contact.role: ", ".join(contact.ways) for contact in runbook.contacts}
    found = dict.fromkeys(wrote, "has written") | {person: role for role, person in state.roles.items()} | found
    return {clean(name): clean(why) for name, why in {**present, **found, **present}.items() if name}


def one_name(actor: str) -> str:
    """Give the person of `ana, via root`."""
    return actor.partition(", via ")[0]


async def ask_person(app: App[Any], title: str, known: Mapping[str, str], current: str | None) -> str | None:
    """Ask for a person: one of those who are `known`, or any name.

    Returns:
        The name; empty when nobody is to have it any more, which is offered when `current` has it; None when the
        person goes back.
    """
    choices = [Choice(name, why) for name, why in known.items()]
    more = [Choice(ANOTHER, "asks for the name"), *([Choice(NOBODY, f"{current} no longer")] if current else [])]
    chosen = await ask(app, Picker(title, [*choices, *more], current, new="new"))
    if chosen == ANOTHER:
        return await app.push_screen_wait(Question(title, hint="the name goes into the log", check=_name))
    return "" if chosen == NOBODY else chosen and chosen[:_MOST]


def _name(text: str) -> None:
    if not text or len(text) > _MOST:
        raise ValueError("a name, please" if not text else f"a shorter name, please: at most {_MOST} characters")
