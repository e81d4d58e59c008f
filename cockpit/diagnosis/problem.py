"""What a rule hands on: a finding that is not yet joined with its consequences, and with what changed before it."""

from datetime import datetime, timedelta

import msgspec

from cockpit.diagnosis.causes import RANK, SCENARIOS, Cause
from cockpit.diagnosis.explanation import Shared
from cockpit.diagnosis.finding import Change, Evidence, Finding, FindingSeverity, Suggestion
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
            changed=self.changed,
            objects=tuple(dict.fromkeys((self.subject, *self.objects))),
            actions=self.actions,
            covers=self.covers,
        )


def _clean(proof: Evidence) -> Evidence:
    """Make sure that names of objects, too, cannot steer a terminal; the reference stays what the reading calls it."""
    return proof if proof.fact.isprintable() else Evidence(proof.source, proof.ref, clean(proof.fact))
