"""Certificates that servers show: expired, about to, or not to be trusted."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from cockpit.diagnosis import outside
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web.health import behind
from cockpit.diagnosis.web.hosts import is_for
from cockpit.diagnosis.web.kinds import HEALTH, web_ref
from cockpit.diagnosis.wording import counted, listed, moment, one_line, quoted
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.web.model import HEALTH as READING
from cockpit.sources.web.model import HealthLook, WebCertificate

_RESTARTED = ("Deployment", "StatefulSet", "DaemonSet")


def problems(view: View) -> Iterator[Problem]:
    """Tell of each certificate once, whoever of the endpoints shows it."""
    shown: dict[str, list[tuple[str, HealthLook, WebCertificate]]] = defaultdict(list)
    for name, known in sorted(view.facts.health.items()):
        look = outside.current(known, view.now)
        if look is not None and look.certificate is not None:
            shown[look.certificate.subject].append((name, look, look.certificate))
    for subject, those in shown.items():
        bad = [each for each in those if _what(each[2], view)]
        if bad:
            yield _problem(subject, bad, view)


def _what(certificate: WebCertificate, view: View) -> str:
    """Say what is wrong with a certificate; empty when nothing is."""
    left = certificate.expires_at - view.now
    if left <= timedelta():
        return "has expired"
    if not certificate.verified:
        return "does not verify"
    if left > timedelta(days=view.policy.certificate_days):
        return ""
    return f"expires in {counted(left.days, 'day') if left.days else counted(left.seconds // 3600, 'hour')}"


def _problem(subject: str, bad: list[tuple[str, HealthLook, WebCertificate]], view: View) -> Problem:
    certificate = min((each for _, _, each in bad), key=lambda each: each.expires_at)
    what, now = _what(certificate, view), view.now
    expired = certificate.expires_at <= now
    wrong = expired or any(not each.verified for _, _, each in bad)
    names = [one_line(name) for name, _, _ in bad]
    until = f"valid until {moment(certificate.expires_at, now)}, issued by {one_line(certificate.issuer)}"
    why = quoted(certificate.why_not) if not certificate.verified and not expired else ""
    renewed = _renewed(certificate, view)
    workloads = _workloads([look for _, look, _ in bad], view) if renewed else []
    return outside.problem(
        Cause.CERTIFICATE,
        f"web/certificate/{subject}",
        web_ref(HEALTH, bad[0][0]),
        f"certificate {one_line(subject)}",
        what,
        why=why or renewed,
        consequences=(f"health {listed(names)} {'shows' if len(names) == 1 else 'show'} it",),
        severity=FindingSeverity.WRONG if wrong else FindingSeverity.DOUBTFUL,
        since=certificate.expires_at if expired else None,
        evidence=tuple(outside.proof(f"{READING}{name}", name, until) for name, _, _ in bad[:3]),
        objects=(*workloads, *(web_ref(HEALTH, name) for name, _, _ in bad[1:])),
        actions=tuple(Suggestion(Verb.RESTART, each, "new pods load the renewed certificate") for each in workloads),
    )


def _renewed(shown: WebCertificate, view: View) -> str:
    """Say that the cluster has a newer certificate than the servers show; empty when it has none that is known."""
    newer = [
        (each.not_after, each.meta)
        for each in view.certificates.values()
        if each.not_after is not None
        and each.not_after > max(shown.expires_at, view.now)
        and any(is_for(name, shown.subject) for name in each.names)
    ]
    if not newer:
        return ""
    until, meta = max(newer, key=lambda each: (each[0], each[1].key))
    name = view.name(ObjectRef("Certificate", meta.namespace, meta.name))
    return f"certificate {one_line(name)} has been renewed until {moment(until, view.now)}, and is not loaded"


def _workloads(looks: list[HealthLook], view: View) -> list[ObjectRef]:
    """Give the workloads that answer at endpoints, as a person has said, as far as their pods can be made anew."""
    found = (ref for look in looks for ref in behind(look, view)[0] if ref.kind in _RESTARTED)
    return list(dict.fromkeys(found))
