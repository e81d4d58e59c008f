"""Which lines match a pattern that a person typed.

Patterns run on RE2: linear time whatever is typed, and the interpreter lock is free while it searches, so that the
screen stays alive. Text is searched in large parts, never by a call a line.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from enum import StrEnum
from itertools import accumulate
from threading import Lock
from typing import Any, NamedTuple

import msgspec

from cockpit.logs.chunk import TEXT, Part
from cockpit.logs.literals import LEAST_LETTERS, required_literals
from cockpit.regex import compile_re2

_ESCAPED = re.compile(r"\\[pP]\{\w*\}|\\.", re.DOTALL)
_LINE_ANCHORS = {r"\A": "^", r"\z": "$"}
_RARE = 1 / 8
"""Share of the lines up to which it pays to find those with a literal first, and to look at each of them."""
_FREQUENT = 1 / 8
"""Share of the lines from which on it costs less to divide the text at the literals than to leap to each of them."""
_OFTEN = 1 / 25
"""Share of the lines from which on it costs less to count literals with `re` than to leap to each of them with RE2."""
_DENSE = 8
"""Matches in a part from which on two threads that search would only wait for the interpreter's lock."""
_OTHER_CASES = {"s": "\u017f".encode(), "k": "\u212a".encode()}
"""The long s and the Kelvin sign, which are an s and a k in another case to RE2, but not to `bytes.lower`."""
_SAMPLE_BYTES = 64 * 1024

Find = Callable[[bytes, int, int], int]
"""Tells where in a text the first match begins, between two offsets; -1 if there is none."""


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
        text = _ESCAPED.sub(lambda escape: _LINE_ANCHORS.get(escape[0], escape[0]), pattern.text)
        self._exact = compile_re2(text, ignore_case=pattern.ignores_case)
        self._find = _finder(self._exact)
        self._required = required_literals(text)
        self._probes: _Probes | None = None
        self._literals = self._complete_literals()
        self._whole_lines = _rest_of_line(self._literals[0]) if len(self._literals) == 1 else None
        self._turn = Lock()
        """Whose turn it is to search where much is found: meanwhile the other thread reads from the spool."""
        self._frequent = False
        """Many lines of the part before matched."""
        self._dense = self._often = self._always = False
        """As many lines of the part that was counted before matched; all of them did."""

    def lines(self, part: Part, start: int) -> "array[int]":
        """Give the numbers of the lines of `part` from `start` on that match (or do not, for an inverse pattern).

        Remarks of the cockpit are not searched.

        Raises:
            OSError: The part cannot be read back from the spool.
        """
        first = max(0, start - part.first)
        numbers = self._numbers(part, part.text(), first)
        self._frequent = len(numbers) > _FREQUENT * (part.end - part.first - first)
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
        with self._turn if self._dense else nullcontext():
            found = self._count(part, text, first)
        lines = part.end - part.first - first
        self._dense, self._often, self._always = found > _DENSE, found > _OFTEN * lines, found == lines
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
        if self._often and self._whole_lines is not None:
            lines = part.end - part.first - first
            if self._always and len(self._whole_lines.findall(text, begin)) == lines:
                return lines  # as it is typed, without a look at other cases
            if (plain := self._comparable(text)) is not None:
                return len(self._whole_lines.findall(plain, begin))
        return len(self._ends(text, begin, part.end - part.first))

    def _numbers(self, part: Part, text: bytes, first: int) -> Sequence[int]:
        """Give the numbers of the lines that match, from the `first` of the part on."""
        if self._frequent and self._literals and (plain := self._comparable(text)) is not None:
            plain = plain[part.starts()[first] :] if first else plain
            found = [_lines_that_hold(literal, plain, part.first + first) for literal in self._literals]
            return found[0] if len(found) == 1 else sorted(set().union(*found))
        ends = self._ends(text, part.starts()[first] if first else 0, part.end - part.first)
        if not ends:
            return []  # without a look at where the lines begin
        starts = part.starts()
        return [part.first + bisect_right(starts, end) - 1 for end in ends]

    def _comparable(self, text: bytes) -> bytes | None:
        """Give text in which the literals are found byte for byte; None if they may stand there in other bytes."""
        if not self.pattern.ignores_case:
            return text
        letters = b"".join(self._literals).decode()
        if not text.isascii() and any(other in text for letter, other in _OTHER_CASES.items() if letter in letters):
            return None
        return text.lower()

    def _ends(self, text: bytes, begin: int, lines: int) -> list[int]:
        """Leap from match to match; give where the lines end that match. `lines` is how many there are in all."""
        if self._probes is None:
            self._probes = self._choose_probes(text[:_SAMPLE_BYTES])
        finds, sure = self._probes
        hits = [found for find in finds if (found := _ends_with(find, text, begin))]
        ends = hits[0] if len(hits) == 1 else sorted(set().union(*hits))
        if sure:
            return ends
        if len(ends) > _RARE * lines:
            self._probes = _Probes((self._find,), sure=True)
        return [end for end in ends if self._find(text, text.rfind(b"\n", 0, end) + 1, end) >= 0]

    def _choose_probes(self, sample: bytes) -> "_Probes":
        """Choose what to look for in text that is like `sample`: the literals, each from its best letter on."""
        if self._required is None:
            return _Probes((self._find,), sure=True)
        ignore_case = self.pattern.ignores_case
        literals = self._required.literals
        rests = [_best_foldable(literal) if ignore_case else _from_rarest(literal, sample) for literal in literals]
        whole = tuple(rests) == literals
        if whole and len(rests) == 1 and self.pattern.text.startswith(rests[0]):
            return _Probes((self._find,), sure=True)
        finds = [_finder(compile_re2(re.escape(rest), ignore_case=ignore_case)) for rest in rests]
        return _Probes(tuple(finds), sure=whole and self._required.complete)


