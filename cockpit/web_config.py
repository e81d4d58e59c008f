"""`[web]` of the configuration: health endpoints, Prometheus, Alertmanager, status pages."""

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class Access(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to be let in, where that is needed. Secrets themselves are never in the configuration."""

    token_env: str | None = None
    """The environment variable that holds a bearer token."""
    token_file: str | None = None
    """The file that holds it."""
    user: str | None = None
    password_env: str | None = None
    """The environment variable that holds the password of `user`."""
    ca_file: str | None = None
    """Certificates to trust beside the system's."""


class HealthConfig(Access, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[web.health.NAME]`: an endpoint that says whether a service is well."""

    url: str
    every_seconds: Seconds = 10
    timeout_seconds: Seconds = 10
    slow_seconds: Seconds = 5
    """Slower answers are a finding (runbooks: p99 > 5 s)."""
    status: tuple[int, ...] = ()
    """What is good; none: every 2xx."""
    body: str | None = None
    """A regular expression that the body has to match."""
    json: str | None = None
    """Where in a JSON body to look, such as `checks.database.status`; `items[0].ok` for lists."""
    equals: str | None = None
    """What has to be there, as JSON writes it without quotation marks; None: anything but false, null and nothing."""
    method: str = "GET"
    headers: dict[str, str] = {}
    workload: str | None = None
    """Which workload answers: `shop/deployment/api`."""


class QueryConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[web.prometheus.NAME.queries.QUERY]`: a number to keep an eye on."""

    promql: str
    unit: str = ""
    above: float | None = None
    critical_above: float | None = None
    below: float | None = None
    critical_below: float | None = None


class PrometheusConfig(Access, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[web.prometheus.NAME]`."""

    url: str
    every_seconds: Seconds = 30
    queries: dict[str, QueryConfig] = {}


class AlertmanagerConfig(Access, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[web.alertmanager.NAME]`."""

    url: str
    every_seconds: Seconds = 15
    filter: tuple[str, ...] = ()
    """Matchers as Alertmanager writes them, such as `team="shop"`."""
    protected: bool = False
    """Whether a silence asks for its name to be typed."""


class StatusConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[web.status.NAME]`: the status page of somebody we depend on."""

    url: str
    """Of the page; `/api/v2/summary.json` is added when it is not there."""
    every_seconds: Seconds = 60
    components: tuple[str, ...] = ()
    """Shell patterns of those that matter; none: all."""


class WebConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[web]`."""

    health: dict[str, HealthConfig] = {}
    prometheus: dict[str, PrometheusConfig] = {}
    alertmanager: dict[str, AlertmanagerConfig] = {}
    status: dict[str, StatusConfig] = {}
