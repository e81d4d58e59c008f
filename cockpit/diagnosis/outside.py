"""What the rules about AWS and the web have in common."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from cockpit.diagnosis.beginning import finer
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.facts import Outside
from cockpit.diagnosis.finding import Evidence, FindingSeverity, SinceFrom, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import counted, one_line, quoted, size
from cockpit.reading import Trouble, TroubleKind
from cockpit.sources.kubernetes.objects import ObjectRef

T = TypeVar("T")

GRACE = timedelta(minutes=2)
"""A failure to read that may pass leaves what the last good look told in force for so long."""
LONGEST_FACT = 200
"""Characters that are kept of a fact."""

_ANEW = (Verb.RESTART, Verb.DELETE_POD)
"""New pods need a service of others as much as those before them."""
_FOR_A_PERSON = (TroubleKind.DENIED, TroubleKind.EXPIRED, TroubleKind.MISSING)
"""Troubles that do not pass by themselves."""
_TROUBLES = {
    TroubleKind.UNREACHABLE: "cannot be reached",
    TroubleKind.TIMEOUT: "does not answer",
    TroubleKind.DENIED: "does not allow us to look",
    TroubleKind.EXPIRED: "does not know us: log in again",
    TroubleKind.THROTTLED: "has us wait",
    TroubleKind.REFUSED: "answers with an error",
    TroubleKind.MALFORMED: "cannot be understood",
    TroubleKind.MISSING: "is not there",
}


def current(known: Outside[T], now: datetime) -> T | None:
    """Give what a look told if it still says something of now; None: we are blind."""
    return known.look if trouble_of(known, now) is None else None


def trouble_of(known: Outside[T], now: datetime) -> Trouble | None:
    """Give why we are blind; None: we are not, or a failure has not lasted."""
    trouble = known.trouble
    if trouble is None or trouble.inherited:
        return None
    if trouble.kind not in _FOR_A_PERSON and now - trouble.since < GRACE:
        return None
    return trouble


def unreadable(
    subject: ObjectRef,
    source: str,
    name: str,
    trouble: Trouble,
    severity: FindingSeverity = FindingSeverity.DOUBTFUL,
) -> Problem:
    """Say that something cannot be looked at, why, and what to type to mend it.

    Args:
        subject: What cannot be looked at.
        source: Its reading.
        name: How a title calls it.
        trouble: Why.
        severity: Nothing that we know of is wrong; but of what may be, we would not know.
    """
    said = quoted(trouble.message)
    proofs = [Evidence(source, subject.name, f"{trouble.kind.value}: {said}")]
    if trouble.remedy:
        command = quoted(trouble.remedy, LONGEST_FACT)
        proofs.append(Evidence(source, subject.name, f"try: {command}", command))
    return Problem(
        cause=Cause.UNREADABLE,
        key=f"{Cause.UNREADABLE}/{source}",
        severity=severity,
        subject=subject,
        name=name,
        what=_TROUBLES[trouble.kind],
        why=said,
        evidence=tuple(proofs),
        since=trouble.since,
        since_from=SinceFrom.SEEN,
    )


def problem(cause: Cause, key: str, subject: ObjectRef, name: str, what: str, **parts: Any) -> Problem:
    """Make a problem, which is doubtful unless `parts` say otherwise."""
    return Problem(
        **{
            "cause": cause,
            "key": key,
            "severity": FindingSeverity.DOUBTFUL,
            "subject": subject,
            "name": name,
            "what": what,
            **parts,
        }
    )


def explained(cause: Problem, effect: Problem) -> Problem:
    """Tell of a problem together with what follows from it; the latter goes on while the former does."""
    told = effect.what if effect.subject == cause.subject else f"{effect.name}: {effect.what}"
    if (effect.cause, effect.what) == (Cause.CERTIFICATE, cause.what):
        told = ""  # it is the same one, which somebody shows
    if cause.cause is Cause.THIRD_PARTY:
        effect = msgspec.structs.replace(
            effect, actions=tuple(each for each in effect.actions if each.verb not in _ANEW)
        )
    joined = cause.explaining(effect, told)
    if cause.beginning is not None and effect.beginning is not None:
        joined = joined.begun(finer(cause.beginning, effect.beginning))
    return msgspec.structs.replace(joined, covers=(*joined.covers, effect.key, *effect.covers))


def proof(source: str, ref: str, fact: str) -> Evidence:
    """Name a fact that stands in a reading."""
    return Evidence(source, one_line(ref), one_line(fact, LONGEST_FACT))


def number(value: float) -> str:
    """Write a number as people say it: `1234`, `93`, `7.5`, `0.012`."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 1 else f"{value:.2g}"


def amount(value: float, unit: str) -> str:
    """Write a number with its unit."""
    if unit == "B" and value >= 0:
        return size(value)
    return f"{number(value)}{'' if unit.startswith('/') else ' '}{one_line(unit)}".strip()


def length(span: timedelta) -> str:
    """Say roughly how long something takes: `40 min`, `5 h`, `3 days`; whatever is left out would only be restless."""
    minutes = span / timedelta(minutes=1)
    if minutes < 5:
        return f"{max(round(minutes), 1)} min"
    if minutes < 120:
        return f"{5 * round(minutes / 5)} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else counted(round(minutes / 1440), "day")
