"""What an action would do, before it does anything: the data that is previewed, confirmed, recorded and run."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from cockpit.actions.messages.operations import SendHttp, SendMail
from cockpit.actions.resource import Ref
from cockpit.sources.web.model import Matcher

STRATEGIC: Final = "application/strategic-merge-patch+json"
MERGE: Final = "application/merge-patch+json"


class Verb(StrEnum):
    """What is done."""

    RESTART = "restart"
    ROLLBACK = "rollback"
    SCALE = "scale"
    DELETE = "delete"
    SET_IMAGE = "set image"
    SET_ENV = "set env"
    SET_RESOURCES = "set resources"
    CORDON = "cordon"
    UNCORDON = "uncordon"
    EVICT = "evict"
    DRAIN = "drain"
    FORCE_DELETE = "force delete"
    SET_MAXIMUM = "set maximum"
    RENEW = "renew"
    CANCEL = "cancel"
    TERMINATE = "terminate"
    TERMINATE_IDLE = "terminate idle"
    TERMINATE_BLOCKERS = "terminate blockers"
    VACUUM = "vacuum"
    ANALYZE = "analyze"
    SILENCE = "silence"
    EXPIRE_SILENCE = "expire silence"
    SEND = "send"


class Risk(StrEnum):
    """How much care an action asks for."""

    WRITE = "write"
    """It can be undone by another action."""
    DESTROY = "destroy"
    """Something is ended that does not come back as it was."""


class Guard(msgspec.Struct, frozen=True):
    """What an object was like when the plan was made. An action does nothing to one that is different by now."""

    uid: str
    """What tells it from a namesake."""
    resource_version: str = ""
    spec: Mapping[str, Any] = {}
    """What was asked for then, or what a backend was at. It is the spec that is held against the object, not the
    resourceVersion alone: that one changes with every status, several times a second for a workload in trouble."""
    ignores: tuple[str, ...] = ()
    """Fields of the spec that others may change without disturbing the plan, such as an autoscaler the replicas."""
    by: str = "uid"
    """What `uid` is: of a backend it is its `backend_start`, of a table its `oid`, of a silence its `id`."""

    def __str__(self) -> str:
        """Tell by what it is known: `uid 3f0c…, version 70`."""
        version = f", version {self.resource_version}" if self.resource_version else ""
        return f"{self.by} {self.uid}{version}"


class Patch(msgspec.Struct, frozen=True):
    """Changes fields of an object."""

    changes: Mapping[str, Any]
    """The strategic merge patch, without the guard."""
    subresource: str = ""
    content_type: str = STRATEGIC


class Delete(msgspec.Struct, frozen=True):
    """Deletes an object, with the grace period of its spec."""

    force: bool = False
    """Without a grace period: a pod that is Terminating is forgotten, whatever its kubelet does."""
    lingers: str = ""
    """Why it stays although it is deleted; empty: it does not."""


class Evict(msgspec.Struct, frozen=True):
    """Deletes a pod if the disruption budgets allow it."""

    budgets: tuple[str, ...] = ()
    """Those that cover the pod."""
    lingers: str = ""
    """Why it stays although it is evicted; empty: it does not."""


class Signal(msgspec.Struct, frozen=True):
    """Asks a backend of a Postgres server to leave its statement, or to end."""

    function: str
    """`pg_cancel_backend` or `pg_terminate_backend`."""


class Maintain(msgspec.Struct, frozen=True):
    """Looks after a table of a Postgres database."""

    statement: str
    """`VACUUM "public"."orders"`."""


class AddSilence(msgspec.Struct, frozen=True):
    """Has an Alertmanager tell nobody of some alerts for a while, which begins when it is run."""

    matchers: tuple[Matcher, ...]
    lasts: timedelta
    author: str
    comment: str


class ExpireSilence(msgspec.Struct, frozen=True):
    """Ends a silence of an Alertmanager."""


Operation = Patch | Delete | Evict | Signal | Maintain | AddSilence | ExpireSilence | SendHttp | SendMail


class Target(msgspec.Struct, frozen=True):
    """One object, and what is done to it."""

    ref: Ref
    guard: Guard
    operation: Operation


class Right(msgspec.Struct, frozen=True):
    """What a person must be allowed to do, in the terms of a SelfSubjectAccessReview."""

    verb: str
    group: str
    resource: str
    subresource: str = ""
    namespace: str = ""
    name: str = ""


class Plan(msgspec.Struct, frozen=True):
    """An action as it is previewed. Nothing that it tells is secret; an operation may be, and is told to nobody."""

    verb: Verb
    title: str
    """Such as `rollback deployment/api to revision 11`."""
    command: str
    """What a person would type to do the same."""
    risk: Risk
    context: str
    """Where it was planned: a context of the kubeconfig, or the name of the reading of a server, such as
    `postgres/shop-db` or `web/alertmanager/main`."""
    subject: str
    """What a person types to confirm it in a protected context."""
    targets: tuple[Target, ...]
    """In the order in which they are dealt with."""
    changes: tuple[str, ...] = ()
    """What will be different, as `image a → b`."""
    warnings: tuple[str, ...] = ()
    refused: str = ""
    """Why it must not be run; empty: it may be."""
    rights: tuple[Right, ...] = ()
    recorded: str = ""
    """The command as it goes into the incident log, where the whole of it is too long to be read; empty: as it is."""
