"""Health endpoints that fail, are slow, or tell nothing of the service."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cockpit.diagnosis import outside
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity, SinceFrom
from cockpit.diagnosis.lasting import Excess, of_points
from cockpit.diagnosis.outside import LONGEST_FACT, number
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web.kinds import HEALTH, web_ref
from cockpit.diagnosis.wording import one_line, quoted
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.web.model import HEALTH as READING
from cockpit.sources.web.model import Check, HealthLook, Outcome, Timing

_WRONG, _DOUBTFUL = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL
_OUTCOMES = {
    Outcome.WRONG_STATUS: (Cause.HEALTH, _WRONG, "answers with the wrong status"),
    Outcome.UNAUTHORIZED: (Cause.NOT_LET_IN, _DOUBTFUL, "does not let us in: the service may well be up"),
    Outcome.LIMITED: (Cause.RATE_LIMITED, _DOUBTFUL, "says too many requests (429): we, or everybody, ask too often"),
    Outcome.SERVER_ERROR: (Cause.HEALTH, _WRONG, "answers with an error of its own"),
    Outcome.WRONG_BODY: (Cause.HEALTH, _WRONG, "answers, but says that it is not well"),
    Outcome.LOGIN: (Cause.NOT_LET_IN, _DOUBTFUL, "sends us to a login page: nothing is known of the service"),
    Outcome.REDIRECT_LOOP: (Cause.HEALTH, _WRONG, "sends us round in a circle"),
    Outcome.NAME: (Cause.HEALTH, _WRONG, "the name of its host cannot be resolved"),
    Outcome.REFUSED: (Cause.HEALTH, _WRONG, "takes no connections"),
    Outcome.TLS: (Cause.HEALTH, _WRONG, "cannot be spoken to by TLS"),
    Outcome.TIMEOUT: (Cause.HEALTH, _WRONG, "gives no complete answer in time"),
    Outcome.MALFORMED: (Cause.HEALTH, _WRONG, "does not speak HTTP"),
}
_STEPS = {
    "name": "to resolve the name",
    "connect": "to connect",
    "tls": "for TLS",
    "first_byte": "until the first byte",
}
IN_A_ROW = 2
"""So many checks have to fail in a row: one that is lost proves nothing. Of one that was never good, the first does."""


def problems(view: View) -> Iterator[Problem]:
    """Tell of the endpoints. That its certificate is no good, `certificates` tells."""
    for name, known in view.facts.health.items():
        look = outside.current(known, view.now)
        if look is not None and look.newest.outcome is Outcome.GOOD:
            yield from _slow(name, look, view)
    yield from failing(view)


def failing(view: View, in_a_row: int = IN_A_ROW) -> Iterator[Problem]:
    """Tell of the endpoints of which so many checks in a row have failed."""
    for name, known in view.facts.health.items():
        look = outside.current(known, view.now)
        if look is None or look.newest.outcome is Outcome.GOOD:
            continue
        if _lasts(look, in_a_row) and not bad_certificate(look, view.now):
            yield _failing(name, look, view)


def bad_certificate(look: HealthLook, now: datetime) -> bool:
    """Tell whether a check fails because of the certificate."""
    shown = look.certificate
    return look.newest.outcome is Outcome.TLS and shown is not None and (not shown.verified or shown.expires_at <= now)


def _lasts(look: HealthLook, in_a_row: int = IN_A_ROW) -> bool:
    newest = look.recent[-in_a_row:]
    return not look.good or (len(newest) >= in_a_row and all(each.outcome is not Outcome.GOOD for each in newest))


def _failing(name: str, look: HealthLook, view: View) -> Problem:
    cause, severity, words = _OUTCOMES[look.newest.outcome]
    workload, pods = behind(look, view)
    return outside.problem(
        cause,
        f"web/health/{name}",
        web_ref(HEALTH, name),
        f"health {one_line(name)}",
        words,
        why=quoted(look.newest.message),
        severity=severity,
        since=look.bad_since or look.newest.at,
        since_from=SinceFrom.SEEN,
        evidence=tuple(_evidence(name, look)),
        objects=workload,
        pods=pods,
    )


def behind(look: HealthLook, view: View) -> tuple[tuple[ObjectRef, ...], tuple[Pod, ...]]:
    """Give the workload that answers, as the person says, and its pods."""
    if not look.workload:
        return (), ()
    namespace, kind, name = (*look.workload.split("/"), "", "")[:3]
    for ref, pods in view.pods_by_workload.items():
        if (ref.namespace, ref.kind.lower(), ref.name) == (namespace, kind.lower(), name):
            return (ref,), tuple(sorted(pods, key=lambda pod: pod.key))
    return (), ()


def _evidence(name: str, look: HealthLook) -> Iterator[Evidence]:
    source, newest = f"{READING}{name}", look.newest
    status = f"status {newest.status}" if newest.status is not None else newest.outcome.value
    said = f": {quoted(newest.message)}" if newest.message else ""
    yield outside.proof(source, name, f"{quoted(look.url)}: {status}{said}")
    if newest.redirects:
        yield outside.proof(source, name, f"sent on to {quoted(newest.redirects[-1])}")
    if newest.body:
        yield outside.proof(source, name, f"it answers {quoted(newest.body, LONGEST_FACT)}")
    if look.good:
        yield outside.proof(source, name, f"{look.good} of {look.checks} checks were good since the session began")


def slowness_of(look: HealthLook, now: datetime) -> Excess | None:
    """Tell whether good checks have taken too long for long enough."""
    limit = look.slow_after
    good = [each for each in look.recent if each.outcome is Outcome.GOOD]
    points = [(each.at, each.timing.total) for each in good if each.timing.total is not None]
    return of_points(points, lambda seconds: seconds > limit, now) if limit is not None else None


def severity_of_check(outcome: Outcome) -> FindingSeverity | None:
    """Judge how one check went; None: well."""
    return None if outcome is Outcome.GOOD else _OUTCOMES[outcome][1]


def severity_of(look: HealthLook, now: datetime) -> FindingSeverity | None:
    """Judge an endpoint, but for its certificate; None: it is well, or what fails may have been a check that was lost.

    What is slow is doubtful.
    """
    if look.newest.outcome is Outcome.GOOD:
        return FindingSeverity.DOUBTFUL if slowness_of(look, now) is not None else None
    return severity_of_check(look.newest.outcome) if _lasts(look) else None


def _slow(name: str, look: HealthLook, view: View) -> Iterator[Problem]:
    """Tell of an endpoint that is well, but slow: three of the five newest good checks were."""
    limit, excess = look.slow_after, slowness_of(look, view.now)
    if limit is None or excess is None:
        return
    good = [each for each in look.recent if each.outcome is Outcome.GOOD]
    workload, pods = behind(look, view)
    yield outside.problem(
        Cause.LATENCY,
        f"web/slow/{name}",
        web_ref(HEALTH, name),
        f"health {one_line(name)}",
        f"takes {number(excess.value)} s to answer",
        since=excess.since,
        since_from=SinceFrom.SEEN,
        evidence=(outside.proof(f"{READING}{name}", name, _where_the_time_goes(good, excess.value, limit)),),
        objects=workload,
        pods=pods,
    )


def _where_the_time_goes(good: Sequence[Check], taken: float, limit: float) -> str:
    timing: Timing = next((each.timing for each in reversed(good) if each.timing.total == taken), Timing())
    steps = {words: getattr(timing, step) for step, words in _STEPS.items()}
    known = {words: seconds for words, seconds in steps.items() if seconds is not None}
    most = max(known, key=lambda words: known[words], default="")
    told = f", {number(known[most])} s of it {most}" if most else ""
    return f"{number(taken)} s{told}; more than {number(limit)} s is slow"
