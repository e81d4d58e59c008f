"""What a rule concludes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

import msgspec

from cockpit.sources.kubernetes.objects import ObjectRef

SLACK = timedelta(seconds=2)
"""The API tells most times in whole seconds, and the clocks of nodes differ a little."""


class FindingSeverity(IntEnum):
    """How bad a finding is; the lower, the worse."""

    WRONG = 0
    DOUBTFUL = 1
    NOTICE = 2
    """Nothing is the worse for it yet, or no longer."""


class SinceFrom(StrEnum):
    """How it is known when a finding began. The values are words of `cockpit.incident.entry.TimeSource`."""

    SERVER = "server"
    """The system that it happened to says so."""
    LOG_LINE = "log line"
    """The line of a log bears the time."""
    SEEN = "seen"
    """The cockpit saw it then."""


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact that a finding rests on, and the reading that it stands in."""

    source: str
    """Name of the reading, such as `kubernetes/pods`."""
    ref: str
    """The object in it, such as `shop/api-7f9-x2`."""
    fact: str
    command: str = ""
    """Where the fact is something that a person can do: what to type. Nothing runs it."""


class Change(msgspec.Struct, frozen=True):
    """What changed shortly before something went wrong."""

    at: datetime
    short: str
    """For a title: `40 s after revision 12`."""
    text: str
    """With the details: `40 s after revision 12 (image shop/api:1.4.2 → 1.4.3)`."""


class Verb(StrEnum):
    """What can be done to an object, and which parameters it takes."""

    RESTART = "restart"
    ROLLBACK = "rollback"
    """`revision`."""
    SCALE = "scale"
    """`replicas`."""
    DELETE_POD = "delete-pod"
    SET_IMAGE = "set-image"
    """`container`, `image`."""
    SET_ENV = "set-env"
    """`container`, `name`; the value is for the person to say."""
    SET_RESOURCES = "set-resources"
    """`container`, and of `cpu_request`, `cpu_limit`, `memory_request`, `memory_limit` those that change."""
    CORDON = "cordon"
    UNCORDON = "uncordon"
    EVICT = "evict"
    FORCE_DELETE = "force-delete"
    """A pod that is Terminating, or all of them on a node."""
    SET_MAXIMUM = "set-maximum"
    """`maximum`."""
    RENEW = "renew"
    CANCEL = "cancel"
    """What a connection does now: `pid`, `backend_start`."""
    TERMINATE = "terminate"
    """A connection: `pid`, `backend_start` (RFC 3339, microseconds)."""
    TERMINATE_IDLE = "terminate-idle"
    """Connections that have been idle, in a transaction or not, for so many `minutes`."""
    TERMINATE_BLOCKERS = "terminate-blockers"
    """The connections at the root of every wait for a lock."""
    SILENCE = "silence"
    """Alerts of an Alertmanager, by their labels: each parameter is a label and the value that it must have."""
    EXPIRE_SILENCE = "expire-silence"
    """`id`."""


class Suggestion(msgspec.Struct, frozen=True):
    """Something that could help. Nothing is done by it: `cockpit.actions` plans, previews and runs."""

    verb: Verb
    target: ObjectRef
    why: str
    parameters: Mapping[str, str] = {}
    """By the names that the verb lists; amounts as Kubernetes quantities."""


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
    began_within: timedelta = timedelta()
    """It began at `since`, or later by as much: a metric of a minute says no more."""
    changed: Change | None = None
    objects: tuple[ObjectRef, ...] = ()
    """What it is about, the most important first."""
    actions: tuple[Suggestion, ...] = ()
    """What could help, the likeliest first."""
    covers: tuple[str, ...] = ()
    """Keys of the findings that it tells together: they go on while it does."""
    since_from: SinceFrom = SinceFrom.SERVER
    """How `since` is known."""
    unseen_since: datetime | None = None
    """While its source cannot be read: when that was read last. Nobody knows whether it is still so."""

    @property
    def about(self) -> bool:
        """Tell whether `since` is known to the minute only."""
        return self.began_within > SLACK

    @property
    def unseen(self) -> str:
        """Say why it is not seen: `shop-db cannot be read`; empty: it is."""
        if self.unseen_since is None:
            return ""
        return f"{self.evidence[0].source.rpartition('/')[2]} cannot be read"


class Findings(msgspec.Struct, frozen=True):
    """Everything that is wrong at one moment: the data of the reading `diagnosis`."""

    findings: tuple[Finding, ...] = ()
    """Worst first."""
    forming: tuple[Finding, ...] = ()
    """What would be wrong if it lasted: nobody should be told that all is well."""
