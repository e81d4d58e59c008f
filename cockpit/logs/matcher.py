"""Which lines match a pattern that a person typed.

Patterns run on RE2: linear time whatever is typed. The plain text that a matching line must hold is looked for before,
with vector instructions. The interpreter lock is free meanwhile, so that the screen stays alive. Text is searched in
large parts, never by a call a line.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import nullcontext
from enum import StrEnum
from itertools import accumulate
from threading import Lock
from typing import NamedTuple

import msgspec

from cockpit.logs.chunk import TEXT, Part
from cockpit.logs.literals import required_literals
from cockpit.logs.probes import ExpressionProbe, LiteralProbe, Probe, any_case_pieces, lower_case
from cockpit.regex import compile_re2, finder

_ESCAPED = re.compile(r"\\[pP]\{\w*\}|\\.", re.DOTALL)
_LINE_ANCHORS = {r"\A": "^", r"\z": "$"}
_ANY_CASE = "(?i)"
_MISSED = 1 / 16
"""Share of the lines from which on it costs less to leap with RE2 than to look at lines with a literal in vain."""
_FREQUENT = 1 / 8
"""Share of the lines from which on it costs less to divide the text at the literals than to leap to each of them."""
_OFTEN = 1 / 25
"""Share of the lines from which on it costs less to put the text into lower case than to look at each of them."""
_MOSTLY = 1 / 3
"""Share of the lines from which on it costs less to count a literal with `re` than to leap to each place of it."""
_DENSE = 1 / 200
"""Share of the lines from which on two threads that search would only wait for the interpreter's lock."""
_SAMPLE_BYTES = 64 * 1024


class Case(StrEnum):
    """Whether upper and lower case differ."""

    SMART = "smart"
    """They differ if the pattern has an upper-case letter."""
    MATCH = "match"
    IGNORE = "ignore"


class Pattern(msgspec.Struct, frozen=True):
    """What a person wants to find: a regular expression (RE2 syntax), tried on each line for itself."""

    text: str
    case: Case = Case.SMART
    inverse: bool = False
    """Find the lines that do not match."""

    @property
    def ignores_case(self) -> bool:
        r"""Tell whether upper and lower case are the same for this pattern; an escape like `\S` has no case."""
        if self.text.startswith(_ANY_CASE):
            return True
        if self.case is Case.SMART:
            return not any(letter.isupper() for letter in _ESCAPED.sub("", self.text))
        return self.case is Case.IGNORE


