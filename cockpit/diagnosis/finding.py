"""What a rule concludes."""

from datetime import datetime
from enum import IntEnum

import msgspec


class FindingSeverity(IntEnum):
    """How bad a finding is; the lower, the worse."""

    WRONG = 0
    DOUBTFUL = 1


class Evidence(msgspec.Struct, frozen=True):
    """A fact that a finding rests on, and the reading that it stands in."""

    source: str
    """Name of the reading, such as `kubernetes/pods`."""
    ref: str
    """The object in it, such as `shop/api-7f9-x2`."""
    fact: str


class Finding(msgspec.Struct, frozen=True):
    """Something that is wrong, in one sentence, with what it rests on."""

    key: str
    """The same facts give the same key: `pods/crash-loop/shop/Deployment/api`."""
    severity: FindingSeverity
    title: str
    scenario: str
    """Anchor of the runbook scenario that deals with it, such as `crash-loop`."""
    evidence: tuple[Evidence, ...]
    since: datetime | None = None
    """When it began, as far as the readings tell (UTC)."""


class Findings(msgspec.Struct, frozen=True):
    """Everything that is wrong at one moment: the data of the reading `diagnosis`."""

    findings: tuple[Finding, ...] = ()
    """Worst first."""
