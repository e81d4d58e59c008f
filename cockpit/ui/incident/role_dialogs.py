"""Asks who types from now on, and who has which other role."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import App

from cockpit.incident.roles import DRIVER, STANDARD
from cockpit.observer.attendance import Attendance
from cockpit.text import clean
from cockpit.ui.dialogs import ask
from cockpit.ui.incident.people import ANOTHER, ask_person, people
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.incident.incident_desk import IncidentDesk

_ANOTHER_ROLE = "another role"
_TITLE = "Who types now?"


async def ask_role(
    app: App[Any], attendance: Attendance, record: "IncidentDesk", present: Mapping[str, str]
) -> tuple[str, str | None] | None:
    """Ask who types, or who has a role.

    Returns:
        The role, `DRIVER` for who types, and who has it from now on, None for nobody; None when the person goes back.
    """
    login, held = attendance.login, record.state.roles
    known = {client.name: client.how for client in attendance.clients} | {login.name: login.how}
    drivers = [Choice(clean(name), clean(how)) for name, how in known.items()]
    roles = [Choice(clean(role), _told(held.get(role), means)) for role, means in _roles(record).items()]
    choices = [*drivers, Choice(ANOTHER, "asks for the name"), *roles, Choice(_ANOTHER_ROLE, "asks which one")]
    chosen = await ask(
        app, Picker(f"{_TITLE} Or who has a role", choices, attendance.driver, new="new: types from now on")
    )
    if chosen == ANOTHER:
        hint = "the name goes into the log, beside the login"
        return DRIVER, await app.push_screen_wait(Question(_TITLE, hint=hint))
    if chosen == _ANOTHER_ROLE:
        chosen = await app.push_screen_wait(Question("Which role?", hint="what they do, in two or three words"))
    elif chosen is not None and chosen not in {role.key for role in roles}:
        return DRIVER, chosen
    if not chosen:
        return None
    everybody = people(present, record.entries, record.state, record.runbook)
    person = await ask_person(app, f"{chosen}: who?", everybody, held.get(chosen))
    return None if person is None else (chosen, person or None)


def _roles(record: "IncidentDesk") -> dict[str, str]:
    """Give the roles to choose from, each with what it means: those of the runbook, and what people have already."""
    offered = {role: STANDARD.get(role.casefold(), "") for role in record.runbook.roles or STANDARD}
    return offered | {role: offered.get(role, "") for role in record.state.roles if role != DRIVER}


def _told(person: str | None, means: str) -> str:
    who = clean(person) if person else "nobody yet"
    return f"{who} · {means}" if means else who