class Matcher:
    """A pattern made ready to search."""

    def __init__(self, pattern: Pattern) -> None:
        r"""Compile the pattern.

        `^` and `$` stand for the borders of a line, and so do `\A` and `\z`. No match crosses a line end (`never_nl`).

        Raises:
            PatternError: RE2 does not accept it.
        """
        self.pattern = pattern
        text = pattern.text.removeprefix(_ANY_CASE)
        text = _ESCAPED.sub(lambda escape: _LINE_ANCHORS.get(escape[0], escape[0]), text)
        self._exact = compile_re2(text, ignore_case=pattern.ignores_case)
        self._find = finder(self._exact)
        self._required = required_literals(text)
        self._probe: _Chosen | None = None
        self._literals = self._complete_literals()
        self._plain_probe = LiteralProbe(self._literals) if self._literals and pattern.ignores_case else None
        self._whole_lines = _rest_of_line(self._literals[0]) if len(self._literals) == 1 else None
        self._turn = Lock()
        """Whose turn it is to search where much is found: meanwhile the other thread reads from the spool."""
        self._share = 0.0
        """Share of the lines that matched in the part before."""

    def lines(self, part: Part, start: int) -> "array[int]":
        """Give the numbers of the lines of `part` from `start` on that match (or do not, for an inverse pattern).

        Remarks of the cockpit are not searched.

        Raises:
            OSError: The part cannot be read back from the spool.
        """
        first = max(0, start - part.first)
        numbers = self._numbers(part, part.text(), first)
        self._share = len(numbers) / (part.end - part.first - first)
        if self.pattern.inverse:
            numbers = _others(numbers, part.first + first, part.end)
        if part.remarks and numbers:
            kinds = part.kinds()
            numbers = [number for number in numbers if kinds[number - part.first] == TEXT]
        return array("q", numbers)

    def count(self, part: Part, start: int) -> int:
        """Give how many lines of `part` from `start` on match, which costs much less than their numbers.

        Raises:
            OSError: The part cannot be read back from the spool.
        """
        first = max(0, start - part.first)
        if part.remarks:
            return len(self.lines(part, start))
        text = part.text()
        with self._turn if self._share > _DENSE else nullcontext():
            found = self._count(part, text, first)
        lines = part.end - part.first - first
        self._share = found / lines
        return lines - found if self.pattern.inverse else found

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Give where in one line the pattern matches, for highlighting; nowhere for an inverse pattern."""
        if self.pattern.inverse:
            return []
        return [match.span() for match in self._exact.finditer(text) if match.end() > match.start()]

    def _complete_literals(self) -> tuple[bytes, ...]:
        """Give the literals of which any makes a line match, in lower case if case is ignored."""
        if self._required is None or not self._required.complete:
            return ()
        if not self.pattern.ignores_case:
            return tuple(literal.encode() for literal in self._required.literals)
        if not all(literal.isascii() for literal in self._required.literals):
            return ()
        return tuple(literal.lower().encode() for literal in self._required.literals)

    def _count(self, part: Part, text: bytes, first: int) -> int:
        """Count the lines that match, from the `first` of the part on."""
        begin = part.starts()[first] if first else 0
        lines = part.end - part.first - first
        if self._share > _MOSTLY and self._whole_lines is not None:
            if self._share == 1 and len(self._whole_lines.findall(text, begin)) == lines:
                return lines  # as it is typed, without a look at other cases
            if (plain := self._comparable(text)) is not None:
                return len(self._whole_lines.findall(plain, begin))
        return len(self._ends(text, begin, lines))

    def _numbers(self, part: Part, text: bytes, first: int) -> Sequence[int]:
        """Give the numbers of the lines that match, from the `first` of the part on."""
        if self._share > _FREQUENT and self._literals and (plain := self._comparable(text)) is not None:
            plain = plain[part.starts()[first] :] if first else plain
            found = [_lines_that_hold(literal, plain, part.first + first) for literal in self._literals]
            return found[0] if len(found) == 1 else sorted(set().union(*found))
        ends = self._ends(text, part.starts()[first] if first else 0, part.end - part.first - first)
        if not ends:
            return []  # without a look at where the lines begin
        starts = part.starts()
        return [part.first + bisect_right(starts, end) - 1 for end in ends]

    def _comparable(self, text: bytes) -> bytes | None:
        """Give text in which the literals are found byte for byte; None if they may stand there in other bytes."""
        return lower_case(text, self._literals) if self.pattern.ignores_case else text

    def _ends(self, text: bytes, begin: int, lines: int) -> list[int]:
        """Give where the lines end that match, from an offset on; `lines` is how many there are."""
        if self._share > _OFTEN and self._plain_probe is not None and (plain := self._comparable(text)) is not None:
            return self._plain_probe.ends(plain, begin)
        if self._probe is None:
            self._probe = self._choose_probe(text[:_SAMPLE_BYTES])
        probe, sure = self._probe
        ends = probe.ends(text, begin)
        if sure:
            return ends
        matching = [end for end in ends if self._find(text, text.rfind(b"\n", 0, end) + 1, end) >= 0]
        if len(ends) - len(matching) > _MISSED * lines:
            self._probe = _Chosen(ExpressionProbe(self._find), sure=True)
        return matching

    def _choose_probe(self, sample: bytes) -> "_Chosen":
        """Choose what to look for in text that is like `sample`: the literals that a matching line must hold."""
        if self._required is not None and not self.pattern.ignores_case:
            literals = [literal.encode() for literal in self._required.literals]
            return _Chosen(LiteralProbe(literals), sure=self._required.complete)
        if self._required is not None and (pieces := any_case_pieces(self._required.literals, sample)):
            return _Chosen(LiteralProbe(pieces), sure=False)
        return _Chosen(ExpressionProbe(self._find), sure=True)


class _Chosen(NamedTuple):
    """What is looked for in a part."""

    probe: Probe
    sure: bool
    """Every line in which it finds something matches."""


def _rest_of_line(literal: bytes) -> re.Pattern[bytes]:
    """Make an expression that matches once in each line with a literal, and captures the nothing at its end.

    It comes from `re`, which finds a plain beginning nearly as fast as RE2 does, and all matches in one call.
    """
    return re.compile(re.escape(literal) + rb".*()")


def _lines_that_hold(literal: bytes, text: bytes, first: int) -> list[int]:
    """Give the numbers of the lines that hold a literal, when the first line is number `first`."""
    newlines = [piece.count(b"\n") for piece in text.split(literal)]
    return list(dict.fromkeys(accumulate(newlines[1:-1], initial=first + newlines[0]))) if len(newlines) > 1 else []


def _others(found: Sequence[int], first: int, end: int) -> list[int]:
    """Give the numbers from `first` to before `end` that were not found."""
    others: list[int] = []
    for number in found:
        others.extend(range(first, number))
        first = number + 1
    others.extend(range(first, end))
    return others
