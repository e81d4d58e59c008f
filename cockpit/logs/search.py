"""Grep: which lines of a buffer match a pattern that a person typed.

Patterns run on RE2: linear time whatever is typed, and the interpreter lock is free while it searches, so that the
screen stays alive. Text is searched in large parts, never by a call a line. A literal is no special case: RE2 finds
one faster than `bytes.find` does (tests/benchmarks/test_grep.py).
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from enum import StrEnum
from typing import NamedTuple

import msgspec

from cockpit.logs.buffer import TEXT, LogBuffer, Part
from cockpit.regex import compile_re2
from cockpit.threads import call_in_thread

SLICE_BYTES = 1024 * 1024
"""How much is searched between two looks at whether it is still wanted: about a millisecond."""

_ESCAPED = re.compile(r"\\[pP]\{\w*\}|\\.", re.DOTALL)
_LINE_ANCHORS = {r"\A": "^", r"\z": "$"}


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
        # With the rest of its line, a match is found once a line, and the search goes on in the next line.
        self._to_line_end = compile_re2(f"(?:{text}).*", ignore_case=pattern.ignores_case)

    def lines(self, part: Part, start: int) -> "array[int]":
        """Give the numbers of the lines of `part` from `start` on that match (or do not, for an inverse pattern).

        Remarks of the cockpit are not searched.
        """
        text, starts = part.text, part.starts
        first = max(0, start - part.first)
        found: list[int] = []
        previous = -1
        for match in self._to_line_end.finditer(text, starts[first]):
            offset = match.start()
            if offset == len(text):  # the empty line that only seems to follow the last newline
                break
            index = bisect_right(starts, offset, previous + 1) - 1
            if index != previous:  # a pattern that also matches nothing finds the end of each line as well
                found.append(index)
                previous = index
        if self.pattern.inverse:
            found = sorted(set(range(first, len(starts))).difference(found))
        kinds = part.kinds
        return array("q", [part.first + index for index in found if kinds[index] == TEXT])

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Give where in one line the pattern matches, for highlighting; nowhere for an inverse pattern."""
        if self.pattern.inverse:
            return []
        return [match.span() for match in self._exact.finditer(text) if match.end() > match.start()]


class Slice(NamedTuple):
    """What one step of a search found."""

    start: int
    """Number of the first line that was searched."""
    end: int
    """Number of the line after the last."""
    matches: "array[int]"
    """Numbers of the matching lines among them, ascending."""


class Search:
    """Finds the matching lines of a buffer, in slices, as far as lines have come."""

    def __init__(self, matcher: Matcher, buffer: LogBuffer) -> None:
        """Prepare to search `buffer`; nothing is searched yet."""
        self.matcher = matcher
        self._buffer = buffer
        self.matches = array("q")
        """Numbers of the matching lines, ascending; all of them still kept when the last slice was done."""
        self.searched_to = buffer.first
        """Every kept line before this one was searched."""

    async def step(self) -> Slice | None:
        """Search one slice in another thread; None when there was nothing left to search.

        May be cancelled: the slice is then searched again by the next step.
        """
        start = max(self.searched_to, self._buffer.first)
        parts = self._buffer.parts(start, SLICE_BYTES)
        if not parts:
            return None
        found = await call_in_thread(_search, self.matcher, parts, start)
        self.matches.extend(found)
        self.searched_to = parts[-1].end
        del self.matches[: bisect_left(self.matches, self._buffer.first)]
        return Slice(start, self.searched_to, found)

    def position(self, line: int) -> int:
        """Give how many kept matches lie before `line`."""
        oldest = bisect_left(self.matches, self._buffer.first)
        return max(0, bisect_left(self.matches, line) - oldest)

    @property
    def count(self) -> int:
        """How many kept lines match, as far as was searched."""
        return self.position(self._buffer.end)

    def following(self, line: int) -> int | None:
        """Give the first match after `line`, if there is one."""
        index = bisect_right(self.matches, max(line, self._buffer.first - 1))
        return self.matches[index] if index < len(self.matches) else None

    def preceding(self, line: int) -> int | None:
        """Give the last match before `line`, if there is one."""
        index = bisect_left(self.matches, line) - 1
        return self.matches[index] if index >= 0 and self.matches[index] >= self._buffer.first else None


def _search(matcher: Matcher, parts: list[Part], start: int) -> "array[int]":
    found = array("q")
    for part in parts:
        found.extend(matcher.lines(part, start))
    return found
