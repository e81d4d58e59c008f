"""What health endpoints, Prometheus, Alertmanager and status pages tell, as plain data.

Times are UTC; lengths are in seconds.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

HEALTH = "web/health/"
"""Prefixes of the names of the readings: `web/health/shop` is the endpoint that the configuration calls `shop`."""
PROMETHEUS = "web/prometheus/"
ALERTMANAGER = "web/alertmanager/"
STATUS = "web/status/"


class Outcome(StrEnum):
    """How a health check went. What an endpoint does is a fact: the reading that holds it is sound."""

    GOOD = "good"
    WRONG_STATUS = "wrong-status"
    UNAUTHORIZED = "unauthorized"
    """401 or 403: the service may well be up."""
    LIMITED = "limited"
    """429: we, or everybody, ask too often."""
    SERVER_ERROR = "server-error"
    """5xx."""
    WRONG_BODY = "wrong-body"
    """The status is right, but the body is not what was asked for."""
    LOGIN = "login"
    """Redirected to a login page, so that nothing is known of the service."""
    REDIRECT_LOOP = "redirect-loop"
    NAME = "name"
    """The host's name could not be resolved."""
    REFUSED = "refused"
    """Nobody listens, or there is no way."""
    TLS = "tls"
    """The certificate does not verify, or no common protocol."""
    TIMEOUT = "timeout"
    """No complete answer in time; also a body that never ends."""
    MALFORMED = "malformed"
    """Not HTTP."""


class Timing(msgspec.Struct, frozen=True):
    """Where the time of a request went. None: that step was not reached, or a kept connection needed none."""

    name: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    """From the request until the first byte of the answer."""
    total: float | None = None


class WebCertificate(msgspec.Struct, frozen=True):
    """What a server shows of itself, whether it verifies or not."""

    subject: str
    issuer: str
    expires_at: datetime
    verified: bool = True
    why_not: str = ""
    """`certificate has expired`."""


class Check(msgspec.Struct, frozen=True):
    """One try."""

    at: datetime
    outcome: Outcome
    status: int | None = None
    message: str = ""
    """What was wrong, in words: `502 Bad Gateway, 200 expected`; empty when all was well."""
    timing: Timing = Timing()
    redirects: tuple[str, ...] = ()
    """Where it was sent on, in order."""
    body: str = ""
    """How the answer begins, cleaned and with secrets masked; for a person."""


class HealthLook(msgspec.Struct, frozen=True):
    """A health endpoint since the session began."""

    url: str
    """Without user, password and secrets in the query."""
    newest: Check
    recent: tuple[Check, ...] = ()
    """The newest last; enough for a sparkline."""
    certificate: WebCertificate | None = None
    """None: not HTTPS, or never seen."""
    since: datetime | None = None
    """When it was first checked."""
    checks: int = 0
    good: int = 0
    p50: float | None = None
    """Of the total times of good checks; None: none was good."""
    p95: float | None = None
    bad_since: datetime | None = None
    """When the first of the checks failed that have failed in a row; None: the newest was good."""
    slow_after: float | None = None
    """Slower answers are a finding, as the configuration says; None: none is too slow."""
    workload: str | None = None
    """Which workload answers, as the configuration says: `shop/deployment/api`."""

    @property
    def availability(self) -> float | None:
        """The share of good checks, 0 to 1; None: none was made."""
        return self.good / self.checks if self.checks else None


class Samples(msgspec.Struct, frozen=True):
    """A series of Prometheus over the last hour, the oldest first."""

    labels: Mapping[str, str]
    times: tuple[datetime, ...] = ()
    values: tuple[float, ...] = ()
    """NaN and infinities are left out."""

    @property
    def newest(self) -> float | None:
        """The newest value; None: there is none."""
        return self.values[-1] if self.values else None


class QueryResult(msgspec.Struct, frozen=True):
    """What a named PromQL query tells."""

    name: str
    promql: str
    unit: str = ""
    """`%`, `s`, `ms`, `B`, `/s`; anything else is written behind the number."""
    above: float | None = None
    """Doubtful above it."""
    critical_above: float | None = None
    below: float | None = None
    """Doubtful below it."""
    critical_below: float | None = None
    series: tuple[Samples, ...] = ()
    left_out: int = 0
    """Series that are not kept."""
    trouble: str = ""
    """Why there is no answer to this query: `parse error: unexpected character`. No series is no trouble: no data."""
    warnings: tuple[str, ...] = ()


class PrometheusLook(msgspec.Struct, frozen=True):
    """The named queries of a Prometheus."""

    url: str
    results: tuple[QueryResult, ...] = ()


class Alert(msgspec.Struct, frozen=True):
    """An alert that fires."""

    fingerprint: str
    name: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = {}
    starts_at: datetime | None = None
    silenced_by: tuple[str, ...] = ()
    """Ids of silences."""
    inhibited_by: tuple[str, ...] = ()
    url: str = ""
    """Of the rule's graph."""
    receivers: tuple[str, ...] = ()

    @property
    def severity(self) -> str:
        """Its label `severity`; empty when it has none."""
        return self.labels.get("severity", "")

    @property
    def suppressed(self) -> bool:
        """Whether nobody is told of it."""
        return bool(self.silenced_by or self.inhibited_by)


class Matcher(msgspec.Struct, frozen=True):
    """A condition of a silence."""

    name: str
    value: str
    regex: bool = False
    equal: bool = True


class Silence(msgspec.Struct, frozen=True):
    """Alerts that nobody is told of for a while."""

    id: str
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str = ""
    comment: str = ""
    pending: bool = False
    """It begins later."""


class AlertmanagerLook(msgspec.Struct, frozen=True):
    """What an Alertmanager knows."""

    url: str
    alerts: tuple[Alert, ...] = ()
    """The oldest first."""
    silences: tuple[Silence, ...] = ()
    """Those that are active or about to be."""
    left_out: int = 0
    """Alerts that are not kept."""


class Component(msgspec.Struct, frozen=True):
    """A part of somebody else's service."""

    name: str
    status: str
    """`operational`, `degraded_performance`, `partial_outage`, `major_outage`, `under_maintenance`."""


class StatusIncident(msgspec.Struct, frozen=True):
    """An incident, or a maintenance, that a status page tells of."""

    name: str
    status: str
    """`investigating`, `identified`, `monitoring`, `scheduled`, `in_progress`, …"""
    impact: str
    """`none`, `minor`, `major`, `critical`, `maintenance`."""
    started_at: datetime | None = None
    updated_at: datetime | None = None
    newest: str = ""
    """The newest message."""
    url: str = ""


class StatusLook(msgspec.Struct, frozen=True):
    """The status page of somebody we depend on."""

    url: str
    name: str
    indicator: str
    """`none`, `minor`, `major`, `critical`, `maintenance`."""
    description: str
    """`Partial System Outage`."""
    components: tuple[Component, ...] = ()
    """Those that are not operational, or that the configuration names."""
    incidents: tuple[StatusIncident, ...] = ()
    """Those that are open."""
    maintenances: tuple[StatusIncident, ...] = ()
    updated_at: datetime | None = None
