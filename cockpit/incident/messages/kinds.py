"""Which messages there are: those of the runbook, and those that come with the cockpit."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from cockpit.incident.clocks import RESOLVED, ClockName, Due
from cockpit.incident.messages.built_in import BUILT_IN
from cockpit.incident.messages.template import Audience, Purpose, Template
from cockpit.incident.state import IncidentState
from cockpit.runbooks.applies import common_status
from cockpit.runbooks.model import Message, Runbook

_DOCUMENT: Final = "document"
_PURPOSES: Final = (
    (Purpose.INVITATION, re.compile(r"invitation|scheduled: ", re.IGNORECASE)),
    (Purpose.STATUS_PAGE, re.compile(r"status page", re.IGNORECASE)),
    (Purpose.ESCALATION, re.compile(r"escalat", re.IGNORECASE)),
    (Purpose.STAKEHOLDERS, re.compile(r"customer|stakeholder|executive", re.IGNORECASE)),
    (Purpose.RESOLVED, re.compile(r"resol(?:ved|ution)|all clear", re.IGNORECASE)),
    (Purpose.UPDATE, re.compile(r"update", re.IGNORECASE)),
)
"""What a name says, the most telling first; all else announces an incident."""
_SAYS_RESOLVED: Final = re.compile(r"^\W{0,4}status\W{1,6}resolved\s*$", re.IGNORECASE | re.MULTILINE)
_STATE_WORDS: Final = re.compile(r"investigat\w+|identified|monitoring|resolved", re.IGNORECASE)
_FOR_CUSTOMERS: Final = re.compile(r"customer|public|status page", re.IGNORECASE)


def templates(runbook: Runbook) -> tuple[Template, ...]:
    """Give all messages: those of the runbook first, then those that come with the cockpit.

    Documents are left out: they are nothing that is told to people while it lasts, and the report is made of the log.
    """
    own = [_own(message) for message in runbook.messages if message.channel != _DOCUMENT]
    taken: set[str] = set()
    named = [msgspec.structs.replace(each, name=_unique(each.name, taken)) for each in (*own, *BUILT_IN)]
    return tuple(named)


def by_need(all_: Sequence[Template], state: IncidentState, due: Iterable[Due] = ()) -> list[Template]:
    """Order messages by what is told next: first what fits phase and status, those of the runbook before the others.

    Args:
        all_: what there is.
        state: how the incident stands.
        due: what is pressing in it, such as an escalation.
    """
    wanted = _wanted(state, escalates=any(each.clock is ClockName.ESCALATE for each in due))
    status = common_status(state.status or "")

    def place(template: Template) -> tuple[int, bool, bool]:
        rank = wanted.index(template.purpose)
        other = template.status is not None and template.status != status
        return rank, other, not template.own

    return sorted(all_, key=place)


def _wanted(state: IncidentState, *, escalates: bool) -> list[Purpose]:
    if state.closed_at is not None:
        first = [Purpose.INVITATION, Purpose.RESOLVED, Purpose.STATUS_PAGE]
    elif common_status(state.status or "") == RESOLVED:
        first = [Purpose.RESOLVED, Purpose.STATUS_PAGE, Purpose.STAKEHOLDERS, Purpose.INVITATION]
    elif state.updated_at is None:
        first = [Purpose.INITIAL, Purpose.STATUS_PAGE]
    else:
        first = [Purpose.UPDATE, Purpose.STATUS_PAGE]
    if escalates and Purpose.ESCALATION not in first:
        first.append(Purpose.ESCALATION)
    return [*first, *(each for each in Purpose if each not in first)]


def _own(message: Message) -> Template:
    told = f"{message.name} {message.subject or ''}"
    purpose = next((each for each, pattern in _PURPOSES if pattern.search(told)), Purpose.INITIAL)
    if message.channel == Purpose.STATUS_PAGE:
        purpose = Purpose.STATUS_PAGE
    elif _SAYS_RESOLVED.search(message.text):
        purpose = Purpose.RESOLVED
    said = _STATE_WORDS.search(f"{message.name} {message.text}") if purpose is Purpose.STATUS_PAGE else None
    audience = Audience.CUSTOMER if _FOR_CUSTOMERS.search(f"{told} {purpose}") else Audience.INTERNAL
    channel = message.channel or ("email" if message.subject else "slack")
    return Template(
        message.name,
        purpose,
        message.text,
        channel,
        subject=message.subject,
        status=common_status(said[0]) if said else None,
        audience=audience,
        recipients=message.recipients or "",
        own=True,
    )


def _unique(name: str, taken: set[str]) -> str:
    told, number = name, 1
    while told in taken:
        number += 1
        told = f"{name} ({number})"
    taken.add(told)
    return told
