"""The sections about the work on an incident, which those who did it read."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from cockpit.incident.messages.told import COPIED, SAVED
from cockpit.incident.report.document import (
    Block,
    Paragraph,
    Pictures,
    Row,
    Section,
    Style,
    Table,
    Task,
    Tasks,
    Words,
    line,
    row,
)
from cockpit.incident.report.model import Action, Command, Message, Report, Step
from cockpit.incident.report.words import UNKNOWN, Calendar, duration


def people(report: Report, calendar: Calendar) -> Section:
    """List who took part, and who had which role."""
    if not report.people and not report.roles:
        return Section("People", (Paragraph(line("Nobody wrote an entry.")),))
    head = ("Who", "Entries", calendar.head("First"), calendar.head("Last"))
    rows = [
        row(each.name, str(each.entries), calendar.at(each.first), calendar.at(each.last)) for each in report.people
    ]
    blocks = [Table(head, tuple(rows), frozenset({2, 3}))] if rows else []
    roles = [
        row(each.role, each.person, calendar.at(each.since), calendar.at(each.until) if each.until else "the end")
        for each in report.roles
    ]
    if roles:
        head = ("Role", "Who", calendar.head("From"), calendar.head("To"))
        blocks.append(Table(head, tuple(roles), frozenset({2, 3})))
    return Section("People", tuple(blocks))


def findings(report: Report, calendar: Calendar) -> Section:
    """List what the cockpit found wrong."""
    if not report.findings:
        return Section("Findings", (Paragraph(line("The cockpit found nothing wrong.")),))
    rows = tuple(
        row(
            calendar.at(each.since),
            calendar.at(each.over_at) if each.over_at else "not seen",
            duration(each.lasted) + ("" if each.over_at else " or more"),
            each.title,
        )
        for each in report.findings
    )
    head = (calendar.head("From"), calendar.head("Over"), "Time", "What was wrong")
    return Section("Findings", (Table(head, rows, frozenset({0, 1, 2})),))


def hypotheses(report: Report, calendar: Calendar) -> Section:
    """List what was held for the cause."""
    if not report.hypotheses:
        return Section("Hypotheses", (Paragraph(line("No hypothesis was written down.")),))
    rows = tuple(
        row(
            each.text,
            Words(each.state, Style.STRONG),
            "; ".join(f"{turn.state} {calendar.at(turn.at)} by {turn.who}" for turn in each.turns),
        )
        for each in report.hypotheses
    )
    return Section("Hypotheses", (Table(("Hypothesis", "Came out", calendar.head("How")), rows),))


def actions(report: Report, calendar: Calendar) -> Section:
    """List what was changed outside, with the command that a person would type to do the same."""
    blocks: list[Block] = [Paragraph(line("Nothing was changed from the cockpit."))]
    if report.actions:
        head = (calendar.head("Time"), "Who", "Action", "Command", "Wrong at that time, and after")
        rows = tuple(_action(each, calendar) for each in report.actions)
        blocks = [Table(head, rows, frozenset({0}))]
    if report.commands:
        rows = tuple(_command(each, calendar) for each in report.commands)
        blocks.append(Table((calendar.head("Time"), "Who", "Command run", "Risk", "Outcome"), rows, frozenset({0})))
    return Section("Actions", tuple(blocks))


def checklist(report: Report, calendar: Calendar) -> Section:
    """List what became of each step."""
    phases = report.checklist.phases
    counted = Counter(step.state for phase in phases for step in phase.steps)
    count = ", ".join(f"{number} {state}" for state, number in counted.items()) or "no steps"
    tasks = tuple(
        Tasks(phase.title, tuple(Task(step.state, line(_step(step, calendar))) for step in phase.steps))
        for phase in phases
    )
    return Section("Checklist", (Paragraph(line(f"Runbook: {report.checklist.runbook}. Steps: {count}.")), *tasks))


def messages(report: Report, calendar: Calendar) -> Section:
    """List what people were told, against when they had to be."""
    blocks: list[Block] = [Paragraph(line("No message was recorded."))]
    if report.messages:
        head = (calendar.head("Time"), calendar.head("Due"), "Message", "To", "State", "Who")
        blocks = [Table(head, tuple(_message(each, calendar) for each in report.messages), frozenset({0, 1}))]
    if report.update_due_at is not None:
        again = "again " if report.messages else ""
        words = f"People had to be told {again}by {calendar.full(report.update_due_at)}; nothing says that they were."
        blocks.append(Paragraph(line(words)))
    return Section("Messages", tuple(blocks))


def evidence(report: Report, calendar: Calendar) -> Section:
    """List what was captured; it stays in the incident file."""
    if not report.evidence:
        return Section("Evidence", (Paragraph(line("Nothing was captured.")),))
    rows = tuple(
        row(
            calendar.at(each.at),
            Words(str(each.entry), link=f"entry-{each.entry}"),
            each.name if each.removed is None else f"{each.name} (removed: {each.removed})",
            each.media_type,
            UNKNOWN if each.size is None else f"{each.size:,}",
            Words(each.sha256, Style.CODE),
            anchor=f"evidence-{each.sha256}",
        )
        for each in report.evidence
    )
    head = (calendar.head("Captured"), "Entry", "Name", "Kind", "Bytes", "SHA-256")
    return Section("Evidence", (Table(head, rows, frozenset({0})), Pictures(report.evidence)))


def _action(action: Action, calendar: Calendar) -> Row:
    outcome = f"{UNKNOWN}, there is no receipt" if action.outcome is None else action.summary
    done = f"{action.title} \N{EM DASH} {outcome}"
    around = "; ".join(_around(action)) or "nothing"
    return row(calendar.at(action.at), action.who, done, Words(action.command, Style.CODE), around)


def _around(action: Action) -> Iterator[str]:
    for wrong in action.around:
        over = "not seen to end" if wrong.over_at is None else f"over {duration(wrong.over_at - action.at)} later"
        yield f"{wrong.title} ({over})"


def _command(command: Command, calendar: Calendar) -> Row:
    outcome = "was stopped" if command.exit is None else f"exit {command.exit}"
    if command.seconds is not None:
        outcome += f" after {command.seconds} s"
    kept = f", output sha256 {command.sha256[:12]}" if command.sha256 else ""
    ran = Words(command.command, Style.CODE)
    return row(calendar.at(command.at), command.who, ran, command.risk, f"{outcome}{kept}")


def _step(step: Step, calendar: Calendar) -> str:
    if step.at is None:
        return step.text
    why = f"; {step.why}" if step.why else ""
    return f"{step.text} ({step.state}: {step.who}, {calendar.at(step.at)}{why})"


def _message(message: Message, calendar: Calendar) -> Row:
    told, due = message.told, message.due_at
    late = due is not None and message.at > due
    when = calendar.at(due) if due else "none"
    if late:
        when += f", {duration(message.at - due if due else timedelta())} late"
    to = f"{message.channel} ({message.audience})" if message.audience else message.channel
    state = f"{message.state}: {message.answer}" if message.answer else message.state
    if not told and message.state in (COPIED, SAVED):
        state += ", told nobody"
    cells = (calendar.at(message.at), when if told else "", message.name, to, state, message.who)
    return row(*cells, tone="missed" if late else "")
