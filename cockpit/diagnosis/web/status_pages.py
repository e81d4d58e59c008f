"""Services of others that their status pages say are not well."""

from collections.abc import Iterator

from cockpit.diagnosis import outside
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web.kinds import STATUS_PAGE, web_ref
from cockpit.diagnosis.wording import listed, one_line, quoted
from cockpit.sources.web.model import STATUS as READING
from cockpit.sources.web.model import StatusLook

MOST_TOLD = 3

_OPERATIONAL = "operational"
_COMPONENTS = {
    "major_outage": FindingSeverity.WRONG,
    "partial_outage": FindingSeverity.DOUBTFUL,
    "degraded_performance": FindingSeverity.DOUBTFUL,
    "under_maintenance": FindingSeverity.NOTICE,
}
_INDICATORS = {
    "critical": FindingSeverity.WRONG,
    "major": FindingSeverity.WRONG,
    "minor": FindingSeverity.DOUBTFUL,
    "maintenance": FindingSeverity.NOTICE,
}
_GOING_ON = ("in_progress", "verifying")
"""Statuses of a maintenance that has begun."""


def problems(view: View) -> Iterator[Problem]:
    """Tell of each page once: what is down, and what its owner says of it."""
    for name, known in view.facts.status_pages.items():
        look = outside.current(known, view.now)
        severity = _severity(look) if look is not None else None
        if look is not None and severity is not None:
            yield _problem(name, look, severity)


def _severity(look: StatusLook) -> FindingSeverity | None:
    """Judge a page by those of its parts that matter; by its whole where no parts are named.

    That a part is listed although it is operational shows that the configuration names parts.
    """
    chosen = any(each.status == _OPERATIONAL for each in look.components)
    found = [_COMPONENTS[each.status] for each in look.components if each.status in _COMPONENTS]
    if not chosen and look.indicator in _INDICATORS:
        found.append(_INDICATORS[look.indicator])
    if any(each.status in _GOING_ON for each in look.maintenances) and not chosen:
        found.append(FindingSeverity.NOTICE)
    return min(found, default=None)


def _problem(name: str, look: StatusLook, severity: FindingSeverity) -> Problem:
    down = sorted(
        (each for each in look.components if each.status != _OPERATIONAL),
        key=lambda each: (_COMPONENTS.get(each.status, severity), each.name),
    )
    parts = [f"{one_line(each.name, 60)} {one_line(each.status.replace('_', ' '))}" for each in down]
    maintained = severity is FindingSeverity.NOTICE
    open_ones = look.maintenances if maintained else look.incidents
    why = quoted(open_ones[0].name) if open_ones else ""
    told = listed(parts) or quoted(look.description) or quoted(look.indicator)
    return outside.problem(
        Cause.THIRD_PARTY,
        f"web/third-party/{name}",
        web_ref(STATUS_PAGE, name),
        one_line(look.name or name),
        ("maintenance: " if maintained else "") + told,
        why=why,
        severity=severity,
        since=min((each.started_at for each in open_ones if each.started_at is not None), default=None),
        evidence=tuple(_evidence(name, look)),
    )


def _evidence(name: str, look: StatusLook) -> Iterator[Evidence]:
    source = f"{READING}{name}"
    yield outside.proof(source, name, f"{quoted(look.url)}: {quoted(look.description) or quoted(look.indicator)}")
    for each in (*look.incidents, *look.maintenances)[:MOST_TOLD]:
        said = f": {quoted(each.newest)}" if each.newest else ""
        yield outside.proof(source, each.name, f"{quoted(each.name)} ({one_line(each.status)}){said}")
