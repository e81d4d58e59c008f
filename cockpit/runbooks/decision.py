"""A short decision on the severity: questions to be answered yes, no or not sure."""

import re

import msgspec

from cockpit.runbooks.model import Runbook, Severity

_BRANCH = re.compile(
    r"^(?P<before>[\s│|]*)[├└+`]─*\s*(?P<answer>yes|no)\b\s*(?:→|->|:)\s*(?P<then>.+?)\s*$", re.IGNORECASE
)
_GOES_ON = re.compile(r"\b(continue|go on|next|see below)\b", re.IGNORECASE)
_GENERIC = (
    "Is the service down, is data lost, or may somebody have broken in?",
    "Is a main function broken, or are many users hit?",
    "Do users notice, so that it cannot wait for a day?",
)
"""What the schemes of published runbooks distinguish by; each question decides on one level, the worst first."""


class Leaf(msgspec.Struct, frozen=True):
    """Where the questions end."""

    severity: str


class Question(msgspec.Struct, frozen=True):
    """One question; who is not sure answers yes: in doubt the higher level."""

    text: str
    yes: "Question | Leaf"
    no: "Question | Leaf"


def decision(runbook: Runbook) -> Question | Leaf | None:
    """Give the questions of a runbook, or generic ones where it has none; None when it has fewer than two levels."""
    names = [severity.name for severity in runbook.severities]
    for tree in runbook.decisions:
        if (read := read_tree(tree, names)) is not None:
            return read
    return _generic(runbook.severities)


def _generic(severities: tuple[Severity, ...]) -> Question | Leaf | None:
    if len(severities) < 2:
        return None
    asked = min(len(severities) - 1, len(_GENERIC))
    node: Question | Leaf = Leaf(severities[asked].name)
    for rank in reversed(range(asked)):
        node = Question(_GENERIC[rank], Leaf(severities[rank].name), node)
    return node


def read_tree(text: str, names: list[str]) -> Question | Leaf | None:
    """Read a tree as people draw it, with `├─ YES → SEV1`; None when it is another drawing.

    A question stands on a line of its own, or where an answer leads to it; `Continue` leads to the next question that
    stands on a line of its own.
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    tops = [at for at, line in enumerate(lines) if line[0].isalnum() and line.endswith("?")]
    if not tops:
        return None
    following: Question | Leaf | None = None
    for at, end in reversed(list(zip(tops, [*tops[1:], len(lines)], strict=True))):
        following = _read(lines[at].strip(), lines[at + 1 : end], names, following)
        if following is None:
            return None
    return following


def _read(text: str, lines: list[str], names: list[str], after: Question | Leaf | None) -> Question | None:
    """Read a question and the answers below it; None when they are not two."""
    answers: dict[str, Question | Leaf] = {}
    found = [(at, branch) for at, line in enumerate(lines) if (branch := _BRANCH.match(line))]
    if not found:
        return None
    depth = min(len(branch["before"]) for _, branch in found)
    own = [(at, branch) for at, branch in found if len(branch["before"]) == depth]
    for (at, branch), end in zip(own, [*(at for at, _ in own[1:]), len(lines)], strict=True):
        then = _then(branch["then"], lines[at + 1 : end], names, after)
        if then is None:
            return None
        answers[branch["answer"].casefold()] = then
    return Question(text, answers["yes"], answers["no"]) if answers.keys() == {"yes", "no"} else None


def _then(text: str, below: list[str], names: list[str], after: Question | Leaf | None) -> Question | Leaf | None:
    if text.endswith("?"):
        return _read(text, below, names, after)
    named = next((name for name in names if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)), None)
    if named is not None:
        return Leaf(named)
    return after if _GOES_ON.search(text) else None
