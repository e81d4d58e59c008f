"""Reads the status page of somebody we depend on.

Source: the public API of Statuspage, `/api/v2/summary.json`, which others imitate.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

import msgspec

from cockpit.sources.web.api import Api
from cockpit.sources.web.model import STATUS, Component, StatusIncident, StatusLook
from cockpit.sources.web.urls import shown
from cockpit.text import clean
from cockpit.web_config import StatusConfig

_SUMMARY: Final = "/api/v2/summary.json"
_WELL: Final = "operational"
_LONGEST: Final = 500
_MOST: Final = 100


class _Page(msgspec.Struct):
    name: str = ""
    updated_at: datetime | None = None


class _Status(msgspec.Struct):
    indicator: str
    description: str = ""


class _Component(msgspec.Struct):
    name: str
    status: str = ""
    group: bool | None = None


class _Update(msgspec.Struct):
    body: str | None = None


class _Incident(msgspec.Struct):
    name: str
    status: str = ""
    impact: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    scheduled_for: datetime | None = None
    updated_at: datetime | None = None
    shortlink: str | None = None
    incident_updates: list[_Update] = []
    components: list[_Component] = []


class _Summary(msgspec.Struct):
    status: _Status
    page: _Page = msgspec.field(default_factory=_Page)
    components: list[_Component] = []
    incidents: list[_Incident] = []
    scheduled_maintenances: list[_Incident] = []


class StatusPageSource:
    """Reads one status page."""

    def __init__(self, name: str, config: StatusConfig, api: Api) -> None:
        """Read the page that the configuration calls `name`."""
        self.name = STATUS + name
        self._components = config.components
        self._path = "" if urlsplit(config.url).path.endswith(".json") else _SUMMARY
        self._api = api

    async def stream(self) -> AsyncIterator[StatusLook]:
        """Yield what the page tells.

        Raises:
            SourceError: it cannot be read.
        """
        summary = await self._api.get(self._path, _Summary)
        patterns = self._components
        chosen = [each for each in summary.components if _matters(each, patterns)]
        yield StatusLook(
            url=self._api.url,
            name=_fit(summary.page.name) or (urlsplit(self._api.url).hostname or ""),
            indicator=_fit(summary.status.indicator),
            description=_fit(summary.status.description),
            components=tuple(Component(_fit(each.name), _fit(each.status)) for each in chosen[:_MOST]),
            incidents=_concerning(summary.incidents, patterns),
            maintenances=_concerning(summary.scheduled_maintenances, patterns),
            updated_at=summary.page.updated_at,
        )


def _matters(component: _Component, patterns: Sequence[str]) -> bool:
    if patterns:
        return any(fnmatchcase(component.name.casefold(), pattern.casefold()) for pattern in patterns)
    return not component.group and component.status != _WELL


def _concerning(incidents: Sequence[_Incident], patterns: Sequence[str]) -> tuple[StatusIncident, ...]:
    """Give the incidents of what matters; one that names no component is taken to concern everything."""
    return tuple(
        _incident(each)
        for each in incidents[:_MOST]
        if not patterns or not each.components or any(_matters(one, patterns) for one in each.components)
    )


def _incident(wire: _Incident) -> StatusIncident:
    updates = wire.incident_updates
    return StatusIncident(
        name=_fit(wire.name),
        status=_fit(wire.status),
        impact=_fit(wire.impact or ""),
        started_at=wire.scheduled_for or wire.started_at or wire.created_at,
        updated_at=wire.updated_at,
        newest=_fit(updates[0].body or "") if updates else "",
        url=shown(wire.shortlink or ""),
    )


def _fit(text: str) -> str:
    return clean(text)[:_LONGEST]
