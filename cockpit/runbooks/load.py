"""Loads runbooks: the built-in one, and those of teams from Markdown and TOML."""

from importlib import resources
from pathlib import Path

import msgspec

from cockpit.runbooks import policy as policies
from cockpit.runbooks.blocks import parse
from cockpit.runbooks.escalation import contradictions_in
from cockpit.runbooks.messages import compare_promises, statuses_in
from cockpit.runbooks.model import Remark, Runbook
from cockpit.runbooks.phases import finish
from cockpit.runbooks.reader import Reader
from cockpit.runbooks.source import RunbookError, Source, prepare, read_text


def load_builtin() -> Runbook:
    """Load the generic incident runbook that comes with the cockpit."""
    return read_runbook(*texts_of(None).values())


def load_runbook(path: Path | None) -> Runbook:
    """Load the runbook that a person works with: the one in `path`, or the built-in one when that is None.

    Where the file is silent about severities or statuses, it gets those of the built-in one.

    Raises:
        RunbookError: It cannot be read.
    """
    generic = load_builtin()
    if path is None:
        return generic
    own = open_runbook(path)
    return msgspec.structs.replace(
        own,
        title=own.title or path.stem,
        severities=own.severities or generic.severities,
        statuses=own.statuses or generic.statuses,
    )


def texts_of(path: Path | None) -> dict[str, str]:
    """Read what a runbook is made of, by the end of the file's name: its Markdown, and its policy if it has one.

    Raises:
        RunbookError: The file cannot be read.
    """
    if path is None:
        here = resources.files(__package__)
        return {end: here.joinpath(f"generic{end}").read_text("utf-8") for end in (".md", ".toml")}
    beside = path.with_suffix(".toml")
    policy = {".toml": read_text(beside)} if beside != path and beside.is_file() else {}
    return {".md": read_text(path), **policy}


def load_or_builtin(path: Path | None) -> tuple[Runbook, RunbookError | None]:
    """Load the runbook that a person works with; the built-in one, and why, when it cannot be read."""
    try:
        return load_runbook(path), None
    except RunbookError as error:
        return load_builtin(), error


def open_runbook(path: Path) -> Runbook:
    """Read the runbook in `path` and the policy beside it, a file of the same name that ends in `.toml`.

    Raises:
        RunbookError: One of them cannot be read.
    """
    texts = texts_of(path)
    beside = path.with_suffix(".toml")
    try:
        return read_runbook(*texts.values())
    except msgspec.DecodeError as error:
        policy = texts.get(".toml")
        where = f"{beside}, or between the +++ of {path}" if policy else f"{path}: between the +++"
        raise RunbookError(f"{where}: the policy is wrong: {error}") from error


def read_runbook(markdown: str, policy: str = "") -> Runbook:
    """Read a runbook from its Markdown and the TOML of its policy, which may also stand in front of the Markdown.

    Raises:
        msgspec.DecodeError: The TOML does not hold a policy.
    """
    source = prepare(markdown)
    return _put_together(source, policies.read_policy(source.policy, policy))


def _put_together(source: Source, policy: policies.Policy) -> Runbook:
    document = parse(source.markdown)
    reader = Reader(document)
    messages = tuple(reader.messages)
    compare_promises(messages, reader.scheme)
    policies.apply_severities(policy, reader.scheme)
    severities = reader.scheme.severities()
    contradictions = [*reader.scheme.contradictions, *contradictions_in(reader.rules)]
    rules, overruled = policies.apply_escalation(policy, reader.rules)
    phases = finish(reader.phases)
    unread = [*source.unread, *reader.unread]
    if not phases:
        unread.append(Remark(1, "no step was found in the whole file"))
    return Runbook(
        title=reader.outline.title,
        severities=severities,
        statuses=policy.statuses or statuses_in(messages),
        phases=phases,
        escalation=tuple(rules),
        messages=messages,
        contacts=policies.apply_contacts(policy, reader.contacts),
        thresholds=policies.apply_thresholds(policy, reader.thresholds),
        business_hours=policy.business_hours,
        protected=policy.protected,
        roles=policy.roles,
        decisions=tuple(reader.decisions),
        notes=tuple(sorted(reader.notes, key=lambda note: note.line)),
        fences=document.fences,
        unread=_by_line(unread),
        contradictions=_by_line([*contradictions, *overruled]),
        repaired=source.repaired,
    )


def _by_line(remarks: list[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda remark: remark.line))
