"""Statements that people type or select, taken apart as the server's scanner does, to tell what they are.

Source: PostgreSQL documentation, 4.1 (lexical structure). This says no early and with a reason; what holds is what the
server enforces: a read-only transaction, and a protocol in which it takes one statement only.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

LONGEST = 100_000
"""Characters of a statement that is taken."""


class StatementRefusedError(ValueError):
    """A statement is not run; the message says why."""


class Sort(Enum):
    """What a token is."""

    WORD = "word"
    """A key word, or a name as it stands without quotes: in lower case."""
    NAME = "name"
    """A quoted name, without the quotes."""
    PARAMETER = "parameter"
    """`$1`."""
    VALUE = "value"
    """A string or a number."""
    MARK = "mark"
    """Any other character."""


class Token(NamedTuple):
    """A part of a statement."""

    sort: Sort
    text: str
    end: int
    """Where it ends in the text."""

    def is_mark(self, mark: str) -> bool:
        """Tell whether it is this character."""
        return self.sort is Sort.MARK and self.text == mark


class Statement(NamedTuple):
    """One whole statement."""

    text: str
    """From its beginning to its last token: fit to stand in parentheses."""
    tokens: tuple[Token, ...]
    """Without comments."""

    @property
    def verb(self) -> str:
        """The key word that it begins with, behind opening parentheses; empty: it begins otherwise."""
        first = next((token for token in self.tokens if not token.is_mark("(")), None)
        return first.text if first is not None and first.sort is Sort.WORD else ""

    @property
    def parameters(self) -> int:
        """How many values it takes, as one that is normalised or prepared: `$1` stands where a value stood."""
        numbers = [int(token.text[1:]) for token in self.tokens if token.sort is Sort.PARAMETER]
        return max(numbers, default=0)


_TOKEN = re.compile(
    r"""
      (?P<space> \s+ | --[^\r\n]* )
    | (?P<comment> /\* )
    | (?P<refused> [uU]&" | \\ | \x00 )
    | (?P<value> [eE]' (?: [^'\\] | \\. | '' )*+ '
               | (?: [bBxXnN] | [uU]& )? ' [^']*+ (?: '' [^']*+ )*+ '
               | \d [\w.]* | \. \d \w* )
    | (?P<parameter> \$ \d{1,5} (?!\d) )
    | (?P<dollar> \$ (?: [^\W\d]\w* )? \$ )
    | (?P<name> " [^"]*+ (?: "" [^"]*+ )*+ " )
    | (?P<word> [^\W\d] [\w$]* )
    | (?P<mark> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"/\*|\*/")
_REFUSED = {"\\": "a backslash outside of quotes is no SQL: commands of psql are not known here"}
_OPEN, _CLOSED = "([", ")]"


def statement_of(text: str) -> Statement:
    """Take a statement apart; semicolons at its end are left out.

    Raises:
        StatementRefusedError: it is none, is not whole, is more than one, or could be read in two ways.
    """
    if len(text) > LONGEST:
        raise StatementRefusedError(f"it is longer than {LONGEST:,} characters")
    tokens = list(_scan(text))
    while tokens and tokens[-1].is_mark(";"):
        tokens.pop()
    if not tokens:
        raise StatementRefusedError("there is no statement")
    if any(token.is_mark(";") for token in tokens):
        raise StatementRefusedError("these are several statements: only one is taken at a time")
    _require_balance(tokens)
    return Statement(text[: tokens[-1].end], tuple(tokens))


def _scan(text: str) -> Iterator[Token]:
    place = 0
    while match := _TOKEN.match(text, place):
        kind, found, place = match.lastgroup, match.group(), match.end()
        match kind:
            case "space":
                continue
            case "comment":
                place = _after_comment(text, place)
            case "refused":
                reason = _REFUSED.get(found, "names and texts in code points cannot be checked: write the characters")
                raise StatementRefusedError(reason)
            case "dollar":
                place = _after(text, found, place)
                yield Token(Sort.VALUE, found, place)
            case "value":
                _require_plain(found)
                yield Token(Sort.VALUE, found, place)
            case "name":
                yield Token(Sort.NAME, found[1:-1].replace('""', '"'), place)
            case "word":
                yield Token(Sort.WORD, found.lower(), place)
            case "parameter":
                yield Token(Sort.PARAMETER, found, place)
            case _:
                _require_closed(found)
                yield Token(Sort.MARK, found, place)


def _after_comment(text: str, place: int) -> int:
    """Find the end of a comment; comments nest."""
    depth = 1
    while depth:
        mark = _COMMENT_MARK.search(text, place)
        if mark is None:
            raise StatementRefusedError("a comment in it is not closed: it may have been cut")
        depth += 1 if mark.group() == "/*" else -1
        place = mark.end()
    return place


def _after(text: str, tag: str, place: int) -> int:
    end = text.find(tag, place)
    if end < 0:
        raise StatementRefusedError(f"{tag} in it is not closed: it may have been cut")
    return end + len(tag)


def _require_plain(value: str) -> None:
    r"""Refuse `\'` in a string without E: its end depends on standard_conforming_strings."""
    if value[0] not in "eE" and "\\'" in value:
        raise StatementRefusedError(r"\' can be read in two ways: write E'…' or ''")


def _require_closed(mark: str) -> None:
    if mark in "'\"$":
        raise StatementRefusedError(f"a {mark} in it is not closed: it may have been cut")


def _require_balance(tokens: list[Token]) -> None:
    expected: list[str] = []
    for token in tokens:
        if token.sort is not Sort.MARK:
            continue
        if token.text in _OPEN:
            expected.append(_CLOSED[_OPEN.index(token.text)])
        elif token.text in _CLOSED and (not expected or expected.pop() != token.text):
            raise StatementRefusedError(f"there is a {token.text} too many in it")
    if expected:
        raise StatementRefusedError(f"a {expected[-1]} is missing in it: it may have been cut")
