"""Whom to call in and when: a matrix by time, a matrix by hand-over, `Escalate to X:` lists, and contacts."""

import re

from cockpit.runbooks.blocks import Table
from cockpit.runbooks.durations import minutes_of, span_of
from cockpit.runbooks.inline import plain_text, severities_in
from cockpit.runbooks.model import Contact, Escalation, Remark

_ARROW = re.compile(r"\s{0,3}(?:→|->|=>)\s{0,3}")
_NOBODY = re.compile(r"continue|normal|none|n/?a\b|not required|as needed|-+$", re.IGNORECASE)
_ESCALATE = re.compile(r"escalate to (?:the )?(.{1,80}?)(?::|\s+(?:if|when|for|after)\b.*)?$", re.IGNORECASE)
_CONTACT_HEAD = re.compile(r"contact|phone|slack|e-?mail|pager|name|backup", re.IGNORECASE)
_ROLE_HEAD = re.compile(r"role|team|who|contact", re.IGNORECASE)
_PERSON_HEAD = re.compile(r"name\b|person\b", re.IGNORECASE)


def is_escalation_table(table: Table) -> bool:
    """Tell whether the columns after the severity are times or hand-overs."""
    heads = [plain_text(head) for head in table.head[1:]]
    by_level = bool(re.search(r"severity|level|priority", table.head[0], re.IGNORECASE))
    return by_level and bool(heads) and all(_ARROW.search(head) or span_of(head) for head in heads)


def read_escalation_table(table: Table) -> tuple[list[Escalation], list[Remark]]:
    """Read a matrix: rules, and the cells that were not understood."""
    rules: list[Escalation] = []
    unread: list[Remark] = []
    for line, cells in table.rows:
        first = plain_text(cells[0])
        severity = next(iter(severities_in(first)), first)
        for head, cell in zip(table.head[1:], cells[1:], strict=True):
            if not cell:
                unread.append(Remark(line, f"{severity}: nothing says what happens at {plain_text(head)}"))
                continue
            rules.append(_rule(severity, plain_text(head), plain_text(cell), line))
    return rules, unread


def _rule(severity: str, head: str, cell: str, line: int) -> Escalation:
    over = _ARROW.split(head)
    nobody = bool(_NOBODY.match(cell))
    if len(over) > 1:
        never = nobody and "needed" not in cell.lower()
        to = None if never else over[-1]
        return Escalation(to, severity, None if nobody else minutes_of(cell), over[0], cell, line)
    span = span_of(head)
    to = None if nobody else cell.removeprefix("+").strip()
    return Escalation(to, severity, span[0] if span else None, words=cell, line=line)


def target_of(text: str) -> str | None:
    """Tell to whom `Escalate to CTO` or `Escalate to L2 if unresolved in 30 minutes` leads."""
    found = _ESCALATE.match(text)
    return found[1].strip() if found else None


def read_condition(to: str, text: str, origin: str | None, line: int) -> list[Escalation]:
    """Read `P0 incident not resolved in 30 minutes`: one rule for each severity that it names."""
    after = minutes_of(text)
    return [Escalation(to, severity, after, origin, text, line) for severity in (severities_in(text) or (None,))]


def read_chain(text: str, line: int) -> list[Escalation]:
    """Read `Engineering Lead → CTO → CEO`: who hands over to whom, with no times."""
    people = _ARROW.split(text)
    return [
        Escalation(to, origin=origin, words=text, line=line)
        for origin, to in zip([None, *people], people, strict=False)
    ]


def contradictions_in(rules: list[Escalation]) -> list[Remark]:
    """Compare rules about the same hand-over at the same severity."""
    first: dict[tuple[str | None, str | None, str | None], Escalation] = {}
    remarks: list[Remark] = []
    for rule in sorted(rules, key=lambda rule: rule.line):
        if rule.after_minutes is None or rule.origin is None:
            continue
        said = first.setdefault((rule.severity, rule.origin, rule.to), rule)
        if said.after_minutes != rule.after_minutes:
            what = f"{rule.severity or 'any severity'}: {rule.origin} hands over to {rule.to}"
            text = f"{what} after {rule.after_minutes} min here, and after {said.after_minutes} min in line {said.line}"
            remarks.append(Remark(rule.line, text))
    return remarks


def is_contact_table(table: Table) -> bool:
    """Tell whether each row of a table says how a role is reached."""
    if not (_ROLE_HEAD.search(table.head[0]) or _PERSON_HEAD.match(table.head[0])):
        return False
    return _role_column(table) > 0 or any(_CONTACT_HEAD.search(head) for head in table.head[1:])


def _role_column(table: Table) -> int:
    """Find the column with the role: the first, unless that names people and a later one what they are."""
    if not _PERSON_HEAD.match(table.head[0]):
        return 0
    return next((at for at, head in enumerate(table.head) if re.match("role|team", head, re.IGNORECASE)), 0)


def read_contact_table(table: Table) -> list[Contact]:
    """Read a table of contacts."""
    role = _role_column(table)
    return [
        Contact(
            plain_text(cells[role]),
            tuple(plain_text(cell) for at, cell in enumerate(cells) if at != role and cell),
            line,
        )
        for line, cells in table.rows
        if cells[role]
    ]
