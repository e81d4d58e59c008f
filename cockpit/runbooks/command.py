"""The commands `cockpit runbook lint` and `cockpit runbook show`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from cockpit.runbooks.load import load_builtin, open_runbook
from cockpit.runbooks.model import Remark, Runbook, Severity, Step
from cockpit.runbooks.source import RunbookError
from cockpit.text import clean

BUILT_IN = "built-in runbook"
_OWN = f"{BUILT_IN}; your own: cockpit --runbook FILE, or [runbook] file in cockpit.toml"
_FAULTY = 1
_UNREADABLE = 2


def run_lint(path: Path | None, stdout: TextIO, stderr: TextIO) -> int:
    """Write what contradicts itself, was not understood, or had to be mended.

    Args:
        path: of the runbook; None: the built-in one.
        stdout: where it is written.
        stderr: where it is said why nothing can be.

    Returns:
        The exit status: 0; 1 when it contradicts itself or something was not understood; 2 when it cannot be read.
    """
    runbook = _read(path, "lint", stderr)
    if runbook is None:
        return _UNREADABLE
    told = (("contradiction", runbook.contradictions), ("not understood", runbook.unread), ("mended", runbook.repaired))
    name = BUILT_IN if path is None else clean(str(path))
    lines = [line for kind, remarks in told for line in _remarks(name, kind, remarks)]
    _put([*lines, f"{name}: {_summary(runbook)}"], stdout)
    return _FAULTY if runbook.contradictions or runbook.unread else 0


def run_show(path: Path | None, stdout: TextIO, stderr: TextIO, *, as_json: bool) -> int:
    """Write what the runbook in `path`, or the built-in one, was read as.

    Returns:
        The exit status: 0; 2 when it cannot be read.
    """
    runbook = _read(path, "show", stderr)
    if runbook is None:
        return _UNREADABLE
    if as_json:
        _put([json.dumps(to_json(runbook), indent=2)], stdout)
    else:
        _put([_OWN if path is None else clean(str(path)), "", *_outline(runbook)], stdout)
    return 0


def to_json(runbook: Runbook) -> dict[str, Any]:
    """Give the runbook as plain data; None where the text is silent."""
    return {
        "title": runbook.title,
        "severities": [_severity(severity) for severity in runbook.severities],
        "phases": [{"title": phase.title, "steps": [_step(step) for step in phase.steps]} for phase in runbook.phases],
        "escalation": [
            {
                "severity": rule.severity,
                "after_minutes": rule.after_minutes,
                "from": rule.origin,
                "to": rule.to,
                "words": rule.words,
            }
            for rule in runbook.escalation
        ],
        "messages": [
            {"name": message.name, "channel": message.channel, "fields": list(message.fields)}
            for message in runbook.messages
        ],
        "fences": runbook.fences,
        "unread": [{"line": remark.line, "text": remark.text} for remark in runbook.unread],
    }


def _summary(runbook: Runbook) -> str:
    counts = {
        "severities": len(runbook.severities),
        "phases": len(runbook.phases),
        "steps": sum(len(phase.steps) for phase in runbook.phases),
        "fences": runbook.fences,
        "contradictions": len(runbook.contradictions),
        "not understood": len(runbook.unread),
        "mended": len(runbook.repaired),
    }
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def _severity(severity: Severity) -> dict[str, Any]:
    return {
        "name": severity.name,
        "definition": severity.definition or None,
        "response_minutes": severity.response_minutes,
        "response_words": severity.response_words,
        "resolution_minutes": severity.resolution_minutes,
        "resolution_words": severity.resolution_words,
        "update_minutes": severity.update_minutes,
        "update_words": severity.update_words,
    }


def _step(step: Step) -> dict[str, Any]:
    commands = [command.text for command in step.commands]
    return {"text": step.text, "commands": commands, "expect": step.expect, "gate": step.gate}


def _outline(runbook: Runbook) -> Iterator[str]:
    yield runbook.title or "(no title)"
    for severity in runbook.severities:
        yield f"  {severity.name}  {severity.definition}".rstrip()
        yield f"      respond {_time(severity.response_minutes, severity.response_words)}"
        yield f"      resolve {_time(severity.resolution_minutes, severity.resolution_words)}"
        yield f"      update  {_time(severity.update_minutes, severity.update_words)}"
    for phase in runbook.phases:
        yield ""
        yield f"{phase.title}  ({phase.kind})"
        for step in phase.steps:
            yield from _outlined(step)
    if runbook.escalation:
        yield from ("", "Escalation")
        for rule in runbook.escalation:
            after = "" if rule.after_minutes is None else f" after {rule.after_minutes} min"
            yield f"  {rule.severity or 'any'}{after}: {rule.to or 'nobody further'}  ({rule.words})"
    if runbook.messages:
        yield from ("", "Messages")
        yield from (f"  {message.name}: {', '.join(message.fields)}" for message in runbook.messages)


def _outlined(step: Step) -> Iterator[str]:
    yield f"  [ ] {step.text}" + (f"  ({', '.join(step.when)})" if step.when else "")
    for command in step.commands:
        yield from (f"        {line}" for line in command.text.split("\n"))
    for name, text in (("expect", step.expect), ("gate", step.gate)):
        yield from (f"      {name}: {line}" for line in (text or "").split("\n") if line)


def _time(minutes: int | None, words: str | None) -> str:
    number = "-" if minutes is None else f"{minutes} min"
    return f"{number}  ({words})" if words else number


def _remarks(name: str, kind: str, remarks: Iterable[Remark]) -> Iterator[str]:
    return (f"{name}:{remark.line}: {kind}: {clean(remark.text)}" for remark in remarks)


def _read(path: Path | None, command: str, stderr: TextIO) -> Runbook | None:
    try:
        return load_builtin() if path is None else open_runbook(path)
    except RunbookError as error:
        stderr.write(f"cockpit runbook {command}: {clean(str(error))}\n")
        return None


def _put(lines: Iterable[str], stdout: TextIO) -> None:
    encoding = stdout.encoding or "utf-8"
    stdout.writelines(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding) for line in lines)
    stdout.flush()
