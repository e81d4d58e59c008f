"""A certificate about to end: it was renewed in time, but web goes on with the one that it loaded when it started."""

from datetime import timedelta

from cockpit.gameday.api.kinds import CERTIFICATES
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.controllers.certificates import VALID_FOR
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.timing import timestamp

RENEWED_BEFORE = timedelta(days=26)
"""How long before its end the certificate is renewed: a little later than the pods of web were started."""
LEFT = timedelta(hours=4)
"""Until the certificate ends that web goes on with."""


def web_certificate(*, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        timings: How long the cluster takes; None: as a real one.
    """

    def build(cluster: Cluster) -> None:
        shop.build(cluster)
        cluster.switches.add(shop_images.LOADED_ONCE)
        certificate = cluster.store.get(CERTIFICATES, shop.NAMESPACE, shop_images.CERTIFICATE)
        begin = cluster.pace.now() + LEFT - RENEWED_BEFORE
        hours = RENEWED_BEFORE // timedelta(hours=1)
        status = {
            **certificate.obj["status"],
            "notBefore": timestamp(begin),
            "notAfter": timestamp(begin + VALID_FOR),
            "renewalTime": timestamp(begin + VALID_FOR - RENEWED_BEFORE),
        }
        spec = {**certificate.obj["spec"], "renewBefore": f"{hours}h0m0s"}
        cluster.store.replace(certificate, {**certificate.obj, "spec": spec, "status": status})

    return shop.scenario(
        "web-certificate",
        "The certificate that stayed",
        "cert-manager has renewed the certificate weeks ago, yet customers will be warned in four hours.",
        timings=timings,
        build=build,
    )
