"""RDS and Aurora: what has happened, and what AWS is going to do."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from cockpit.sources.aws.asking import Ask, utc
from cockpit.sources.aws.model import DbEvent, Maintenance

_MINUTES_BACK = 180
"""The failover that began an incident may be older than an hour."""
_A_PAGE = 100
_MOST_EVENTS = 500


def read_events(ask: Ask) -> tuple[DbEvent, ...]:
    """Read what RDS says has happened in the last hours, the newest first. Blocks.

    Raises:
        AwsError: it cannot be read.
    """
    events = [
        DbEvent(
            at=told["Date"].astimezone(UTC),
            name=str(told.get("SourceIdentifier", "")),
            kind=str(told.get("SourceType", "")),
            categories=tuple(told.get("EventCategories", ())),
            message=str(told.get("Message", "")),
        )
        for page in ask.pages("rds", "DescribeEvents", token="Marker", Duration=_MINUTES_BACK, MaxRecords=_A_PAGE)  # noqa: S106
        for told in page["Events"]
    ]
    return tuple(sorted(events, key=lambda event: event.at, reverse=True)[:_MOST_EVENTS])


def read_maintenance(ask: Ask) -> Mapping[str, tuple[Maintenance, ...]]:
    """Read what AWS will do to which instances and clusters, by their names. Blocks.

    Raises:
        AwsError: it cannot be read.
    """
    return {
        str(told["ResourceIdentifier"]).rpartition(":")[2]: tuple(
            _maintenance(action) for action in told.get("PendingMaintenanceActionDetails", ())
        )
        for page in ask.pages("rds", "DescribePendingMaintenanceActions", token="Marker", MaxRecords=_A_PAGE)  # noqa: S106
        for told in page["PendingMaintenanceActions"]
    }


def _maintenance(action: Mapping[str, Any]) -> Maintenance:
    # What is told as current takes the choice of the person and both other dates into account.
    dates = (action.get(key) for key in ("CurrentApplyDate", "AutoAppliedAfterDate", "ForcedApplyDate"))
    return Maintenance(
        action=str(action.get("Action", "")),
        description=str(action.get("Description", "")),
        due_at=next((utc(date) for date in dates if date is not None), None),
    )
