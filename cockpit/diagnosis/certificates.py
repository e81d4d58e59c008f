"""Certificates that have expired, soon will, or are not issued."""

from collections.abc import Iterator
from datetime import timedelta

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import counted, listed, one_line
from cockpit.sources.kubernetes.kind_names import CERTIFICATES
from cockpit.sources.kubernetes.objects import Certificate, Condition, ObjectRef
from cockpit.sources.kubernetes.rollout import condition

ISSUING = timedelta(minutes=5)
"""A certificate may take so long to be issued: the checks of ACME issuers take a minute or two."""


def problems(view: View) -> Iterator[Problem]:
    """Find the certificates that are no good, or will not be for long.

    One that expires soon but is to be renewed before, at a time that is still to come, is in order: its whole life is
    short.
    """
    for certificate in view.certificates.values():
        if certificate.meta.deleting_since is not None:
            continue
        ready = condition(certificate.conditions, "Ready")
        missing = ready is not None and ready.status != "True" and _waits_long(certificate, ready, view)
        left = certificate.not_after - view.now if certificate.not_after is not None else None
        why = _why_not_issued(certificate) or (one_line(ready.message) if ready is not None and missing else "")
        if left is not None and left <= timedelta():
            yield _problem(certificate, "has expired", why, FindingSeverity.WRONG, view)
        elif (
            left is not None
            and left <= timedelta(days=view.policy.certificate_days)
            and not _will_be_renewed(certificate, view)
        ):
            soon = (
                f"expires in {counted(left.days, 'day')}"
                if left.days
                else f"expires in {counted(left.seconds // 3600, 'hour')}"
            )
            overdue = "" if why or certificate.renewal_at is None else "its renewal is overdue"
            yield _problem(certificate, soon, why or overdue, FindingSeverity.DOUBTFUL, view)
        elif missing:
            severity = FindingSeverity.WRONG if left is None else FindingSeverity.DOUBTFUL
            yield _problem(certificate, "is not ready", why, severity, view)


def _why_not_issued(certificate: Certificate) -> str:
    """Say why the newest try to issue it failed: the innermost of the errors that wrap each other."""
    issuing = condition(certificate.conditions, "Issuing")
    if issuing is None or issuing.status != "False" or issuing.reason != "Failed":
        return ""
    innermost = one_line(": ".join(issuing.message.split(": ")[-2:]))
    return f"{'issuing it' if certificate.not_after is None else 'its renewal'} failed: {innermost}"


def _renewal(certificate: Certificate, subject: ObjectRef) -> Iterator[Suggestion]:
    """Suggest to have it issued anew, unless it is being issued."""
    issuing = condition(certificate.conditions, "Issuing")
    if issuing is None:
        yield Suggestion(Verb.RENEW, subject, "has cert-manager issue it anew")
    elif issuing.status != "True":
        yield Suggestion(Verb.RENEW, subject, "tries again now; cert-manager by itself waits for up to 32 hours")


def _waits_long(certificate: Certificate, ready: Condition, view: View) -> bool:
    return view.now - (ready.since or certificate.meta.created) > ISSUING


def _will_be_renewed(certificate: Certificate, view: View) -> bool:
    return certificate.renewal_at is not None and certificate.renewal_at > view.now


def _problem(certificate: Certificate, what: str, why: str, severity: FindingSeverity, view: View) -> Problem:
    meta = certificate.meta
    subject = ObjectRef("Certificate", meta.namespace, meta.name)
    ready = condition(certificate.conditions, "Ready")
    users = [
        ingress
        for ingress in view.ingresses.values()
        if ingress.meta.namespace == meta.namespace and certificate.secret in ingress.tls_secrets
    ]
    told = f", Ready is {ready.status}: {one_line(ready.message or ready.reason)}" if ready is not None else ""
    until = (
        f"valid until {certificate.not_after:%Y-%m-%dT%H:%MZ}" if certificate.not_after is not None else "not issued"
    )
    names = f" ({one_line(listed(list(certificate.names), 2))})" if certificate.names else ""
    expired = certificate.not_after is not None and certificate.not_after <= view.now
    return Problem(
        cause=Cause.CERTIFICATE,
        key=f"certificates/{Cause.CERTIFICATE}/{meta.namespace}/{meta.name}",
        severity=severity,
        subject=subject,
        name=f"certificate {one_line(view.name(subject))}{names}",
        what=what,
        why=why,
        consequences=tuple(f"ingress {one_line(each.meta.name)} uses it" for each in users[:1]),
        evidence=(Evidence(CERTIFICATES, meta.key, f"{until}{told}"),),
        since=certificate.not_after
        if expired
        else ready.since
        if ready is not None and ready.status != "True"
        else None,
        objects=(
            ObjectRef("Secret", meta.namespace, certificate.secret),
            *(ObjectRef("Ingress", meta.namespace, each.meta.name) for each in users[:3]),
        ),
        actions=tuple(_renewal(certificate, subject)),
    )