def _from_rarest(literal: str, sample: bytes) -> str:
    """Leave out the beginning of a literal, up to its rarest letter: RE2 leaps to where the first letter is."""
    counts = [sample.count(letter.encode()[:1]) for letter in literal[: 1 - LEAST_LETTERS]]
    return literal[counts.index(min(counts)) :]


def _best_foldable(literal: str) -> str:
    """Leave out the beginning of a literal, so that it begins with as many letters as can be that have two cases.

    RE2 is quick with such a beginning. `s` and `k` have three cases: the long s and the Kelvin sign belong to them.
    """
    runs = list(re.finditer(r"(?:(?![sSkK])[ -~])+", literal))
    longest = max(runs, key=lambda run: run.end() - run.start(), default=None)
    if longest is None or longest.end() - longest.start() < LEAST_LETTERS:
        return literal
    return literal[longest.start() :]


class _Probes(NamedTuple):
    """What is looked for in a part to find the lines that may match."""

    finds: tuple[Find, ...]
    sure: bool
    """Every line in which one of them finds something matches."""


def _finder(compiled: Any) -> Find:
    """Make the quickest way to ask for one match: the match objects of the `re2` package cost more than the search."""
    match, anywhere = compiled._regexp.Match, type(compiled._regexp).Anchor.UNANCHORED  # noqa: SLF001

    def find(text: bytes, start: int, end: int) -> int:
        return match(anywhere, text, start, end)[0][0]  # type: ignore[no-any-return]

    return find


def _ends_with(find: Find, text: bytes, begin: int) -> list[int]:
    """Give the ends of the lines in which something is found, from an offset on; each is left at its first match."""
    ends: list[int] = []
    size, newline = len(text), text.find
    offset = find(text, begin, size)
    while 0 <= offset < size:  # at the size: the nothing that follows the last newline
        end = newline(b"\n", offset)
        ends.append(end)
        offset = find(text, end + 1, size)
    return ends


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
