"""How long the certificate is valid that the shop shows to its customers."""

from datetime import datetime, timedelta

from cockpit.gameday.api.kinds import CERTIFICATES
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.certificates import VALID_FOR
from cockpit.gameday.scenarios.shop_images import CERTIFICATE, LOADED_ONCE
from cockpit.gameday.serving import pods_of
from cockpit.gameday.timing import parse_timestamp

Validity = tuple[datetime, datetime]
"""From when, and until when."""


def served(cluster: Cluster, namespace: str) -> Validity | None:
    """Tell the validity of the certificate that the pods of web show; None: cert-manager has none for them.

    They load a new one as soon as it is there, unless the scenario lets them go on with the one from their start.
    """
    certificate = cluster.store.find(CERTIFICATES, namespace, CERTIFICATE)
    status = (certificate.obj.get("status") or {}) if certificate is not None else {}
    if certificate is None or "notAfter" not in status:
        return None
    begin, end = (parse_timestamp(status[field]) for field in ("notBefore", "notAfter"))
    if LOADED_ONCE in cluster.switches and any(start < begin for start in _starts(cluster, namespace)):
        hours = int(certificate.obj["spec"]["renewBefore"].partition("h")[0])
        end = begin + timedelta(hours=hours)
        begin = end - VALID_FOR
    return begin, end


def _starts(cluster: Cluster, namespace: str) -> list[datetime]:
    """Tell when the containers of web were started that run."""
    states = [
        status["state"]
        for pod in pods_of(cluster, namespace, "web")
        if "deletionTimestamp" not in pod.obj["metadata"]
        for status in pod.obj["status"].get("containerStatuses") or ()
    ]
    return [parse_timestamp(state["running"]["startedAt"]) for state in states if "running" in state]
