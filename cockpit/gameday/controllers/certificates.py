"""Certificates: what cert-manager does when one is missing, has expired, or is to be renewed."""

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta

from cockpit.gameday.api.kinds import CERTIFICATE_REQUESTS, CERTIFICATES, ISSUERS, SECRETS
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import itself_or_owner, owner_reference
from cockpit.gameday.controllers.pod_state import with_condition
from cockpit.gameday.event_recorder import Event, Source
from cockpit.gameday.timing import parse_timestamp, timestamp

VALID_FOR = timedelta(days=90)
RENEWED_BEFORE = timedelta(days=30)
ISSUING_TAKES = 3.0
"""Seconds from a request to its certificate."""
FIRST_BACKOFF = timedelta(hours=1)
MAX_BACKOFF = timedelta(hours=32)
"""Between two tries after a failed one, doubled each time (cert-manager: issuing controller)."""
UP_TO_DATE = ("Ready", "Certificate is up to date and has not expired")


class CertificateController:
    """Issues certificates: at first, when they are due, and when somebody asks with the condition Issuing.

    `cmctl renew` sets that condition. A renewal that failed is tried again after a back-off, or at once when its
    secret or its last request is deleted, or when it is asked for.
    """

    watches = (CERTIFICATES, CERTIFICATE_REQUESTS, SECRETS, ISSUERS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._asked_at: dict[str, datetime] = {}
        """When the certificate of each running request was asked for, by the certificate's uid."""

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the certificate itself, at those of a deleted request or secret, or at all when an issuer changes."""
        if change.now.kind in {ISSUERS, SECRETS}:
            return [stored.key for stored in self._store.list(CERTIFICATES, change.now.namespace)]
        return itself_or_owner(change, CERTIFICATES)

    def reconcile(self, key: str) -> float | None:
        """Take the next step towards a valid certificate."""
        certificate = self._store.find_alive(CERTIFICATES, key)
        if certificate is None:
            return None
        now = self._cluster.pace.now()
        if certificate.uid in self._asked_at:
            left = ISSUING_TAKES - (now - self._asked_at[certificate.uid]).total_seconds() * self._cluster.pace.speed
            if left > 0:
                return left
            del self._asked_at[certificate.uid]
            self._conclude(certificate, now)
            return None
        why = self._reason_to_issue(certificate, now)
        if why is None:
            return self._write_expiry(certificate, now)
        self._request(certificate, why, now)
        return ISSUING_TAKES

    def _reason_to_issue(self, certificate: Stored, now: datetime) -> tuple[str, str] | None:
        """Tell why a certificate is to be issued: reason and message; None: it is not, or not yet."""
        status = certificate.obj.get("status") or {}
        if condition_of(certificate, "Issuing").get("status") == "True":
            asked = condition_of(certificate, "Issuing")
            return asked.get("reason", "ManuallyTriggered"), asked.get("message", "")
        if self._store.find(SECRETS, certificate.namespace, certificate.obj["spec"]["secretName"]) is None:
            return "DoesNotExist", "Issuing certificate as Secret does not exist"
        attempts = status.get("failedIssuanceAttempts", 0)
        if attempts:
            last = self._store.find(CERTIFICATE_REQUESTS, certificate.namespace, request_name(certificate))
            backoff = min(FIRST_BACKOFF * 2 ** (attempts - 1), MAX_BACKOFF)
            if last is not None and now < parse_timestamp(status["lastFailureTime"]) + backoff:
                return None
        renewal = status.get("renewalTime")
        if renewal is not None and parse_timestamp(renewal) <= now:
            return "Renewing", f"Renewing certificate as renewal was scheduled at {renewal}"
        return None

    def _request(self, certificate: Stored, why: tuple[str, str], now: datetime) -> None:
        self._asked_at[certificate.uid] = now
        reason, message = why
        issuing = {"type": "Issuing", "status": "True", "reason": reason, "message": message}
        certificate = self._write(certificate, now, issuing)
        name = request_name(certificate)
        before = self._store.find(CERTIFICATE_REQUESTS, certificate.namespace, name)
        if before is not None:
            self._store.remove(before)
        request = certificate_request(certificate, now)
        self._store.create(CERTIFICATE_REQUESTS, request)
        if message:
            self._record(certificate, "trigger", Event("Normal", "Issuing", message))
        requested = f'Created new CertificateRequest resource "{name}"'
        self._record(certificate, "request-manager", Event("Normal", "Requested", requested))

    def _conclude(self, certificate: Stored, now: datetime) -> None:
        """Issue the certificate, or fail as its issuer does."""
        request = self._store.find(CERTIFICATE_REQUESTS, certificate.namespace, request_name(certificate))
        reference = certificate.obj["spec"]["issuerRef"]
        issuer = self._store.find(ISSUERS, certificate.namespace, reference["name"])
        ready = {} if issuer is None else condition_of(issuer, "Ready")
        if request is None:
            return
        if ready.get("status") != "True":
            message = (
                ready.get("message") or f'Referenced "Issuer" not found: issuer.cert-manager.io "{reference["name"]}"'
            )
            self._fail(certificate, request, message, now)
            return
        issued = {"type": "Ready", "status": "True", "reason": "Issued", "message": "Certificate fetched from issuer"}
        self._write(request, now, issued)
        self._keep(certificate)
        status = {
            "notBefore": timestamp(now),
            "notAfter": timestamp(now + VALID_FOR),
            "renewalTime": timestamp(now + VALID_FOR - RENEWED_BEFORE),
            "revision": (certificate.obj.get("status") or {}).get("revision", 0) + 1,
        }
        event = Event("Normal", "Issuing", "The certificate has been successfully issued")
        self._record(certificate, "issuing", event)
        self._finish(certificate, now, status)

    def _finish(self, certificate: Stored, now: datetime, status: Obj) -> None:
        dropped = {"lastFailureTime", "failedIssuanceAttempts"}
        before = {key: value for key, value in (certificate.obj.get("status") or {}).items() if key not in dropped}
        kept = [entry for entry in before.get("conditions") or () if entry["type"] != "Issuing"]
        reason, message = UP_TO_DATE
        ready = {"type": "Ready", "status": "True", "reason": reason, "message": message}
        whole = {**before, **status, "conditions": kept}
        self._store.replace(certificate, {**certificate.obj, "status": _with(whole, ready, now)})

    def _fail(self, certificate: Stored, request: Stored, message: str, now: datetime) -> None:
        failed = {"type": "Ready", "status": "False", "reason": "Failed", "message": message}
        self._write(request, now, failed)
        told = f"The certificate request has failed to complete and will be retried: {message}"
        attempts = (certificate.obj.get("status") or {}).get("failedIssuanceAttempts", 0) + 1
        issuing = {"type": "Issuing", "status": "False", "reason": "Failed", "message": told}
        more = {"lastFailureTime": timestamp(now), "failedIssuanceAttempts": attempts}
        self._write(certificate, now, issuing, **more)
        self._record(certificate, "issuing", Event("Warning", "Failed", told))

    def _keep(self, certificate: Stored) -> None:
        """Put a new key pair into the certificate's secret."""
        name = certificate.obj["spec"]["secretName"]
        pair = base64.b64encode(f"practice certificate {self._store.random_uid()}".encode()).decode()
        data = {"tls.crt": pair, "tls.key": pair}
        before = self._store.find(SECRETS, certificate.namespace, name)
        if before is not None:
            self._store.replace(before, {**before.obj, "data": data})
            return
        metadata = {"name": name, "namespace": certificate.namespace}
        metadata["annotations"] = {"cert-manager.io/certificate-name": certificate.name}
        self._store.create(SECRETS, {"metadata": metadata, "type": "kubernetes.io/tls", "data": data})

    def _write_expiry(self, certificate: Stored, now: datetime) -> float | None:
        """Say that a certificate has expired, or give the seconds until it will."""
        end = (certificate.obj.get("status") or {}).get("notAfter")
        if end is None:
            return None
        left = (parse_timestamp(end) - now).total_seconds()
        if left > 0:
            return left * self._cluster.pace.speed
        message = f"Certificate expired on {parse_timestamp(end):%a, %d %b %Y %H:%M:%S} UTC"
        self._write(certificate, now, {"type": "Ready", "status": "False", "reason": "Expired", "message": message})
        return None

    def _write(self, stored: Stored, now: datetime, condition: Obj, **more: object) -> Stored:
        status = {**(stored.obj.get("status") or {}), **more}
        return self._store.replace(stored, {**stored.obj, "status": _with(status, condition, now)})

    def _record(self, certificate: Stored, component: str, event: Event) -> None:
        self._cluster.events.record(certificate, event, Source(f"cert-manager-certificates-{component}"))


def _with(status: Obj, condition: Obj, now: datetime) -> Obj:
    return with_condition(status, {**condition, "lastTransitionTime": timestamp(now)})


def condition_of(stored: Stored, name: str) -> Obj:
    """Give a condition of an object by its type; an empty one when it has none."""
    conditions = (stored.obj.get("status") or {}).get("conditions") or ()
    return next((entry for entry in conditions if entry["type"] == name), {})


def request_name(certificate: Stored) -> str:
    """Name the request for the next revision of a certificate."""
    return f"{certificate.name}-{(certificate.obj.get('status') or {}).get('revision', 0) + 1}"


def certificate_request(certificate: Stored, now: datetime) -> Obj:
    """Write the request for the next revision of a certificate; it is approved at once."""
    approved = {
        "type": "Approved",
        "status": "True",
        "reason": "cert-manager.io",
        "message": "Certificate request has been approved by cert-manager.io",
        "lastTransitionTime": timestamp(now),
    }
    pending = {
        "type": "Ready",
        "status": "False",
        "reason": "Pending",
        "message": "Waiting on certificate issuance from order",
        "lastTransitionTime": timestamp(now),
    }
    return {
        "metadata": {
            "name": request_name(certificate),
            "namespace": certificate.namespace,
            "annotations": {"cert-manager.io/certificate-name": certificate.name},
            "ownerReferences": [owner_reference(certificate)],
        },
        "spec": {
            "issuerRef": certificate.obj["spec"]["issuerRef"],
            "request": "",
            "username": "system:serviceaccount:cert-manager:cert-manager",
        },
        "status": {"conditions": [approved, pending]},
    }
