"""The newest readings of health endpoints, Prometheus, Alertmanager and status pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final, Self

from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading
from cockpit.sources.web.model import ALERTMANAGER, HEALTH, PROMETHEUS, STATUS
from cockpit.ui.paged.held import Outlook
from cockpit.ui.paged.newest import Newest
from cockpit.ui.paged.trust import is_old, trust_spans, worst_reading
from cockpit.ui.state_text import trouble_text
from cockpit.ui.web.web_view import WebView
from cockpit.ui.widgets.line import Span

_PREFIXES: Final = (HEALTH, PROMETHEUS, ALERTMANAGER, STATUS)
ALL: Final = ""
"""Name of the only subject: all of the web is shown together."""


class WebHeld:
    """Keeps what the panes are drawn from."""

    def __init__(self, zone: tzinfo, policy: Policy, prefixes: Mapping[str, str]) -> None:
        """Keep readings; `prefixes` says of each page which readings it is drawn from."""
        self.zone = zone
        self._policy = policy
        self._prefixes = prefixes
        self._readings = {prefix: Newest[Any](prefix) for prefix in _PREFIXES}

    def take(self, reading: Reading[Any]) -> bool:
        """Take over a reading; False when it is nothing of the web."""
        return any(each.take(reading) for each in self._readings.values())

    @property
    def names(self) -> Sequence[str]:
        """One name for all, once anything is read."""
        return [ALL] if any(each.names for each in self._readings.values()) else []

    def readings(self, *prefixes: str) -> list[Reading[Any]]:
        """Give the readings of some kinds; of all kinds when none is named."""
        return [each for prefix in prefixes or _PREFIXES for each in self._readings[prefix].by_name.values()]

    def view(self, name: str, now: datetime) -> WebView | None:  # noqa: ARG002  (there is one)
        """Look at all of the web."""
        health, prometheus, alertmanagers, status = (_sorted(self._readings[each]) for each in _PREFIXES)
        if not self.names:
            return None
        return WebView(health, prometheus, alertmanagers, status, now, self.zone, self._policy)

    def outlook(self, name: str, tab: str, now: datetime) -> Outlook:  # noqa: ARG002
        """Say how far a page can be trusted, by the reading of it that can be trusted least."""
        least = worst_reading(self.readings(self._prefixes.get(tab, HEALTH)), now)
        return Outlook(state=self.state(least, now), trouble=self._trouble(least, now))

    def state(self, least: Reading[Any] | None, now: datetime) -> list[Span]:
        """Say how old the reading is that can be trusted least, by its name when it is in trouble."""
        if least is None:
            return []
        named = f"{least.source.rpartition('/')[2]} " if is_old(least, now) else ""
        return [Span(named), *trust_spans(least, now, self.zone)]

    def copy(self) -> Self:
        """Hold what is held now."""
        other = type(self)(self.zone, self._policy, self._prefixes)
        other._readings = {prefix: known.copy() for prefix, known in self._readings.items()}  # noqa: SLF001
        return other

    def _trouble(self, least: Reading[Any] | None, now: datetime) -> tuple[str, str | None]:
        if least is None or not is_old(least, now):
            return "", None
        message, remedy = trouble_text(least, self.zone)
        return (f"{least.source.rpartition('/')[2]}: {message}", remedy) if message else ("", None)


def _sorted(known: Newest[Any]) -> dict[str, Reading[Any]]:
    return dict(sorted(known.by_name.items()))
