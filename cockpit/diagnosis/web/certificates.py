"""Certificates that servers show: expired, about to, or not to be trusted."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from cockpit.diagnosis import outside
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.outside import moment
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web.kinds import HEALTH, web_ref
from cockpit.diagnosis.wording import counted, listed, one_line, quoted
from cockpit.sources.web.model import HEALTH as READING
from cockpit.sources.web.model import HealthLook, WebCertificate


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
    return outside.problem(
        Cause.CERTIFICATE,
        f"web/certificate/{subject}",
        web_ref(HEALTH, bad[0][0]),
        f"certificate {one_line(subject)}",
        what,
        why=quoted(certificate.why_not) if not certificate.verified and not expired else "",
        consequences=(f"health {listed(names)} {'shows' if len(names) == 1 else 'show'} it",),
        severity=FindingSeverity.WRONG if wrong else FindingSeverity.DOUBTFUL,
        since=certificate.expires_at if expired else None,
        evidence=tuple(outside.proof(f"{READING}{name}", name, until) for name, _, _ in bad[:3]),
        objects=tuple(web_ref(HEALTH, name) for name, _, _ in bad[1:]),
    )
