"""The timeline, entry by entry."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from cockpit.incident.beforehand import NAME, Happened
from cockpit.incident.entry import EntrySource, TimeSource
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

_KNOWN = {
    TimeSource.PERSON: "a person said when",
    TimeSource.LOG_LINE: "the line of a log bears it",
    TimeSource.SERVER: "the system that it happened to tells it",
    TimeSource.SEEN: "the cockpit saw it then, and it may have been so a little before",
    TimeSource.COMPUTED: "it follows from other entries and the policy",
}
"""What the words for how a time is known mean."""

BEFORE = "before it began"
"""Instead of its kind, of what changed outside before there was a log."""

LATE = timedelta(minutes=1)
"""An entry that was recorded so much later than it happened says so."""


def timeline(report: Report, calendar: Calendar) -> Section:
    """List all entries, and the times in which nothing was recorded."""
    if not report.timeline:
        return Section("Timeline", (Paragraph(line("Nothing was recorded.")),))
    names = {each.sha256: each for each in report.evidence}
    moments: list[Told | Happened] = sorted([*report.before, *report.timeline], key=lambda each: each.at)
    rows = tuple(told for each in moments for told in _rows(each, names, calendar))
    head = (calendar.head("Time"), "Entry", "Who", "Kind", "What")
    blocks: list[Block] = [Table(head, rows, frozenset({0, 1, 3})), *_legend(moments)]
    if report.before_left_out:
        words = f"Of what changed before it began, {report.before_left_out} earlier are in the evidence {NAME}."
        blocks.append(Paragraph(line(words)))
    if report.last_gap is not None:
        words = f"Nothing was recorded in the last {duration(report.last_gap)} before this report."
        blocks.append(Paragraph(line(words)))
    return Section("Timeline", tuple(blocks))


def _legend(timeline: Sequence[Told | Happened]) -> Iterator[Paragraph]:
    """Explain the words for how times are known, those that stand in the timeline."""
    used = {told.time_from for told in timeline}
    meanings = [f"{word}: {meaning}" for word, meaning in _KNOWN.items() if word in used]
    if meanings:
        words = f"A time is that of writing the entry down, unless it says otherwise. {'; '.join(meanings)}."
        yield Paragraph(line(Words(words, Style.QUIET)))


def _rows(told: Told | Happened, evidence: Mapping[str, Evidence], calendar: Calendar) -> Iterator[Row]:
    if isinstance(told, Happened):
        yield row(calendar.at(told.at), "", "cockpit", BEFORE, line(told.text, *_known(told.time_from)))
        return
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
    links = _known(told.time_from)
    if told.waits:
        links.append(Words(" · written here, not yet in the log of its home", Style.QUIET))
    for digest in told.evidence:
        known = evidence.get(digest)
        links += [Words(" · "), evidence_link(known.name, digest) if known else Words(f"sha256 {digest[:12]}")]
    return line("".join(words), *links)


def _known(time_from: str) -> list[Words]:
    """Say how a time is known that is not that of writing it down."""
    return [] if time_from == TimeSource.CLOCK else [Words(f" · time: {time_from}", Style.QUIET)]


def _who(told: Told) -> str:
    plain = told.source in (EntrySource.PERSON, told.who)
    return told.who if plain else f"{told.who} ({told.source})"


def _numbers(sequences: Sequence[int]) -> str:
    return f"{'entries' if len(sequences) > 1 else 'entry'} {', '.join(map(str, sequences))}"
