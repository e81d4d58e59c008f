"""Who does what in an incident: how the log keeps it, and who leads."""

from collections.abc import Mapping
from typing import Final

from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.errors import InputError

STANDARD: Final = {
    "incident lead": "decides, and keeps the whole in view",
    "operations lead": "changes things; nobody else does",
    "communications lead": "tells stakeholders and customers",
    "scribe": "keeps the log",
}
"""The roles of the incident command system, as Google (IMAG) and PagerDuty use it, and what each means."""
LEADS: Final = ("incident lead", "incident commander", "commander", "lead")
"""What teams call the one who leads, in small letters."""
DRIVER: Final = "driver"
"""Who types in a shared terminal."""


def given(
    role: str, person: str | None, before: str | None, actor: str, source: EntrySource = EntrySource.PERSON
) -> Draft:
    """Write down that `person` has a role from now on; None: nobody has it any more. `before` is who had it."""
    who = person or "nobody"
    text = f"{role}: {before} → {who}" if before else f"{role}: {who}"
    return Draft(EntryKind.ROLE, text, actor, source, data={"role": role, "person": person})


def typed(line: str) -> tuple[str, str]:
    """Read a role and who has it, such as `incident lead: ana`.

    Raises:
        InputError: One of them is missing.
    """
    role, _, person = (part.strip() for part in line.partition(":"))
    if not role or not person:
        raise InputError("who has which role?", '--kind role "incident lead: ana"')
    return role.casefold() if role.casefold() in STANDARD else role, person


def lead(roles: Mapping[str, str]) -> str | None:
    """Tell who leads, by the names of the roles that people have; None: nobody was named."""
    named = {role.casefold(): person for role, person in roles.items()}
    return next((named[role] for role in LEADS if named.get(role)), None)
