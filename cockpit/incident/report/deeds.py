"""What was wrong, what people thought of it, and what they did about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.report.model import Action, Command, Finding, Hypothesis, Turn
from cockpit.incident.report.timeline import short
from cockpit.incident.state import IncidentState


def findings(state: IncidentState, end: datetime) -> tuple[Finding, ...]:
    """List what the cockpit found wrong, in the order in which it began."""
    return tuple(
        Finding(short(each.title), each.since, (each.over_at or end) - each.since, each.over_at)
        for each in sorted(state.findings, key=lambda finding: finding.since)
    )


def actions(state: IncidentState, found: Sequence[Finding]) -> tuple[Action, ...]:
    """List what was changed outside, each with what was wrong when it was begun."""
    return tuple(
        Action(
            each.when,
            short(each.who),
            short(each.title),
            short(each.command),
            each.outcome,
            short(each.summary),
            tuple(wrong for wrong in found if _wrong_at(wrong, each.when)),
        )
        for each in state.actions.values()
    )


def commands(entries: Iterable[Entry]) -> tuple[Command, ...]:
    """List the commands that were run, in the order of recording."""
    return tuple(
        Command(
            entry.occurred_at,
            short(entry.actor),
            short(entry.data.get("command") or entry.text),
            entry.data.get("risk") or "",
            entry.data.get("exit"),
            entry.data.get("seconds"),
            entry.data.get("sha256"),
        )
        for entry in entries
        if entry.kind is EntryKind.COMMAND
    )


def hypotheses(entries: Iterable[Entry]) -> tuple[Hypothesis, ...]:
    """List what was held for the cause, each with what became of it."""
    turns: dict[str, list[Turn]] = {}
    for entry in entries:
        if entry.kind is EntryKind.HYPOTHESIS:
            turn = Turn(entry.data.get("state") or "open", entry.occurred_at, short(entry.actor), short(entry.text))
            turns.setdefault(entry.data.get("hypothesis") or str(entry.sequence), []).append(turn)
    return tuple(Hypothesis(each[0].text, each[-1].state, tuple(each)) for each in turns.values())


def _wrong_at(finding: Finding, moment: datetime) -> bool:
    return finding.since <= moment and (finding.over_at is None or finding.over_at > moment)
