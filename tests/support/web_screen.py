"""The web around a shop, well and in trouble, as readings that a screen can be drawn from."""

from datetime import UTC, timedelta
from typing import Any

from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading, Trouble, TroubleKind
from cockpit.sources.web.model import (
    ALERTMANAGER,
    HEALTH,
    PROMETHEUS,
    STATUS,
    Alert,
    AlertmanagerLook,
    Check,
    Component,
    HealthLook,
    Matcher,
    Outcome,
    PrometheusLook,
    QueryResult,
    Samples,
    Silence,
    StatusIncident,
    StatusLook,
    Timing,
    WebCertificate,
)
from cockpit.ui.web.web_held import ALL, WebHeld
from cockpit.ui.web.web_tabs import PREFIXES
from cockpit.ui.web.web_view import WebView
from support.aws_screen import ago
from support.shop import NOW


def check(nth: int = 0, outcome: Outcome = Outcome.GOOD, **facts: Any) -> Check:
    """Make the check before `nth` others, of a checks every ten seconds."""
    total = 0.12 + 0.02 * (nth % 4)
    usual: dict[str, Any] = {"status": 200, "timing": Timing(0.002, 0.011, 0.024, total - 0.04, total)}
    return Check(ago(seconds=10 * nth + 3), outcome, **{**usual, **facts})


def bad(nth: int = 0) -> Check:
    body = '{"status":"down","database":"too many connections"}\n'
    timing = Timing(0.002, 0.010, 0.021, 1.902, 1.936)
    return check(
        nth, Outcome.SERVER_ERROR, status=502, message="502 Bad Gateway, 200 expected", body=body, timing=timing
    )


def health(*checks: Check, days: float = 81, **facts: Any) -> HealthLook:
    """Make an endpoint with these newest checks after many that were good."""
    recent = (*(check(nth) for nth in range(30, len(checks), -1)), *(checks or (check(),)))
    usual: dict[str, Any] = {
        "certificate": WebCertificate("CN=shop.example", "CN=R11, O=Let's Encrypt", NOW + timedelta(days=days)),
        "since": ago(hours=2),
        "checks": 720,
        "good": 720,
        "p50": 0.131,
        "p95": 0.198,
    }
    return HealthLook("https://shop.example/healthz", recent[-1], recent, **{**usual, **facts})


def samples(*values: float, **labels: str) -> Samples:
    """Make a series of points over the last hour, the newest half a minute old."""
    step = 60 / max(1, len(values))
    times = tuple(ago(minutes=0.5 + step * (len(values) - 1 - nth)) for nth in range(len(values)))
    return Samples(labels, times, values)


def alert(name: str, severity: str, minutes: float, **facts: Any) -> Alert:
    labels = {"alertname": name, "severity": severity, **facts.pop("labels", {})}
    fingerprint = facts.pop("fingerprint", f"{name}-{len(labels)}-{minutes}")
    return Alert(fingerprint, name, labels, starts_at=ago(minutes=minutes), **facts)


def read(source: str, look: Any, trouble: Trouble | None = None, seconds: float = 4) -> Reading[Any]:
    """Make a reading that is a few seconds old."""
    return Reading(source, look, None if look is None else ago(seconds=seconds), trouble, timedelta(minutes=1))


def unreachable() -> Trouble:
    return Trouble(TroubleKind.UNREACHABLE, "connection refused: 10.0.0.80:9090", ago(minutes=4), None)


def prometheus() -> PrometheusLook:
    ramp = [0.2] * 40 + [0.3, 0.9, 2.0, 4.1, 5.9, 6.2, 6.4, 7.1, 7.4, 8.2]
    slow = [0.3 + 0.01 * (nth % 4) for nth in range(40)] + [0.5, 1.1, 2.4, 3.3, 4.2]
    return PrometheusLook(
        "http://prometheus.shop:9090",
        (
            QueryResult(
                "error rate",
                "sum by (service) (rate(http_errors[5m])) / sum(rate(http_requests[5m])) * 100",
                "%",
                1.0,
                5.0,
                series=(samples(*ramp, service="api"), samples(*[0.1] * 50, service="web")),
            ),
            QueryResult(
                "p99 latency", "histogram_quantile(0.99, …)", "s", 2.0, 5.0, series=(samples(*slow, service="api"),)
            ),
            QueryResult(
                "free disk",
                "node_filesystem_avail_bytes",
                "B",
                below=20 * 2**30,
                critical_below=2**31,
                series=(samples(*[61 * 2.0**30] * 50, instance="node-1"),),
            ),
            QueryResult("queue", "sum(queue_length)", "jobs", series=(samples(*[12.0] * 50),), left_out=3),
            QueryResult("saturation", "sum(rate(", trouble="parse error: unexpected end of input in aggregation"),
            QueryResult(
                "replicas down", "kube_deployment_status_replicas_unavailable > 0", warnings=("1 store is away",)
            ),
        ),
    )


