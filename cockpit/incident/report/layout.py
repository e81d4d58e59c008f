"""Which sections a report has, and in which order."""

from collections.abc import Iterator

from cockpit.incident.action_item import DONE, DROPPED
from cockpit.incident.report import summary_sections as summary
from cockpit.incident.report import work_sections as work
from cockpit.incident.report.chart import chart
from cockpit.incident.report.document import (
    Block,
    Bullets,
    Document,
    ForPeople,
    Paragraph,
    Row,
    Section,
    Style,
    Table,
    Words,
    line,
    row,
)
from cockpit.incident.report.model import Audience, FollowUp, Report
from cockpit.incident.report.timeline_section import timeline
from cockpit.incident.report.words import Calendar

SUMMARY = "what happened, what it meant and how it ended, in three sentences."
IMPACT = "who could not do what, how many, from when to when, at what cost."
_LOOKING_BACK = (
    ("Root cause", "what had to be true for this to happen, and how it is known."),
    ("Contributing factors", "what made it likelier, worse or longer."),
    ("5 Whys", "ask why until the answer is something that can be changed."),
    ("What went well", "what to keep doing, and where luck helped."),
    ("What could be better", "in finding out, in responding, in the systems; no blame."),
    ("Lessons", "what others should know, who were not there."),
)
_FOR_CUSTOMERS = (
    ("What we did", "in a few plain words."),
    ("What we do so that it does not happen again", "what is done already, and what will be, by when."),
)


def document(report: Report, calendar: Calendar) -> Document:
    """Lay out a report for its audience, with times in the zone of `calendar`."""
    sections = _customer(report, calendar) if report.audience is Audience.CUSTOMER else _internal(report, calendar)
    return Document(_title(report), summary.facts(report, calendar), tuple(sections), summary.warning(report))


def _internal(report: Report, calendar: Calendar) -> Iterator[Section]:
    yield _for_people("Summary", SUMMARY)
    yield _drawn(report, summary.severity(report, calendar))
    yield _for_people("Impact", IMPACT)
    yield summary.milestones(report, calendar)
    yield summary.times(report, calendar)
    yield timeline(report, calendar)
    yield work.people(report, calendar)
    yield work.findings(report, calendar)
    yield work.hypotheses(report, calendar)
    yield work.actions(report, calendar)
    yield work.checklist(report, calendar)
    yield work.messages(report, calendar)
    for title, hint in _LOOKING_BACK:
        whys = ("Why?",) * 5 if title == "5 Whys" else ()
        yield Section(title, (ForPeople(hint, whys),))
    yield _action_items(report)
    yield work.evidence(report, calendar)
    yield summary.integrity(report, calendar)


def _customer(report: Report, calendar: Calendar) -> Iterator[Section]:
    yield _for_people("Summary", SUMMARY)
    yield _for_people("Impact", IMPACT)
    yield _drawn(report, summary.severity(report, calendar))
    yield summary.milestones(report, calendar)
    yield summary.times(report, calendar)
    yield _told(report, calendar)
    for title, hint in _FOR_CUSTOMERS:
        yield _for_people(title, hint)
    yield Section(
        "What is left out", (Paragraph(line(f"This report is for customers. Left out are: {report.left_out}.")),)
    )
    yield summary.integrity(report, calendar)


def _told(report: Report, calendar: Calendar) -> Section:
    """List how the status changed, and what customers were told, in order."""
    told = [(each.at, "status", each.status) for each in report.statuses]
    told += [(each.at, "message", each.text or "(what it said is not in the record)") for each in report.messages]
    rows = tuple(row(calendar.at(at), kind, what) for at, kind, what in sorted(told))
    if not rows:
        return Section("Timeline", (Paragraph(line("Nothing was published.")),))
    return Section("Timeline", (Table((calendar.head("Time"), "Kind", "What"), rows, frozenset({0})),))


def _action_items(report: Report) -> Section:
    rows = tuple(_follow_up(each) for each in report.follow_ups)
    table = Table(("Action", "Owner", "Due", "Status"), (*rows, row(" ", " ", " ", " ")))
    blocks: list[Block] = [ForPeople("one row each, with an owner and a date."), table]
    if report.loose_ends:
        blocks.append(Paragraph(line("The record leaves open, for people to judge:")))
        blocks.append(Bullets(tuple(line(each) for each in report.loose_ends)))
    return Section("Action items", tuple(blocks))


def _follow_up(item: FollowUp) -> Row:
    """Write an item: ticked when it is done, struck out when it was dropped, and then why."""
    what = Words(item.text, Style.STRUCK) if item.status == DROPPED else item.text
    status = {DONE: "✔ done", DROPPED: f"dropped: {item.why}" if item.why else DROPPED}.get(item.status, item.status)
    return row(what, item.owner or "nobody yet", item.due or "no date yet", status)


def _drawn(report: Report, section: Section) -> Section:
    drawn = chart(report)
    return section if drawn is None else Section(section.title, (*section.blocks, drawn))


def _for_people(title: str, hint: str) -> Section:
    return Section(title, (ForPeople(hint),))


def _title(report: Report) -> str:
    if not report.incident:
        return "Incident report"
    return f"{report.incident}: {report.title or 'incident report'}"
