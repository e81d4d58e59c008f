"""An expired certificate: its renewal failed weeks ago, the cause has been mended since, but nobody has tried again."""

from datetime import timedelta

from cockpit.gameday.api.kinds import CERTIFICATE_REQUESTS, CERTIFICATES
from cockpit.gameday.api.store import Obj
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.controllers.certificates import RENEWED_BEFORE, VALID_FOR, certificate_request
from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.scenarios.shop_images import CERTIFICATE
from cockpit.gameday.timing import timestamp

ATTEMPTS = 21
FAILED_AGO = timedelta(hours=10)
"""When the last renewal failed; the next one is tried 32 hours after it."""
WHY = (
    'Failed to wait for order resource "shop-tls-4-2871163530" to become ready: order is in "errored" state: '
    "Failed to create Order: 403 urn:ietf:params:acme:error:rejectedIdentifier: CAA record forbids issuance"
)


def expired_certificate(*, healthy_for: float = 8.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the certificate expires.
        timings: How long the cluster takes; None: as a real one.
    """

    def build(cluster: Cluster) -> None:
        shop.build(cluster)
        _let_renewal_fail(cluster, timedelta(seconds=healthy_for / cluster.pace.speed))

    return shop.scenario(
        "expired-certificate",
        "An expired certificate",
        "From one second to the next the shop's customers see a warning of their browser instead of the shop.",
        timings=timings,
        build=build,
    )


def _let_renewal_fail(cluster: Cluster, left: timedelta) -> None:
    """Let the certificate end soon, with a request for the next one that failed."""
    now, store = cluster.pace.now(), cluster.store
    certificate = store.get(CERTIFICATES, shop.NAMESPACE, CERTIFICATE)
    failed_at = now - FAILED_AGO
    request = certificate_request(certificate, failed_at)
    failed = {"type": "Ready", "status": "False", "reason": "Failed", "message": WHY}
    request["status"] = {
        "conditions": [request["status"]["conditions"][0], {**failed, "lastTransitionTime": timestamp(failed_at)}],
        "failureTime": timestamp(failed_at),
    }
    store.create(CERTIFICATE_REQUESTS, request, created=failed_at)
    end = now + left
    issuing: Obj = {
        "type": "Issuing",
        "status": "False",
        "reason": "Failed",
        "message": f"The certificate request has failed to complete and will be retried: {WHY}",
        "lastTransitionTime": timestamp(failed_at),
        "observedGeneration": 1,
    }
    before = certificate.obj["status"]
    status = {
        **before,
        "conditions": [*before["conditions"], issuing],
        "notBefore": timestamp(end - VALID_FOR),
        "notAfter": timestamp(end),
        "renewalTime": timestamp(end - RENEWED_BEFORE),
        "lastFailureTime": timestamp(failed_at),
        "failedIssuanceAttempts": ATTEMPTS,
    }
    store.replace(certificate, {**certificate.obj, "status": status})
