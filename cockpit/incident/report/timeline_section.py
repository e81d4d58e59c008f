"""The timeline, entry by entry."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from cockpit.incident.entry import EntrySource
from cockpit.incident.report.document import (
    Block,
    Line,
    Paragraph,
    Row,
    Section,
    Style,
    Table,
    Words,
    evidence_link,
    line,
    row,
)
from cockpit.incident.report.model import Evidence, Report, Told
from cockpit.incident.report.words import Calendar, duration

LATE = timedelta(minutes=1)
"""An entry that was recorded so much later than it happened says so."""


def timeline(report: Report, calendar: Calendar) -> Section:
    """List all entries, and the times in which nothing was recorded."""
    if not report.timeline:
        return Section("Timeline", (Paragraph(line("Nothing was recorded.")),))
    names = {each.sha256: each for each in report.evidence}
    rows = tuple(each for told in report.timeline for each in _rows(told, names, calendar))
    head = (calendar.head("Time"), "Entry", "Who", "Kind", "What")
    blocks: list[Block] = [Table(head, rows, frozenset({0, 1, 3}))]
    if report.last_gap is not None:
        words = f"Nothing was recorded in the last {duration(report.last_gap)} before this report."
        blocks.append(Paragraph(line(words)))
    return Section("Timeline", tuple(blocks))


def _rows(told: Told, evidence: Mapping[str, Evidence], calendar: Calendar) -> Iterator[Row]:
    if told.gap is not None:
        yield row("", "", "", "", Words(f"{duration(told.gap)} without an entry", Style.QUIET), tone="gap")
    yield row(
        calendar.at(told.at),
        str(told.entry),
        _who(told),
        told.kind,
        _what(told, evidence, calendar),
        anchor=f"entry-{told.entry}",
        tone="retracted" if told.retracted_by else "",
    )


def _what(told: Told, evidence: Mapping[str, Evidence], calendar: Calendar) -> Line:
    """Write what an entry says; what was corrected in it is marked, and what it said before stays readable."""
    words = [] if told.retracted_by is None else [f"RETRACTED by entry {told.retracted_by}: "]
    words.append(told.text)
    if told.amended_by:
        words.append(f" (amended by {_numbers(told.amended_by)}; it was: {told.text_before})")
    if told.retimed_by:
        words.append(f" (time corrected by {_numbers(told.retimed_by)}; it was: {calendar.at(told.at_before)})")
    if told.recorded_at - told.at >= LATE:
        words.append(f" (recorded {calendar.at(told.recorded_at)})")
    links: list[Words] = []
    for digest in told.evidence:
        known = evidence.get(digest)
        links += [Words(" · "), evidence_link(known.name, digest) if known else Words(f"sha256 {digest[:12]}")]
    return line("".join(words), *links)


def _who(told: Told) -> str:
    plain = told.source in (EntrySource.PERSON, told.who)
    return told.who if plain else f"{told.who} ({told.source})"


def _numbers(sequences: Sequence[int]) -> str:
    return f"{'entries' if len(sequences) > 1 else 'entry'} {', '.join(map(str, sequences))}"
