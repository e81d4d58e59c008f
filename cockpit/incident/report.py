"""The incident report: Markdown made of the entries, with the parts that need judgement left to people."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from cockpit.incident.chain import first_broken
from cockpit.incident.correction import Standing, holding, standings
from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.incident.markdown import bullets, inline, table
from cockpit.incident.state import ActionState, IncidentState, StepState, state_of
from cockpit.runbooks.model import Runbook

UNKNOWN = "unknown"

LONGEST_TEXT = 2000
"""How many characters of one entry the timeline shows."""

LATE = timedelta(minutes=1)
"""An entry that was recorded so much later than it happened says so."""

_SIGNS = {"done": "[x]", "skipped": "[-]", "open": "[ ]"}

_FOR_PEOPLE = (
    ("Impact", "who could not do what, how many, from when to when, at what cost."),
    ("Root cause", "what had to be true for this to happen, and how it is known."),
    ("Contributing factors", "what made it likelier, worse or longer."),
)
_LOOKING_BACK = (
    ("What went well", "what to keep doing, and where luck helped."),
    ("What could be better", "in finding out, in responding, in the systems; no blame."),
)


def report(entries: Sequence[Entry], runbook: Runbook, now: datetime, *, broken: int | None = None) -> str:
    """Write the report of an incident, over or not.

    Args:
        entries: all that can be read of the incident, in the order of recording.
        runbook: the checklist that was followed.
        now: the time of writing (UTC).
        broken: the first broken entry, when the file knows of one that the entries by themselves do not show.
    """
    state, standing = state_of(entries), standings(entries)
    held = holding(standing)
    broken = broken or first_broken(entries)
    sections = [
        f"# {_title(held)}",
        *([_damage(broken)] if broken else []),
        _facts(state, now),
        _for_people("Summary", "what happened, what it meant and how it ended, in three sentences."),
        _section("Severity", _severity(state, now)),
        _for_people(*_FOR_PEOPLE[0]),
        _section("Milestones", _milestones(held, state)),
        _section("Timeline", _timeline(standing)),
        _section("Findings", _findings(state, now)),
        _section("Actions", _actions(state)),
        _section("People", _people(entries)),
        _section("Checklist", _checklist(runbook, held, state)),
        *(_for_people(title, hint) for title, hint in _FOR_PEOPLE[1:]),
        _section("5 Whys", _task("ask why until the answer is something that can be changed.") + "\n\n" + _WHYS),
        *(_for_people(title, hint) for title, hint in _LOOKING_BACK),
        _section("Action items", _task("one row each, with an owner and a date.") + "\n\n" + _ACTIONS),
        _section("Integrity", _integrity(entries, now, broken)),
    ]
    return "\n\n".join(sections) + "\n"


_WHYS = "\n".join(f"{number}. Why?" for number in range(1, 6))
_ACTIONS = table(["Action", "Owner", "Due", "Status"], [[" "] * 4])


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _for_people(title: str, hint: str) -> str:
    return _section(title, _task(hint))


def _task(hint: str) -> str:
    return f"*To be written by people: {hint}*"


def _title(entries: Sequence[Entry]) -> str:
    declared = next((entry for entry in entries if entry.kind is EntryKind.DECLARED), None)
    if declared is None:
        return "Incident report"
    name = inline(declared.data.get("incident") or "Incident")
    told = declared.source is not EntrySource.COCKPIT and inline(declared.text, LONGEST_TEXT)
    return f"{name}: {told or 'incident report'}"


def _damage(broken: int) -> str:
    return (
        f"> **The record is damaged.** Entry {broken} is missing or was changed after it was written. "
        "Nothing from there on can be relied upon."
    )


def _facts(state: IncidentState, now: datetime) -> str:
    severity = f"{inline(state.severity)} since {_time(state.severity_since)} UTC" if state.severity else UNKNOWN
    status = f"{inline(state.status)} since {_time(state.status_since)} UTC" if state.status else UNKNOWN
    closed = f"{_time(state.closed_at)} UTC" if state.closed_at else "not closed"
    lasted = UNKNOWN
    if state.declared_at is not None:
        lasted = _duration((state.closed_at or now) - state.declared_at) + ("" if state.closed_at else " so far")
    return bullets(
        [
            f"Severity: {severity}",
            f"Status: {status}",
            f"Declared: {_time(state.declared_at)}{' UTC' if state.declared_at else ''}",
            f"Closed: {closed}",
            f"Duration: {lasted}",
            f"Report written: {_time(now)} UTC",
        ]
    )


def _severity(state: IncidentState, now: datetime) -> str:
    if not state.periods:
        return "No severity was set."
    end = state.closed_at or now
    rows = [
        [
            inline(period.severity),
            _time(period.start),
            _time(period.end) if period.end else "lasts",
            _duration(period.lasted(end)),
        ]
        for period in state.periods
    ]
    totals = ", ".join(f"{inline(severity)} {_duration(time)}" for severity, time in state.time_at(end).items())
    return table(["Severity", "From (UTC)", "To (UTC)", "Time"], rows) + f"\n\nIn all: {totals}."


def _milestones(entries: Sequence[Entry], state: IncidentState) -> str:
    """List the milestones. Those that no entry can tell yet are unknown: they are never inferred from others."""
    statuses = [entry for entry in entries if entry.kind is EntryKind.STATUS]
    known: dict[str, Entry | None] = {
        "Declared": next((entry for entry in entries if entry.kind is EntryKind.DECLARED), None),
        "Identified": next((entry for entry in statuses if entry.data.get("to") == "identified"), None),
        "Resolved": statuses[-1] if state.status == "resolved" else None,
        "Closed": next((entry for entry in reversed(entries) if entry.kind is EntryKind.CLOSED), None),
    }
    names = ["Impact started", "Detected", "Acknowledged", "Declared", "Identified", "Mitigated", "Resolved", "Closed"]
    rows = []
    for name in names:
        entry = known.get(name)
        rows.append([name, _time(entry.occurred_at), f"entry {entry.sequence}"] if entry else [name, UNKNOWN, ""])
    return table(["Milestone", "Time (UTC)", "Known from"], rows)


def _timeline(standing: Sequence[Standing]) -> str:
    """List all entries, corrections as well, by the time at which they happened."""
    if not standing:
        return "Nothing was recorded."
    ordered = sorted(standing, key=lambda each: (each.entry.occurred_at, each.entry.sequence))
    rows = [
        [
            _time(each.entry.occurred_at),
            str(each.entry.sequence),
            _actor(each.entry),
            each.entry.kind.value,
            _told(each),
        ]
        for each in ordered
    ]
    return table(["Time (UTC)", "Entry", "Who", "Kind", "What"], rows)


def _findings(state: IncidentState, now: datetime) -> str:
    """List what was wrong, as the cockpit found it, in the order in which it began."""
    if not state.findings:
        return "The cockpit found nothing wrong."
    end = state.closed_at or now
    rows = [
        [
            _time(each.since),
            _time(each.over_at) if each.over_at else "not seen",
            _duration((each.over_at or end) - each.since) + ("" if each.over_at else " or more"),
            inline(each.title, LONGEST_TEXT),
        ]
        for each in sorted(state.findings, key=lambda finding: finding.since)
    ]
    return table(["From (UTC)", "Over (UTC)", "Time", "What was wrong"], rows)


def _actions(state: IncidentState) -> str:
    """List what was changed outside, with the command that a person would type to do the same."""
    if not state.actions:
        return "Nothing was changed from the cockpit."
    rows = [
        [_time(each.when), inline(each.who), f"{inline(each.title)} \N{EM DASH} {_outcome(each)}", inline(each.command)]
        for each in state.actions.values()
    ]
    return table(["Time (UTC)", "Who", "Action", "Command"], rows)


def _outcome(action: ActionState) -> str:
    return f"{UNKNOWN}, there is no receipt" if action.outcome is None else inline(action.summary, LONGEST_TEXT)


def _told(standing: Standing) -> str:
    """Write what an entry says; what was corrected in it is marked, and what it said before stays readable."""
    entry, original = standing.entry, standing.original
    marks = []
    if standing.amended_by:
        marks.append(f"amended by {_numbers(standing.amended_by)}; it was: {inline(original.text, LONGEST_TEXT)}")
    if standing.retimed_by:
        marks.append(f"time corrected by {_numbers(standing.retimed_by)}; it was: {_time(original.occurred_at)}")
    if entry.recorded_at - entry.occurred_at >= LATE:
        marks.append(f"recorded {_time(entry.recorded_at)}")
    told = " ".join([inline(entry.text, LONGEST_TEXT), *(f"({mark})" for mark in marks)])
    by = standing.retracted_by
    return told if by is None else f"RETRACTED by entry {by.sequence}: {told}"


def _numbers(sequences: Sequence[int]) -> str:
    return f"{'entries' if len(sequences) > 1 else 'entry'} {', '.join(map(str, sequences))}"


def _actor(entry: Entry) -> str:
    actor = inline(entry.actor)
    return actor if entry.source is EntrySource.PERSON or actor == entry.source else f"{actor} ({entry.source})"


def _people(entries: Iterable[Entry]) -> str:
    spoke: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.source is EntrySource.PERSON:
            spoke.setdefault(entry.actor, []).append(entry)
    if not spoke:
        return "Nobody wrote an entry."
    rows = [
        [inline(actor), str(len(own)), _time(min(e.occurred_at for e in own)), _time(max(e.occurred_at for e in own))]
        for actor, own in spoke.items()
    ]
    return table(["Who", "Entries", "First (UTC)", "Last (UTC)"], rows)


def _checklist(runbook: Runbook, entries: Iterable[Entry], state: IncidentState) -> str:
    """List the steps of the runbook by phase, then those that were ticked but are not in it."""
    parts = [f"Runbook: {inline(runbook.title)}"]
    for phase in runbook.phases:
        lines = [_step(step.text, state.steps.get(step.id)) for step in phase.steps]
        parts.append(f"### {inline(phase.title)}\n\n{bullets(lines)}")
    ours = {step.id for phase in runbook.phases for step in phase.steps}
    others = {
        entry.data.get("step") or "": entry.data.get("text") or ""
        for entry in entries
        if entry.kind is EntryKind.STEP and (entry.data.get("step") or "") not in ours
    }
    if others:
        lines = [_step(text, state.steps.get(step)) for step, text in others.items()]
        parts.append(f"### Steps of another runbook\n\n{bullets(lines)}")
    return "\n\n".join(parts)


def _step(text: str, step: StepState | None) -> str:
    if step is None:
        return f"[ ] {inline(text)}"
    sign = _SIGNS.get(step.state, "[ ]")
    state = inline(step.state)
    return f"{sign} {inline(text)} ({state}: {inline(step.who)}, {_time(step.when)})"


def _integrity(entries: Sequence[Entry], now: datetime, broken: int | None) -> str:
    verdict = f"broken at entry {broken}" if broken else f"verified {_time(now)} UTC, unbroken"
    return bullets(
        [
            f"Entries: {len(entries)}",
            f"Last hash: `{entries[-1].hash if not broken and entries else UNKNOWN}`",
            f"Hash chain: {verdict}",
        ]
    )


def _time(moment: datetime | None) -> str:
    return UNKNOWN if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _duration(time: timedelta) -> str:
    """Write a length of time: `14 min 32 s`, `3 h 05 min`."""
    minutes, seconds = divmod(max(0, int(time.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
