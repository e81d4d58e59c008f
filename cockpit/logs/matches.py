"""Which lines a search has found: their numbers, or how many there are in each chunk until somebody asks which."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Final, NamedTuple

REMEMBERED = 4
"""Chunks whose matches are remembered once they were asked for: a view shows lines of one or two."""


class Range(NamedTuple):
    """Lines of one chunk that were searched together."""

    start: int
    end: int


_NONE: Final = array("q")

Numbers = Callable[[int, int], "array[int]"]
"""Finds the numbers of the matching lines again, between two lines of one chunk."""


class Matches:
    """The matching lines of a buffer, counted by chunk. Each chunk is looked at again when its lines are asked for."""

    def __init__(self, numbers: Numbers) -> None:
        """Begin with none."""
        self._numbers = numbers
        self._ranges: list[Range] = []
        self._totals = array("q")
        """For each range, the matches up to its end, those that were dropped included."""
        self._dropped = 0
        self._remembered: dict[Range, array[int]] = {}

    def add(self, start: int, end: int, count: int) -> None:
        """Take note of the matches among lines of one chunk, which follow those of the newest range."""
        total = count + (self._totals[-1] if self._totals else self._dropped)
        self._ranges.append(Range(start, end))
        self._totals.append(total)

    def go_on(self, end: int, count: int) -> None:
        """Take note of more matches in the chunk of the newest range, which ends at `end` now."""
        self._ranges[-1] = self._ranges[-1]._replace(end=end)
        self._totals[-1] += count

    @property
    def newest_start(self) -> int:
        """Where the newest range begins; -1 while there is none."""
        return self._ranges[-1].start if self._ranges else -1

    def forget(self, first: int) -> None:
        """Forget the lines before `first`, with which a chunk begins."""
        dropped = bisect_right(self._ranges, first, key=lambda known: known.end)
        if dropped:
            self._dropped = self._totals[dropped - 1]
            del self._ranges[:dropped], self._totals[:dropped]

    def before(self, line: int) -> int:
        """Give how many matches lie before `line`."""
        index = bisect_right(self._ranges, line, key=lambda known: known.end)
        counted = self._before(index) - self._dropped
        if index < len(self._ranges) and self._ranges[index].start < line:
            counted += bisect_left(self._of(index), line)
        return counted

    def following(self, line: int) -> int | None:
        """Give the first match after `line`, if there is one."""
        index = bisect_right(self._ranges, line + 1, key=lambda known: known.end)
        while index < len(self._ranges):
            matches = self._of(index)
            at = bisect_right(matches, line)
            if at < len(matches):
                return matches[at]
            index = bisect_right(self._totals, self._before(index + 1))
        return None

    def preceding(self, line: int) -> int | None:
        """Give the last match before `line`, if there is one."""
        index = bisect_left(self._ranges, line, key=lambda known: known.start) - 1
        while index >= 0:
            matches = self._of(index)
            at = bisect_left(matches, line)
            if at:
                return matches[at - 1]
            earlier = self._before(index)
            index = bisect_left(self._totals, earlier) if earlier > self._dropped else -1
        return None

    def all(self) -> "array[int]":
        """Give the numbers of all matching lines. Looks at every chunk that has some."""
        found = array("q")
        for index in range(len(self._ranges)):
            found.extend(self._of(index))
        return found

    def _before(self, index: int) -> int:
        return self._totals[index - 1] if index else self._dropped

    def _of(self, index: int) -> "array[int]":
        known = self._ranges[index]
        if self._before(index + 1) == self._before(index):
            return _NONE
        if known not in self._remembered:
            while len(self._remembered) >= REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[known] = self._numbers(*known)
        return self._remembered[known]
