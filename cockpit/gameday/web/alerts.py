"""The alerts of the shop: which rules fire, and since when."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from cockpit.gameday.scenarios.shop_images import PROVIDER_DOWN
from cockpit.gameday.vital_signs import STORAGE, Sample

Switches = set[str]


class AlertRule(msgspec.Struct, frozen=True):
    """When an alert fires."""

    name: str
    severity: str
    summary: str
    holds: Callable[[Sample, Switches], bool]
    lasts: float = 10.0
    """Seconds that it has to hold before the alert fires."""
    labels: Mapping[str, str] = {}


class Firing(msgspec.Struct, frozen=True):
    """An alert that fires."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    since: datetime

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that its labels alone decide."""
        text = "\xff".join(f"{name}\xfe{value}" for name, value in sorted(self.labels.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


_SHOP = {"service": "shop", "namespace": "shop"}
_API = {"service": "api", "namespace": "shop"}
_DATABASE = {"service": "shop-db", "instance": "shop-db"}
RULES = (
    AlertRule(
        "ShopErrorRateHigh",
        "critical",
        "More than 5% of the shop's requests fail",
        lambda now, _: now.errors > 0.05,
        labels=_SHOP,
    ),
    AlertRule(
        "ShopLatencyHigh",
        "warning",
        "The slowest 5% of the shop's requests take more than a second",
        lambda now, _: now.p95 > 1.0,
        labels=_SHOP,
    ),
    AlertRule(
        "ApiDown", "critical", "No pod of api is ready", lambda now, _: now.api_ready == 0, lasts=5.0, labels=_API
    ),
    AlertRule(
        "DatabaseConnectionsExhausted",
        "critical",
        "Nearly all connections to shop-db are in use",
        lambda now, _: now.saturation > 0.9,
        labels=_DATABASE,
    ),
    AlertRule(
        "DatabaseStorageLow",
        "warning",
        "Less than 15% of the storage of shop-db is free",
        lambda now, _: now.free_storage < 0.15 * STORAGE,
        labels=_DATABASE,
    ),
    AlertRule(
        "PaymentProviderDown",
        "warning",
        "The payment provider does not answer",
        lambda _, switches: PROVIDER_DOWN in switches,
        lasts=5.0,
        labels={"service": "payments", "provider": "paywell"},
    ),
)


class Alerts:
    """Knows which rules hold, and since when.

    Args:
        speed: By how much waits in the practice world are shortened.
    """

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._held_since: dict[str, datetime] = {}
        self._judged_at: datetime | None = None

    def judge(self, sample: Sample, switches: Switches) -> None:
        """Look which rules hold."""
        holding = [rule.name for rule in RULES if rule.holds(sample, switches)]
        self._held_since = {name: self._held_since.get(name, sample.at) for name in holding}
        self._judged_at = sample.at

    def firing(self) -> Iterator[Firing]:
        """Give the alerts whose rules have held for long enough."""
        for rule in RULES:
            since = self._held_since.get(rule.name)
            lasts = timedelta(seconds=rule.lasts / self._speed)
            if since is not None and self._judged_at is not None and self._judged_at - since >= lasts:
                labels = {"alertname": rule.name, "severity": rule.severity, **rule.labels}
                yield Firing(labels, {"summary": rule.summary}, since + lasts)
