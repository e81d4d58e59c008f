"""Shows health endpoints, metrics, alerts and status pages: in a strip of the overview, and over the whole width."""

from datetime import datetime, tzinfo
from typing import Any, Final

from textual.screen import Screen

from cockpit.clock import Clock
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.web import kinds
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.actions.silence_offers import SilenceSelection
from cockpit.ui.paged.paged_desk import PagedDesk
from cockpit.ui.paged.paged_pane import PagedPane
from cockpit.ui.paged.strip import Summary
from cockpit.ui.paged.title import Title
from cockpit.ui.web import alerts_page, metrics_page, web_tabs
from cockpit.ui.web.web_held import ALL, WebHeld
from cockpit.ui.web.web_summary import summary
from cockpit.ui.web.web_view import WebView

_TITLE: Final = Title(
    "Web",
    ("nothing of the web is looked at", '[web.health.shop] with url = "https://shop.example/healthz" in cockpit.toml'),
)
_TABS: Final = {
    kinds.HEALTH: web_tabs.HEALTH,
    kinds.PROMETHEUS: web_tabs.METRICS,
    kinds.ALERTMANAGER: web_tabs.ALERTS,
    kinds.STATUS_PAGE: web_tabs.OTHERS,
}
"""On which page the objects of findings are."""


class WebDesk(PagedDesk[WebView]):
    """Knows what findings call endpoints and services."""

    def __init__(self, screen: Screen[Any], clock: Clock, zone: tzinfo, policy: Policy) -> None:
        """Arrange panes on `screen`."""
        held = WebHeld(zone, policy, web_tabs.PREFIXES)

        def say(now: datetime) -> Summary:
            return summary(held, now)

        super().__init__(screen, held, PagedPane(_TITLE, held, web_tabs.TABS, clock, id="web"), say, clock)
        self._clock = clock

    def find(self, about: ObjectRef) -> bool:
        """Show an object of a finding; False when it is nothing of the web."""
        if about.kind not in _TABS:
            return False
        view, row = self.held.view(ALL, self._clock()), about.name
        if view is not None and about.kind == kinds.PROMETHEUS:
            row = metrics_page.first_of(view, about.name)
        elif view is not None and about.kind == kinds.ALERTMANAGER:
            row = alerts_page.first_of(view, about.name)
        self.open(ALL, _TABS[about.kind], row)
        return True

    def selected_alerts(self) -> tuple[str, SilenceSelection] | None:
        """Give the Alertmanager and what of it is under the cursor; None where that is neither alert nor silence."""
        key, view = self.pane.table.cursor_key, self.held.view(ALL, self._clock())
        if view is None or key is None or self.pane.tab.title != web_tabs.ALERTS:
            return None
        name, silence = alerts_page.silence_of(view, key)
        if silence is not None:
            return name, SilenceSelection(silence=silence)
        together = alerts_page.TURNS[self.pane.choices.turn] == alerts_page.BY_NAME
        name, alerts = alerts_page.alerts_of(view, key, together=together)
        return (name, SilenceSelection(alerts)) if alerts else None

    def alerts_named(self, alertmanager: str, alert: str) -> tuple[str, SilenceSelection] | None:
        """Give the alerts of a name that people are told of; None when there are none."""
        view = self.held.view(ALL, self._clock())
        reading = view.alertmanagers.get(alertmanager) if view is not None else None
        known = reading.data.alerts if reading is not None and reading.data is not None else ()
        alerts = [each for each in known if each.name == alert and not each.suppressed]
        return (alertmanager, SilenceSelection(alerts)) if alerts else None
