"""What the header tells, put together from session, findings and record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cockpit.diagnosis.finding import Finding
from cockpit.diagnostician import DIAGNOSIS
from cockpit.session import Session
from cockpit.ui.header import Standing
from cockpit.ui.widgets.line import Span

if TYPE_CHECKING:
    from cockpit.ui.incident.incident_desk import IncidentDesk


def standing(
    session: Session,
    findings: Sequence[Finding] | None,
    record: "IncidentDesk | None",
    due: Sequence[Span],
    *,
    writes: bool,
) -> Standing:
    """Say where we are, how bad it is and since when."""
    info = session.info
    diagnosis = session.board.latest(DIAGNOSIS)
    place = Standing(
        context=info.context if info else "",
        namespace=session.namespace,
        protected=info is not None and session.protects(info.context),
        writes=writes,
        findings=None if findings is None else len(findings),
        worst=findings[0].title if findings else "",
        watched=len(diagnosis.data.forming) if diagnosis is not None and diagnosis.data is not None else 0,
        last_known=diagnosis is not None and diagnosis.trouble is not None,
    )
    if record is None:
        return place
    state = record.state
    if state.closed_at is not None:
        unsaved = len(record.unsaved)
        return replace(place, closed=record.name, closed_at=state.closed_at, unsaved=unsaved)
    return replace(
        place,
        severity=state.severity,
        severity_rank=record.severity_rank(state.severity),
        status=state.status,
        declared_at=state.declared_at,
        unsaved=len(record.unsaved),
        due=due,
    )
