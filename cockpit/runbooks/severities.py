"""A severity scheme gathered from tables, sections and lists; what is said twice has to be the same."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from cockpit.runbooks.blocks import Table
from cockpit.runbooks.durations import minutes_of
from cockpit.runbooks.inline import Label, plain_text, severities_in
from cockpit.runbooks.model import Remark, Severity

_SEVERITY_HEAD = re.compile(r"severit|priorit|\bsev\b", re.IGNORECASE)
_LEVEL_HEAD = re.compile(r"level|class|\bp\b", re.IGNORECASE)
_FIELDS = (
    ("response", re.compile(r"response|acknowledge|\back\b", re.IGNORECASE)),
    ("resolution", re.compile(r"resol|target|\bfix\b|mttr", re.IGNORECASE)),
    ("update", re.compile(r"update|communicat|cadence|frequency", re.IGNORECASE)),
    ("definition", re.compile(r"definition|description|impact|meaning|criteria", re.IGNORECASE)),
    ("examples", re.compile(r"example|characteristic|name", re.IGNORECASE)),
)
_FAMILY = re.compile(r"\D+")
_NOT_OFTEN = re.compile(r"\bevery\b|\bhourly\b|\bdaily\b", re.IGNORECASE)
WORDS_FOR = {"response": "response time", "resolution": "resolution target", "update": "update interval"}


class _Saying(msgspec.Struct, frozen=True):
    """What was said of one field of a level."""

    words: str | None
    minutes: int | None
    line: int


class Scheme:
    """The levels found so far, and where they contradict each other."""

    def __init__(self) -> None:
        self._levels: dict[str, dict[str, _Saying]] = {}
        self._lines: dict[str, int] = {}
        """Where each level was first named."""
        self.contradictions: list[Remark] = []

    def __contains__(self, name: str) -> bool:
        return name in self._levels

    def __iter__(self) -> Iterator[str]:
        return iter(self._levels)

    def level(self, name: str, line: int, definition: str = "", examples: str = "") -> None:
        """Add a level, what it means, and what is an example of it."""
        self._lines.setdefault(name, line)
        fields = self._levels.setdefault(name, {})
        for field, words in (("definition", definition), ("examples", examples)):
            if words:
                fields.setdefault(field, _Saying(words, None, line))

    def say(self, name: str, field: str, words: str | None, minutes: int | None, line: int) -> None:
        """Take up a time; the first one stays when another says something else."""
        said = self._levels.setdefault(name, {}).get(field)
        if said is None or said.minutes is None:
            self._levels[name][field] = _Saying(words or (said.words if said else None), minutes, line)
        elif minutes is not None and minutes != said.minutes:
            text = f"{name}: the {WORDS_FOR[field]} is {minutes} min here, and {said.minutes} min in line {said.line}"
            self.contradictions.append(Remark(line, text))

    def define(self, name: str, definition: str) -> None:
        """Let the policy say what a level means: it beats the text."""
        fields = self._levels.setdefault(name, {})
        if definition:
            fields["definition"] = _Saying(definition, None, 0)

    def rule(self, name: str, field: str, words: str | None, minutes: int | None) -> None:
        """Let the policy say something: it beats the text."""
        fields = self._levels.setdefault(name, {})
        said = fields.get(field)
        if said is not None and said.minutes is not None and minutes is not None and said.minutes != minutes:
            text = f"{name}: the {WORDS_FOR[field]} is {said.minutes} min here, but {minutes} min in the policy"
            self.contradictions.append(Remark(said.line, text))
        if minutes is not None or words:
            fields[field] = _Saying(words, minutes, said.line if said else 0)

    def fill(self, name: str, field: str, words: str | None, minutes: int | None) -> None:
        """Let a ready scheme say what nobody else says."""
        fields = self._levels.setdefault(name, {})
        if field not in fields and (minutes is not None or words):
            fields[field] = _Saying(words, minutes, 0)

    def sort(self, names: Iterable[str]) -> None:
        """Put these levels first, in this order."""
        order = dict.fromkeys((*names, *self._levels))
        self._levels = {name: self._levels[name] for name in order if name in self._levels}

    def severities(self) -> tuple[Severity, ...]:
        """Give the scheme in the order in which it was written."""
        families = {found[0] for name in self._levels if (found := _FAMILY.match(name))}
        if len(families) > 1:
            names = ", ".join(self._levels)
            line = max(self._lines.values(), default=0)
            self.contradictions.append(Remark(line, f"levels of different schemes: {names}"))
        return tuple(self._severity(name, fields) for name, fields in self._levels.items())

    @staticmethod
    def _severity(name: str, fields: dict[str, _Saying]) -> Severity:
        nothing = _Saying(None, None, 0)
        response, resolution, update, definition, examples = (fields.get(field, nothing) for field, _ in _FIELDS)
        return Severity(
            name,
            definition.words or "",
            response_minutes=response.minutes,
            update_minutes=update.minutes,
            resolution_minutes=resolution.minutes,
            response_words=response.words,
            update_words=update.words,
            resolution_words=resolution.words,
            examples=examples.words,
        )


def field_called(name: str) -> str | None:
    """Tell which field of a severity a column or label of this name holds."""
    return next((field for field, pattern in _FIELDS if pattern.search(name)), None)


def is_severity_table(table: Table) -> bool:
    """Tell whether each row of a table says what a level means or promises."""
    named = _SEVERITY_HEAD.search(table.head[0]) or (
        _LEVEL_HEAD.search(table.head[0]) and any(severities_in(cells[0]) for _, cells in table.rows)
    )
    return bool(named) and any(field_called(name) for name in table.head[1:])


def read_severity_table(table: Table, scheme: Scheme) -> list[Remark]:
    """Take a table over, and give the cells that were not understood."""
    unread: list[Remark] = []
    for line, cells in table.rows:
        first = plain_text(cells[0])
        names = severities_in(first) or ((first,) if first else ())
        if not names:
            unread.append(Remark(line, f"a level without a name: {' | '.join(cells).strip()}"))
        for name in names:
            scheme.level(name, line)
            for head, cell in zip(table.head[1:], cells[1:], strict=True):
                if cell and not read_field(scheme, name, Label(plain_text(head), plain_text(cell)), line):
                    unread.append(Remark(line, f"{name}: {plain_text(head)}: {plain_text(cell)}"))
    return unread


def read_field(scheme: Scheme, name: str, label: Label, line: int) -> bool:
    """Take over what a label or cell says of a level, and tell whether it was understood."""
    field = field_called(label.name)
    if field == "definition":
        scheme.level(name, line, definition=label.value)
    elif field == "examples":
        scheme.level(name, line, examples=label.value)
    elif field == "update":
        # "Notify within 30 minutes" is no interval; in a column of bare times it goes without saying.
        regular = _NOT_OFTEN.search(label.value) or re.match(r"[<~]?\s{0,3}\d", label.value)
        scheme.say(name, "update", label.value, minutes_of(label.value) if regular else None, line)
    elif field:
        scheme.say(name, field, label.value, minutes_of(label.value), line)
    return field is not None
