"""Volume claims that are not bound, or have lost their volume."""

from collections.abc import Iterator

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.explanation import event_evidence
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import memory, one_line
from cockpit.sources.kubernetes.kind_names import VOLUME_CLAIMS
from cockpit.sources.kubernetes.objects import ObjectRef, VolumeClaim

_FAILURES = ("ProvisioningFailed", "FailedBinding", "VolumeMismatch", "ClaimLost", "ClaimMisbound")
_WAITS = ("WaitForFirstConsumer", "WaitForPodScheduled")
"""Reasons for which a claim waits for a pod, which is in order."""


def problems(view: View) -> Iterator[Problem]:
    """Find the claims that have waited for too long, and those that have lost their volume."""
    for claim in view.volume_claims.values():
        if claim.meta.deleting_since is not None:
            continue
        if claim.phase == "Lost":
            yield _problem(claim, "has lost its volume", FindingSeverity.WRONG, view)
        elif claim.phase == "Pending" and view.now - claim.meta.created > view.policy.unscheduled:
            yield from _pending(claim, view)


def _pending(claim: VolumeClaim, view: View) -> Iterator[Problem]:
    """Judge a claim that waits: it may do so for a pod, and for a while for its volume."""
    events = view.events(_ref(claim), *_FAILURES, *_WAITS, uid=claim.meta.uid)
    if events:
        cannot = events[0].reason in _FAILURES
    else:
        cannot = not claim.storage_class and view.now - claim.meta.created > view.policy.creating
    if cannot:
        yield _problem(claim, "is not bound", FindingSeverity.WRONG, view)


def _problem(claim: VolumeClaim, what: str, severity: FindingSeverity, view: View) -> Problem:
    subject = _ref(claim)
    failures = view.events(subject, *_FAILURES, uid=claim.meta.uid)
    size = f"{memory(claim.requested)} of " if claim.requested else ""
    storage = f"storage class {one_line(claim.storage_class)}" if claim.storage_class else "no storage class"
    return Problem(
        cause=Cause.VOLUME_CLAIM,
        key=f"claims/{Cause.VOLUME_CLAIM}/{claim.meta.namespace}/{claim.meta.name}",
        severity=severity,
        subject=subject,
        name=f"volume claim {one_line(view.name(subject))}",
        what=what,
        why=one_line(failures[0].message) if failures else "",
        evidence=(
            Evidence(VOLUME_CLAIMS, claim.meta.key, f"{one_line(claim.phase)}, asks for {size}{storage}"),
            *(event_evidence(event) for event in failures[:1]),
        ),
        since=claim.meta.created if claim.phase == "Pending" else None,
    )


def _ref(claim: VolumeClaim) -> ObjectRef:
    return ObjectRef("PersistentVolumeClaim", claim.meta.namespace, claim.meta.name)
