"""What a person may do, asked of the API server before a key is offered (SelfSubjectAccessReview)."""

import threading
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.wire_meta import WireObject

KNOWN_FOR = timedelta(minutes=1)
"""As long as an answer is not asked for again: rights seldom change, and keys are looked at often."""
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


class Verdict(StrEnum):
    """Whether something may be done."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"
    """The server did not say: offer it, and let the server refuse."""


class Judged(NamedTuple):
    """A verdict, why, and what a person can type to see for themselves."""

    verdict: Verdict
    why: str = ""
    remedy: str | None = None


class Attributes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be done (authorization.k8s.io/v1: ResourceAttributes)."""

    verb: str
    group: str
    resource: str
    """Plural."""
    subresource: str = ""
    namespace: str = ""
    """Empty for all namespaces, and for what belongs to the whole cluster."""
    name: str = ""
    """Empty for all objects."""


class _ReviewStatus(WireObject):
    allowed: bool | None = None
    reason: str | None = None
    evaluation_error: str | None = None


class _Review(WireObject):
    status: _ReviewStatus = msgspec.field(default_factory=_ReviewStatus)


_REVIEW: Final = msgspec.json.Decoder(_Review)


class Rights:
    """Asks what may be done. A review is a POST that writes nothing. Every method blocks; safe to use from threads."""

    def __init__(self, cluster: Cluster, clock: Clock = utc_now) -> None:
        """Prepare to ask about the user with whose credentials `cluster` is read."""
        self._cluster = cluster
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Attributes, tuple[datetime, Judged]] = {}

    def may(
        self,
        verb: str,
        resource: str,
        *,
        group: str = "",
        subresource: str = "",
        namespace: str = "",
        name: str = "",
    ) -> Judged:
        """Tell whether something may be done; never raises.

        Args:
            verb: as in a role, such as `patch`.
            resource: plural, such as `deployments`.
            group: of the API, such as `apps`; empty for the core group.
            subresource: such as `scale`.
            namespace: empty for all, and for what belongs to the whole cluster.
            name: of the object; empty for any.
        """
        asked = Attributes(verb, group, resource, subresource, namespace, name)
        now = self._clock()
        with self._lock:
            self._known = {each: known for each, known in self._known.items() if now - known[0] < KNOWN_FOR}
            if asked in self._known:
                return self._known[asked][1]
        judged = self._ask(asked)
        if judged.verdict is not Verdict.UNKNOWN:
            with self._lock:
                self._known[asked] = now, judged
        return judged

    def _ask(self, asked: Attributes) -> Judged:
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        try:
            answer = self._cluster.send("POST", _REVIEWS, msgspec.json.encode(body))
            status = _REVIEW.decode(answer).status
        except SourceError as error:
            return Judged(Verdict.UNKNOWN, error.message, error.remedy)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return Judged(Verdict.UNKNOWN, f"the answer to {_REVIEWS} is no review: {error}")
        if status.allowed:
            return Judged(Verdict.ALLOWED, status.reason or "")
        if status.evaluation_error:
            return Judged(Verdict.UNKNOWN, status.evaluation_error, self._remedy(asked))
        what, where = _written(asked), f" in {asked.namespace}" if asked.namespace else ""
        why = f"may not {asked.verb} {what}{where}" + (f": {status.reason}" if status.reason else "")
        return Judged(Verdict.DENIED, why, self._remedy(asked))

    def _remedy(self, asked: Attributes) -> str:
        what = _written(asked).split("/", 1)[0] + (f"/{asked.name}" if asked.name else "")
        sub = f" --subresource {asked.subresource}" if asked.subresource else ""
        scope = f" -n {asked.namespace}" if asked.namespace else ""
        return self._cluster.kubectl.command(f"auth can-i {asked.verb} {what}{sub}{scope}")


def _written(asked: Attributes) -> str:
    """Write a resource as kubectl does: `deployments.apps/scale`."""
    resource = f"{asked.resource}.{asked.group}" if asked.group else asked.resource
    return f"{resource}/{asked.subresource}" if asked.subresource else resource
