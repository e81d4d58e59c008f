"""What the drawing of an incident shows: how bad it was, what was wrong, what was done, when nothing was recorded."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from cockpit.incident.report.document import Bar, Chart, Lane, Mark
from cockpit.incident.report.model import Report

LEVELS = 4
"""Colours of severities; the first is that of the worst."""

MOST_FINDINGS = 12
"""Each has a lane of its own; the longest are drawn."""


def chart(report: Report) -> Chart | None:
    """Draw a report, up to its end and whatever was recorded later; None: there is nothing to draw.

    What an audience may not read is not in the report, and so not in its drawing.
    """
    moments = [*_moments(report)]
    if not moments:
        return None
    start, end = min(moments), max(*moments, report.end)
    lanes = (*_levels(report, end), *_findings(report, end), *_doings(report))
    lines = (Mark(each.at, each.name, "milestone") for each in report.milestones if each.at is not None)
    return Chart(start, end, lanes, tuple(lines))


def _moments(report: Report) -> Iterator[datetime]:
    yield from (each.at for each in report.timeline)
    yield from (each.at for each in report.milestones if each.at is not None)
    yield from (each.at for each in report.messages)
    yield from (each.at for each in report.statuses)
    yield from (moment for each in report.periods for moment in (each.start, each.end) if moment is not None)


def _levels(report: Report, end: datetime) -> Iterator[Lane]:
    levels = {name: min(rank, LEVELS - 1) for rank, name in enumerate(report.scheme)}
    if report.periods:
        bars = (
            Bar(each.start, each.end or end, each.severity, f"level-{levels.get(each.severity, LEVELS - 1)}")
            for each in report.periods
        )
        yield Lane("Severity", tuple(bars))
    if report.statuses:
        ends = [later.at for _, later in pairwise(report.statuses)] + [report.closed_at or end]
        bars = (Bar(each.at, until, each.status, "status") for each, until in zip(report.statuses, ends, strict=True))
        yield Lane("Status", tuple(bars))


def _findings(report: Report, end: datetime) -> Iterator[Lane]:
    longest = sorted(report.findings, key=lambda each: each.lasted, reverse=True)[:MOST_FINDINGS]
    for finding in report.findings:
        if finding in longest:
            yield Lane("Wrong", (Bar(finding.since, finding.over_at or end, finding.title, "finding"),))


def _doings(report: Report) -> Iterator[Lane]:
    actions = (*(Mark(each.at, each.title, "action") for each in report.actions),)
    commands = (*(Mark(each.at, each.command, "action") for each in report.commands),)
    if actions or commands:
        yield Lane("Actions", marks=(*actions, *commands))
    if report.messages:
        yield Lane(
            "Messages", marks=tuple(Mark(each.at, each.name or "message", "message") for each in report.messages)
        )
    if report.timeline:
        gaps = (
            Bar(each.at - each.gap, each.at, "no entries", "gap") for each in report.timeline if each.gap is not None
        )
        marks = (Mark(each.at, f"{each.entry}: {each.kind}", "entry") for each in report.timeline)
        yield Lane("Entries", tuple(gaps), tuple(marks))
