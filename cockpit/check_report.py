"""What `cockpit check` writes: one report as text or JSON, or what changed between two of them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from itertools import groupby
from typing import Any

import msgspec

from cockpit.clock import rfc3339
from cockpit.diagnosis.finding import Evidence, Finding, Findings
from cockpit.diagnosis.wording import moment as to_the_minute
from cockpit.reading import Reading, State, Trouble, TroubleKind
from cockpit.sources.aws.model import AwsLook
from cockpit.sources.aws.model import Gap as AwsGap
from cockpit.sources.kubernetes.crash_log import CRASH_LOGS
from cockpit.sources.kubernetes.kind_names import KIND_READINGS, NODE_EVENTS
from cockpit.sources.kubernetes.model import KUBERNETES, PODS, Pods
from cockpit.sources.kubernetes.objects import Objects
from cockpit.sources.postgres.model import Gap as PostgresGap
from cockpit.sources.postgres.model import PostgresLook
from cockpit.text import plain

_UNREADABLE = frozenset((State.LOADING, State.STALE, State.FAILING, State.DENIED))
_DISPENSABLE = frozenset((*KIND_READINGS, NODE_EVENTS, CRASH_LOGS))
"""Many people may not read some of these, such as nodes: that limits what is known, and is no failure."""

_HEALTH = "health."
"""What the parts of a look that are read last begin with."""


class Outcome(IntEnum):
    """The exit status."""

    WELL = 0
    WRONG = 1
    UNREADABLE = 2
    """Nobody knows, because a source cannot be read. One that is not there, such as the metrics API, is only off; and a
    kind beside pods that may not be read only limits what is known."""


class TroubleReport(msgspec.Struct, frozen=True):
    """Why a source cannot be read."""

    kind: str
    message: str
    since: str
    remedy: str | None


class SourceReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """A source and how far it can be trusted."""

    source: str
    state: State
    taken_at: str | None
    trouble: TroubleReport | None
    gaps: Mapping[str, str] = {}
    """Why parts of it are missing, such as what a role may not see of a Postgres server."""

    @property
    def limited(self) -> bool:
        """Tell whether it may not be read, and can be done without."""
        denied = self.trouble is not None and self.trouble.kind == TroubleKind.DENIED
        return denied and self.source in _DISPENSABLE


class FindingReport(msgspec.Struct, frozen=True):
    """Something that is wrong."""

    key: str
    severity: str
    title: str
    scenario: str
    evidence: tuple[Evidence, ...]


class Report(msgspec.Struct, frozen=True):
    """Everything that is known at one moment."""

    taken_at: str
    sources: tuple[SourceReport, ...] = ()
    findings: tuple[FindingReport, ...] = ()
    watched: tuple[FindingReport, ...] = ()
    """What would be wrong if it lasted."""

    @property
    def outcome(self) -> Outcome:
        """Judge the report. What cannot be read goes before what is wrong."""
        if any(source.state in _UNREADABLE and not source.limited for source in self.sources):
            return Outcome.UNREADABLE
        return Outcome.WRONG if self.findings else Outcome.WELL


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is different from the report before; one of the three is set."""

    at: str
    source: SourceReport | None = None
    finding: FindingReport | None = None
    """New, or said differently than before."""
    cleared: FindingReport | None = None


def report_of(readings: Iterable[Reading[Any]], diagnosis: Reading[Findings] | None, now: datetime) -> Report:
    """Put together what is known at the time `now`.

    Args:
        readings: What the sources say.
        diagnosis: What follows from it. When it fails by itself, it is listed as a source.
        now: The time (UTC).
    """
    sources = list(readings)
    if diagnosis is not None and diagnosis.trouble is not None and not diagnosis.trouble.inherited:
        sources.append(diagnosis)
    found = diagnosis.data if diagnosis is not None and diagnosis.data is not None else Findings()
    return Report(
        taken_at=rfc3339(now),
        sources=tuple(_source_report(reading, now) for reading in sources),
        findings=tuple(_finding_report(finding, now) for finding in found.findings),
        watched=tuple(_finding_report(finding, now) for finding in found.forming),
    )


def is_complete(reading: Reading[Any] | None) -> bool:
    """Tell whether a reading is more than the first pages of a long list, or the first part of a look at a server."""
    if reading is None:
        return False
    if isinstance(reading.data, PostgresLook) and reading.trouble is None:
        return reading.data.health is not None or any(part.startswith(_HEALTH) for part in reading.data.gaps)
    if isinstance(reading.data, AwsLook) and reading.trouble is None:
        return not reading.data.waiting
    return not (isinstance(reading.data, Pods | Objects) and not reading.data.resource_version)


def changes(before: Report, after: Report) -> Iterator[Change]:
    """Tell what a reader of `before` has to hear. That a source is still loading is no news."""
    at = after.taken_at
    known = {source.source: (source.state, source.trouble) for source in before.sources}
    for source in after.sources:
        if known.get(source.source, (State.LOADING, None)) != (source.state, source.trouble):
            yield Change(at, source=source)
    told = {finding.key: finding for finding in before.findings}
    for finding in after.findings:
        earlier = told.pop(finding.key, None)
        if earlier is None or (earlier.severity, earlier.title) != (finding.severity, finding.title):
            yield Change(at, finding=finding)
    for gone in told.values():
        yield Change(at, cleared=gone)


