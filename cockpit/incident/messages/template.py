"""What a message is made of."""

from enum import StrEnum

import msgspec


class Purpose(StrEnum):
    """What a message is for."""

    INITIAL = "initial"
    UPDATE = "update"
    RESOLVED = "resolved"
    STATUS_PAGE = "status page"
    STAKEHOLDERS = "stakeholders"
    ESCALATION = "escalation"
    INVITATION = "invitation"


class Audience(StrEnum):
    """Who reads it."""

    INTERNAL = "internal"
    CUSTOMER = "customer"
    """They are not told what the cockpit found: that is for those who mend it."""


class Template(msgspec.Struct, frozen=True):
    """A message before it is filled."""

    name: str
    purpose: Purpose
    text: str
    channel: str
    """`slack`, `status page` or `email`: how it will look."""
    subject: str | None = None
    status: str | None = None
    """Of a status page: the common status that it is for."""
    audience: Audience = Audience.INTERNAL
    recipients: str = ""
    """In the words of the runbook."""
    own: bool = False
    """Whether it is one of the runbook."""
