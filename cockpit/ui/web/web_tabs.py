"""The pages of the web, in the order in which the arrows lead through them."""

from typing import Final

from cockpit.sources.web import model
from cockpit.ui.paged.page import Tab
from cockpit.ui.web import alerts_page, health_page, metrics_page, others_page

HEALTH, METRICS, ALERTS, OTHERS = "Health", "Metrics", "Alerts", "Others"
TABS: Final = (
    Tab(HEALTH, health_page.draw, health_page.detail, orders=health_page.ORDERS),
    Tab(METRICS, metrics_page.draw, metrics_page.detail, orders=metrics_page.ORDERS),
    Tab(ALERTS, alerts_page.draw, alerts_page.detail, turns=alerts_page.TURNS),
    Tab(OTHERS, others_page.draw, others_page.detail),
)
PREFIXES: Final = {
    HEALTH: model.HEALTH,
    METRICS: model.PROMETHEUS,
    ALERTS: model.ALERTMANAGER,
    OTHERS: model.STATUS,
}
"""Which readings each page is drawn from."""
