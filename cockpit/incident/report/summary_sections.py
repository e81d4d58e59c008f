"""The sections that every audience reads: how bad it was, when what was so, and how long it took."""

from cockpit.incident.report.document import (
    Block,
    Bullets,
    Paragraph,
    Row,
    Section,
    Style,
    Table,
    Words,
    entry_link,
    line,
    row,
)
from cockpit.incident.report.model import Measure, Milestone, Report
from cockpit.incident.report.words import UNKNOWN, Calendar, difference, duration


def facts(report: Report, calendar: Calendar) -> Bullets:
    """Write the head of the report."""
    lasted = duration(report.lasted) if report.lasted is not None else UNKNOWN
    so_far = "" if report.closed_at is not None or report.lasted is None else " so far"
    since = {
        "Severity": _since(report.severity, calendar.full(report.severity_since)),
        "Status": _since(report.status, calendar.full(report.status_since)),
        "Declared": calendar.full(report.declared_at),
        "Closed": calendar.full(report.closed_at) if report.closed_at else "not closed",
        "Duration": f"{lasted}{so_far}",
        "Report written": calendar.full(report.written_at),
        "Times": _zone(calendar),
    }
    return Bullets(tuple(line(f"{name}: {value}") for name, value in since.items()))


def severity(report: Report, calendar: Calendar) -> Section:
    """Tell how bad it was, from when to when, and for how long in all."""
    if not report.periods:
        return Section("Severity", (Paragraph(line("No severity was set.")),))
    rows = tuple(
        row(
            period.severity,
            calendar.at(period.start),
            calendar.at(period.end) if period.end else "lasts",
            duration(period.lasted(report.end)),
        )
        for period in report.periods
    )
    head = ("Severity", calendar.head("From"), calendar.head("To"), "Time")
    totals = ", ".join(f"{name} {duration(time)}" for name, time in report.time_at.items())
    return Section("Severity", (Table(head, rows, frozenset({1, 2, 3})), Paragraph(line(f"In all: {totals}."))))


def milestones(report: Report, calendar: Calendar) -> Section:
    """Tell when what was so."""
    known_from = any(each.entry for each in report.milestones)
    rows = tuple(
        row(each.name.capitalize(), calendar.at(each.at), *((_entry(each),) if known_from else ()))
        for each in report.milestones
    )
    head = ("Milestone", calendar.head("Time"), *(("Known from",) if known_from else ()))
    return Section("Milestones", (Table(head, rows, frozenset({0, 1})),))


def times(report: Report, calendar: Calendar) -> Section:
    """Tell how long what took, by which formula, and against which target."""
    targets = any(each.due_at for each in report.measures)
    rows = tuple(_measure(each, calendar, targets=targets) for each in report.measures)
    head = ("What", "Time", *(("Target",) if targets else ()), "Formula", calendar.head("Computed from"))
    blocks: list[Block] = [Table(head, rows, frozenset({0, 1}))]
    if targets:
        words = "Targets are those of the policy for the severity at that time."
        blocks.append(Paragraph(line(Words(words, Style.QUIET))))
    return Section("Times", tuple(blocks))


def integrity(report: Report, calendar: Calendar) -> Section:
    """Tell how far the record can be relied upon."""
    told = report.integrity
    verdict = (
        f"broken at entry {told.broken}" if told.broken else f"verified {calendar.full(report.written_at)}, unbroken"
    )
    items = [
        line(f"Entries: {told.entries}"),
        line("Last hash: ", Words(told.last_hash, Style.CODE) if told.last_hash else UNKNOWN),
        line(f"Hash chain: {verdict}"),
    ]
    if told.waiting:
        words = "1 entry waits for its place" if told.waiting == 1 else f"{told.waiting} entries wait for their places"
        items.append(line(f"Not yet in the log of its home: {words} and may get other numbers"))
    return Section("Integrity", (Bullets(tuple(items)),))


def warning(report: Report) -> str:
    """Say at the top that the record is damaged; empty when it is not."""
    if report.integrity.broken is None:
        return ""
    return (
        f"The record is damaged. Entry {report.integrity.broken} is missing or was changed after it was written. "
        "Nothing from there on can be relied upon."
    )


def _measure(measure: Measure, calendar: Calendar, *, targets: bool) -> Row:
    inputs = ", ".join(f"{each.name} {calendar.at(each.at)}" for each in measure.inputs)
    tone = {True: "met", False: "missed", None: ""}[measure.met]
    target = (_target(measure, calendar),) if targets else ()
    return row(measure.name.capitalize(), difference(measure.value), *target, measure.formula, inputs, tone=tone)


def _target(measure: Measure, calendar: Calendar) -> str:
    if measure.target is None:
        return "none"
    verdict = {True: "met", False: "MISSED", None: UNKNOWN}[measure.met]
    due = f"due {calendar.at(measure.due_at)}"
    return f"{verdict}: {duration(measure.target)} at {measure.severity}, {due}"


def _entry(milestone: Milestone) -> Words:
    return entry_link(milestone.entry) if milestone.entry is not None else Words("")


def _since(what: str | None, since: str) -> str:
    return f"{what} since {since}" if what else UNKNOWN


def _zone(calendar: Calendar) -> str:
    return "UTC" if calendar.name == "UTC" else f"{calendar.name}, with the offset from UTC"
