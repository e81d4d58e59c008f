"""What of the web is read, and how often."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from cockpit.clock import Clock
from cockpit.sources.feed import Fed, Pace, Source
from cockpit.sources.web.alertmanager import AlertmanagerSource
from cockpit.sources.web.api import Api
from cockpit.sources.web.client import Web
from cockpit.sources.web.health import HealthSource
from cockpit.sources.web.model import ALERTMANAGER, HEALTH, PROMETHEUS, STATUS
from cockpit.sources.web.prometheus import PrometheusSource
from cockpit.sources.web.status_page import StatusPageSource
from cockpit.web_config import Access, StatusConfig, WebConfig

_TURN: Final = 60.0
"""Seconds that a request may wait for its turn, for httpx to be loaded, and for the next request of the same look."""
_WITHIN: Final = 10.0
"""Seconds for an answer of an API."""


def web_feeds(config: WebConfig, environ: Mapping[str, str], clock: Clock) -> Iterator[Fed]:
    """Give what to read of what the configuration names. All share the 20 requests that run at once."""
    web = Web(environ)
    for name, health in config.health.items():
        open_ = partial(HealthSource, name, health, web, clock)
        yield _fed(HEALTH + name, open_, health.every_seconds, health.timeout_seconds)
    for name, prometheus in config.prometheus.items():
        api = Api(web, prometheus.url, prometheus, within=_WITHIN)
        open_prometheus = partial(PrometheusSource, name, prometheus, api, clock)
        yield _fed(PROMETHEUS + name, open_prometheus, prometheus.every_seconds, _WITHIN)
    for name, alertmanager in config.alertmanager.items():
        api = Api(web, alertmanager.url, alertmanager, within=_WITHIN)
        yield _fed(
            ALERTMANAGER + name,
            partial(AlertmanagerSource, name, alertmanager, api),
            alertmanager.every_seconds,
            _WITHIN,
        )
    for name, page in config.status.items():
        yield _fed(STATUS + name, partial(_status_page, name, page, web), page.every_seconds, _WITHIN)


def _status_page(name: str, config: StatusConfig, web: Web) -> StatusPageSource:
    return StatusPageSource(name, config, Api(web, config.url, Access(), within=_WITHIN))


def _fed(name: str, open_: Callable[[], Source[Any]], every: float, within: float) -> Fed:
    pace = Pace(deadline=within + _TURN, interval=every, fresh_for=3 * every + within, barred=max(every, 30.0))
    return Fed(name, open_, pace)