def alertmanager() -> AlertmanagerLook:
    """Make alerts of which some are held back, and silences of which one does so."""
    crash = [
        alert("PodCrashLooping", "critical", 14 - nth, labels={"pod": f"api-7f9c4-{nth}", "namespace": "shop"})
        for nth in range(3)
    ]
    return AlertmanagerLook(
        "http://alertmanager.shop:9093",
        (
            *crash,
            alert(
                "HighErrorRate",
                "critical",
                11,
                annotations={
                    "summary": "8.2 % of requests to api fail",
                    "runbook_url": "https://runbooks.example/errors",
                },
                receivers=("pager",),
                labels={"service": "api"},
            ),
            alert("TargetsUnhealthy", "warning", 12, annotations={"summary": "2 of 4 targets of web-tg are unhealthy"}),
            alert("Watchdog", "none", 60 * 24 * 9, annotations={"summary": "always fires"}),
            alert("NodeDiskPressure", "warning", 60 * 5, silenced_by=("a1b2",), labels={"node": "node-3"}),
            alert("LatencyHigh", "warning", 9, inhibited_by=("HighErrorRate-3-11",)),
        ),
        (
            Silence(
                "a1b2",
                (Matcher("alertname", "NodeDiskPressure"), Matcher("node", "node-.*", regex=True)),
                ago(hours=5),
                NOW + timedelta(hours=3),
                "ana",
                "disk is being replaced",
            ),
            Silence(
                "c3d4",
                (Matcher("service", "batch"),),
                NOW + timedelta(hours=1),
                NOW + timedelta(hours=2),
                "bob",
                "upgrade",
                pending=True,
            ),
        ),
    )


def github() -> StatusLook:
    return StatusLook(
        "https://www.githubstatus.com",
        "GitHub",
        "major",
        "Partial System Outage",
        (
            Component("Actions", "major_outage"),
            Component("Packages", "degraded_performance"),
            Component("Git Operations", "operational"),
        ),
        (
            StatusIncident(
                "Actions is slow to start",
                "investigating",
                "major",
                ago(minutes=31),
                ago(minutes=6),
                "We are investigating reports of degraded performance for Actions.",
                "https://stspg.io/1",
            ),
        ),
        updated_at=ago(minutes=6),
    )


def stripe() -> StatusLook:
    return StatusLook("https://status.stripe.com", "Stripe", "none", "All Systems Operational", updated_at=ago(hours=9))


def well() -> tuple[Reading[Any], ...]:
    """Make a web in which all is well."""
    return (
        read(f"{HEALTH}shop", health()),
        read(f"{HEALTH}login", health()),
        read(f"{ALERTMANAGER}main", AlertmanagerLook("http://alertmanager.shop:9093")),
        read(f"{STATUS}stripe", stripe()),
    )


def troubled() -> tuple[Reading[Any], ...]:
    """Make a web in trouble in every way."""
    late = (check(nth, timing=Timing(0.002, 0.011, 0.024, 4.0, 7.4 - nth)) for nth in range(4, -1, -1))
    slow = health(*late, p50=4.1, p95=7.8, slow_after=3.0)
    login = [
        check(
            nth,
            Outcome.LOGIN,
            status=302,
            message="sent on to a login page",
            redirects=("https://sso.example/login?next=%2Fhealthz",),
        )
        for nth in (1, 0)
    ]
    expired = WebCertificate("CN=old.example", "CN=R10", ago(days=2), verified=False, why_not="certificate has expired")
    tls = check(0, Outcome.TLS, status=None, message="certificate has expired", timing=Timing(0.002, 0.01))
    refused = check(0, Outcome.REFUSED, status=None, message="connection refused: 10.0.0.9:443", timing=Timing(0.002))
    return (
        read(f"{HEALTH}shop", health(*(bad(nth) for nth in range(5, -1, -1)), bad_since=ago(seconds=53), good=714)),
        read(f"{HEALTH}admin", health(*login, bad_since=ago(minutes=40), good=480)),
        read(f"{HEALTH}search", slow),
        read(f"{HEALTH}login", health(days=9)),
        read(f"{HEALTH}old-shop", health(tls, certificate=expired, bad_since=ago(hours=2), good=0, p50=None, p95=None)),
        read(f"{HEALTH}payments", health(bad(1), refused, bad_since=ago(minutes=4), good=696), unreachable(), 200),
        read(f"{HEALTH}assets", health()),
        read(f"{PROMETHEUS}main", prometheus()),
        read(f"{PROMETHEUS}edge", None, unreachable()),
        read(f"{ALERTMANAGER}main", alertmanager()),
        read(f"{STATUS}github", github()),
        read(f"{STATUS}stripe", stripe()),
    )


def loading() -> tuple[Reading[Any], ...]:
    return Reading(f"{HEALTH}shop"), Reading(f"{PROMETHEUS}main"), Reading(f"{ALERTMANAGER}main")


def seen(*readings: Reading[Any]) -> WebView:
    """Look at the web as its pages do."""
    held = WebHeld(UTC, Policy(), PREFIXES)
    for each in readings:
        held.take(each)
    view = held.view(ALL, NOW)
    assert view is not None
    return view
