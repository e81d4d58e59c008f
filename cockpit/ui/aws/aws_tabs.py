"""The pages of an AWS account, in the order in which the arrows lead through them."""

from typing import Final

from cockpit.ui.aws import (
    account_page,
    alarms_page,
    balancers_page,
    events_page,
    rds_page,
    rds_text,
    targets_page,
)
from cockpit.ui.paged.page import Tab

RDS, BALANCERS, TARGETS, ALARMS, EVENTS, ACCOUNT = "RDS", "Balancers", "Targets", "Alarms", "Events", "Account"
TABS: Final = (
    Tab(RDS, rds_page.draw, rds_text.detail, orders=rds_page.ORDERS),
    Tab(BALANCERS, balancers_page.draw, balancers_page.detail, orders=balancers_page.ORDERS),
    Tab(TARGETS, targets_page.draw, targets_page.detail, orders=targets_page.ORDERS),
    Tab(ALARMS, alarms_page.draw, alarms_page.detail),
    Tab(EVENTS, events_page.draw, events_page.detail),
    Tab(ACCOUNT, account_page.draw, account_page.detail),
)
