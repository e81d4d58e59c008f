"""What a rule hands on: a finding that is not yet joined with its consequences, and with what changed before it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from cockpit.diagnosis.beginning import Beginning
from cockpit.diagnosis.causes import RANK, SCENARIOS, Cause
from cockpit.diagnosis.explanation import Shared
from cockpit.diagnosis.finding import Change, Evidence, Finding, FindingSeverity, SinceFrom, Suggestion
from cockpit.diagnosis.wording import one_line
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.text import clean

LONGEST_TITLE = 400
"""Characters; what does not fit a line is seen when the finding is opened."""


class Problem(msgspec.Struct, frozen=True):
    """Something that is wrong, in parts."""

    cause: Cause
    key: str
    severity: FindingSeverity
    subject: ObjectRef
    """The workload, node, claim … that it is about."""
    name: str
    """How a title calls the subject."""
    what: str
    """What is wrong with it: `3 of 3 pods crash-loop, exit 1`."""
    why: str = ""
    """What explains it: `environment variable DATABASE_URL is not set`."""
    evidence: tuple[Evidence, ...] = ()
    since: datetime | None = None
    began_within: timedelta = timedelta()
    """It began at `since`, or later by as much: a metric of a minute says no more."""
    objects: tuple[ObjectRef, ...] = ()
    """What it is about beside the subject."""
    actions: tuple[Suggestion, ...] = ()
    pods: tuple[Pod, ...] = ()
    """Those that show it."""
    changed: Change | None = None
    shared: Shared | None = None
    """What other workloads may fail from as well."""
    covers: tuple[str, ...] = ()
    """Keys of the problems that it tells together."""
    consequences: tuple[str, ...] = ()
    """What else is wrong because of it: `service api has no endpoint`."""
    since_from: SinceFrom = SinceFrom.SERVER
    """How `since` is known."""

    @property
    def beginning(self) -> Beginning | None:
        """When it began; None: it does not say."""
        return Beginning(self.since, self.began_within, self.since_from) if self.since is not None else None

    def begun(self, beginning: Beginning) -> "Problem":
        """Give the same problem with when it began."""
        return msgspec.structs.replace(
            self, since=beginning.at, began_within=beginning.within, since_from=beginning.known
        )

    def with_consequence(
        self, text: str = "", evidence: tuple[Evidence, ...] = (), objects: tuple[ObjectRef, ...] = ()
    ) -> "Problem":
        """Give the same problem with something that follows from it, and is not told on its own."""
        return msgspec.structs.replace(
            self,
            consequences=(*self.consequences, text) if text else self.consequences,
            evidence=(*self.evidence, *evidence),
            objects=(*self.objects, *objects),
        )

    def explaining(self, effect: "Problem", text: str = "") -> "Problem":
        """Give the same problem with another one that follows from it; it is as bad as the worse of the two."""
        joined = self.with_consequence(text, effect.evidence[:1], (effect.subject, *effect.objects))
        return msgspec.structs.replace(
            joined,
            severity=min(self.severity, effect.severity),
            consequences=(*joined.consequences, *effect.consequences),
            actions=(*self.actions, *effect.actions),
        )

    @property
    def order(self) -> tuple[int, int, str]:
        """Worst first."""
        return self.severity, RANK[self.cause], self.key

    def finding(self) -> Finding:
        """Put it into one sentence."""
        changed = f", {self.changed.short}" if self.changed else ""
        why = f": {self.why}" if self.why else ""
        sentence = "; ".join((f"{self.name}: {self.what}{changed}{why}", *self.consequences))
        return Finding(
            key=self.key,
            severity=self.severity,
            title=one_line(sentence, LONGEST_TITLE),
            scenario=SCENARIOS.get(self.cause, self.cause).value,
            evidence=tuple(_clean(proof) for proof in self.evidence),
            since=self.since,
            began_within=self.began_within if self.since is not None else timedelta(),
            changed=self.changed,
            objects=tuple(dict.fromkeys((self.subject, *self.objects))),
            actions=_distinct(self.actions),
            covers=self.covers,
            since_from=self.since_from,
        )


def _distinct(actions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Suggest once what several problems suggest that are told together; the first reason for it is enough."""
    first: dict[tuple[object, ...], Suggestion] = {}
    for each in actions:
        first.setdefault((each.verb, each.target, *sorted(each.parameters.items())), each)
    return tuple(first.values())


def _clean(proof: Evidence) -> Evidence:
    """Make sure that names of objects, too, cannot steer a terminal; the reference stays what the reading calls it."""
    if proof.fact.isprintable() and proof.command.isprintable():
        return proof
    return Evidence(proof.source, proof.ref, clean(proof.fact), clean(proof.command))
