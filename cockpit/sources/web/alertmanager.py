"""Reads which alerts fire, and which are silenced.

Source: Alertmanager, API v2 (`api/v2/openapi.yaml` of its repository).
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from cockpit.sources.web.api import Api
from cockpit.sources.web.model import ALERTMANAGER, Alert, AlertmanagerLook, Matcher, Silence
from cockpit.sources.web.urls import shown
from cockpit.text import clean
from cockpit.web_config import AlertmanagerConfig

_MOST_ALERTS: Final = 500
_LONGEST: Final = 500
_ALL: Final = (("active", "true"), ("silenced", "true"), ("inhibited", "true"))
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
EXPIRED: Final = "expired"
_PENDING: Final = "pending"


class _Receiver(msgspec.Struct):
    name: str = ""


class _AlertStatus(msgspec.Struct, rename="camel"):
    silenced_by: list[str] = []
    inhibited_by: list[str] = []


class _WireAlert(msgspec.Struct, rename="camel"):
    labels: dict[str, str]
    fingerprint: str = ""
    annotations: dict[str, str] = {}
    starts_at: datetime | None = None
    generator_url: str = msgspec.field(default="", name="generatorURL")
    receivers: list[_Receiver] = []
    status: _AlertStatus = msgspec.field(default_factory=_AlertStatus)


class _WireMatcher(msgspec.Struct, rename="camel"):
    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True


class _SilenceStatus(msgspec.Struct):
    state: str = ""


class WireSilence(msgspec.Struct, rename="camel"):
    """A silence as the API writes it."""

    id: str
    matchers: list[_WireMatcher]
    starts_at: datetime
    ends_at: datetime
    created_by: str = ""
    comment: str = ""
    status: _SilenceStatus = msgspec.field(default_factory=_SilenceStatus)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or was ended."""
        return self.status.state == EXPIRED

    @property
    def conditions(self) -> tuple[Matcher, ...]:
        """Its matchers as they are; only those that are told are fit to be shown."""
        return tuple(Matcher(each.name, each.value, each.is_regex, each.is_equal) for each in self.matchers)

    def told(self) -> Silence:
        """Give it as it may be shown."""
        return Silence(
            id=clean(self.id),
            matchers=tuple(
                Matcher(clean(each.name), clean(each.value)[:_LONGEST], each.regex, each.equal)
                for each in self.conditions
            ),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            created_by=clean(self.created_by)[:_LONGEST],
            comment=clean(self.comment)[:_LONGEST],
            pending=self.status.state == _PENDING,
        )


class AlertmanagerSource:
    """Reads one Alertmanager."""

    def __init__(self, name: str, config: AlertmanagerConfig, api: Api) -> None:
        """Read the Alertmanager that the configuration calls `name`."""
        self.name = ALERTMANAGER + name
        self._filter = config.filter
        self._api = api

    async def stream(self) -> AsyncIterator[AlertmanagerLook]:
        """Yield what it knows now.

        Raises:
            SourceError: it cannot be read.
        """
        alerts = await read_alerts(self._api, self._filter)
        silences = await read_silences(self._api)
        # Those that somebody is told of are kept first; among them the oldest, as they are nearer to the cause.
        kept = sorted(alerts, key=lambda alert: (alert.suppressed, _began(alert)))[:_MOST_ALERTS]
        yield AlertmanagerLook(
            url=self._api.url,
            alerts=tuple(sorted(kept, key=_began)),
            silences=tuple(sorted(silences, key=lambda silence: silence.ends_at)),
            left_out=len(alerts) - len(kept),
        )


async def read_alerts(api: Api, matchers: Sequence[str] = ()) -> list[Alert]:
    """Read the alerts that fire, silenced and inhibited ones among them.

    Args:
        api: whom to ask.
        matchers: as Alertmanager writes them; none: all alerts.

    Raises:
        SourceError: they cannot be read.
    """
    filters = [("filter", matcher) for matcher in matchers]
    return [_alert(each) for each in await api.get("/api/v2/alerts", list[_WireAlert], (*_ALL, *filters))]


async def read_silences(api: Api) -> list[Silence]:
    """Read the silences that are active or about to be.

    Raises:
        SourceError: they cannot be read.
    """
    return [each.told() for each in await api.get("/api/v2/silences", list[WireSilence]) if not each.is_over]


def _alert(wire: _WireAlert) -> Alert:
    return Alert(
        fingerprint=clean(wire.fingerprint),
        name=clean(wire.labels.get("alertname", "")),
        labels={clean(name): clean(value)[:_LONGEST] for name, value in wire.labels.items()},
        annotations={clean(name): clean(value)[:_LONGEST] for name, value in wire.annotations.items()},
        starts_at=wire.starts_at,
        silenced_by=tuple(map(clean, wire.status.silenced_by)),
        inhibited_by=tuple(map(clean, wire.status.inhibited_by)),
        url=shown(wire.generator_url),
        receivers=tuple(clean(each.name) for each in wire.receivers),
    )


def _began(alert: Alert) -> datetime:
    return alert.starts_at or _FIRST
