"""What findings call the endpoints and services of the web; each by the name that the configuration gives it."""

from cockpit.sources.kubernetes.objects import ObjectRef

HEALTH = "Health"
PROMETHEUS = "Prometheus"
ALERTMANAGER = "Alertmanager"
STATUS_PAGE = "StatusPage"


def web_ref(kind: str, name: str) -> ObjectRef:
    """Name an endpoint or service, as `kind` is called above."""
    return ObjectRef(kind, "", name)