def to_text(report: Report) -> str:
    """Write a report for people: one line a source, one line a finding."""
    lines = [*_source_lines(report.sources), *map(_finding_line, report.findings)]
    lines += [f"{'watched':<8} {each.title}" for each in report.watched]
    limited = sum(source.limited for source in report.sources)
    partly = sum(bool(source.gaps) for source in report.sources)
    limits = [f"{limited} sources that may not be read"] if limited else []
    limits += [f"{partly} sources that are read in part"] if partly else []
    known = f" in what is known; limited by {' and '.join(limits)}" if limits else ""
    if report.outcome is Outcome.WELL:
        yet = f" yet, {len(report.watched)} watched" if report.watched else ""
        lines.append(f"nothing is wrong{yet}{known}")
    return "".join(f"{_typed(line)}\n" for line in lines)


def change_to_text(change: Change) -> str:
    """Write a change as one line with its time."""
    if change.source is not None:
        line = _source_line(change.source)
    elif change.finding is not None:
        line = _finding_line(change.finding)
    else:
        line = f"cleared  {change.cleared.title if change.cleared else ''}"
    return f"{change.at[11:19]}Z {_typed(line)}\n"


def _typed(line: str) -> str:
    """Write a line with what a typewriter has: arrows of titles are drawn rather than spelled as escapes."""
    return plain(line.replace("←", "<-").replace("→", "->"))


def to_json(report: Report | Change) -> str:
    """Write a report, or a change, as one line of JSON, in ASCII: any locale takes it, and no terminal is steered."""
    built = msgspec.to_builtins(report)
    if isinstance(report, Report) and not report.watched:
        del built["watched"]  # programs that were written before it have nothing to learn then
    return f"{json.dumps(built, separators=(',', ':'))}\n"


def _source_report(reading: Reading[Any], now: datetime) -> SourceReport:
    state = reading.state(now)
    if state is State.LIVE and not is_complete(reading):
        state = State.LOADING
    taken_at = rfc3339(reading.taken_at) if reading.taken_at else None
    gaps = {
        part: f"{gap.message}; try: {gap.remedy}" if gap.remedy else gap.message for part, gap in _gaps(reading.data)
    }
    return SourceReport(reading.source, state, taken_at, _trouble_report(reading.trouble), gaps)


def _gaps(look: object) -> Iterator[tuple[str, PostgresGap | AwsGap]]:
    """Name the parts of a look that are missing."""
    if isinstance(look, PostgresLook):
        yield from look.gaps.items()
    elif isinstance(look, AwsLook):
        yield from ((gap.api, gap) for gap in look.gaps)


def _trouble_report(trouble: Trouble | None) -> TroubleReport | None:
    if trouble is None:
        return None
    return TroubleReport(trouble.kind.value, trouble.message, rfc3339(trouble.since), trouble.remedy)


def _finding_report(finding: Finding, now: datetime) -> FindingReport:
    since = _since(finding, now)
    if finding.unseen_since is not None:
        since += f", not seen since {_moment(finding.unseen_since, now)}: {finding.unseen}"
    return FindingReport(
        key=finding.key,
        severity=finding.severity.name.lower(),
        title=finding.title + since,
        scenario=finding.scenario,
        evidence=finding.evidence,
    )


def _since(finding: Finding, now: datetime) -> str:
    """Say since when; a metric of a minute tells no seconds."""
    if finding.since is None:
        return ""
    if finding.about:
        return f", since about {to_the_minute(finding.since, now)}"
    return f", since {_moment(finding.since, now)}"


def _moment(moment: datetime, now: datetime) -> str:
    """Write a time of today short, and any other with its date."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%H:%M:%SZ" if utc.date() == now.astimezone(UTC).date() else "%Y-%m-%dT%H:%MZ")


def _source_lines(sources: Sequence[SourceReport]) -> Iterator[str]:
    """Write a line a source; what fails for the same reason, such as a server that is away, shares one."""
    pods_are_read = any(each.source == PODS and each.state is State.LIVE for each in sources)
    for _, alike in groupby(sources, key=_why):
        first, *others = alike
        if first.source == KUBERNETES and first.state is State.LIVE and not pods_are_read:
            continue  # it says no more than that there is somebody to ask
        yield _source_line(first, f" and {len(others)} more" if others else "")


def _why(source: SourceReport) -> tuple[str, ...]:
    """Give the same for those that are in the same trouble; a source without one is alone."""
    trouble = source.trouble
    return (source.state, trouble.kind, trouble.message) if trouble else (source.source,)


def _source_line(source: SourceReport, others: str = "") -> str:
    line = f"{source.state.value:<8} {source.source}{others}"
    trouble = source.trouble
    if trouble is not None:
        line += f": {trouble.message}, since {trouble.since}"
        line += f"; try: {trouble.remedy}" if trouble.remedy and source.state is not State.OFF else ""
    elif source.gaps:
        line += f", but for {'; '.join(f'{part}: {why}' for part, why in sorted(source.gaps.items()))}"
    return line


def _finding_line(finding: FindingReport) -> str:
    return f"{finding.severity:<8} {finding.title}"
