"""Which rows a log view shows, in which order: every line, or the matching ones with their context.

A row is named by a key that is never given to another row while lines come and go: `2 * n` is line number n, and
`2 * n - 1` is the separator above it. Rows ascend by key, so that a place in the log is found by halving.
"""

from array import array
from bisect import bisect_left
from typing import Protocol

from cockpit.logs.buffer import LogBuffer


def line_of(key: int) -> int:
    """Give the number of the line that the row belongs to: its own, or the one below a separator."""
    return (key + 1) // 2


def is_separator(key: int) -> bool:
    """Tell whether the row stands between lines rather than for one."""
    return key % 2 == 1


class Rows(Protocol):
    """Rows in ascending order. Where lines were dropped, the first row is the separator above the oldest line."""

    def at_or_after(self, key: int) -> int | None:
        """Give the first row whose key is `key` or greater."""

    def before(self, key: int) -> int | None:
        """Give the last row whose key is less than `key`."""

    def count_from(self, line: int) -> int:
        """Give how many lines from `line` on are shown."""


class EveryLine:
    """All lines of a buffer."""

    def __init__(self, buffer: LogBuffer) -> None:
        """Show all of `buffer`."""
        self._buffer = buffer

    def at_or_after(self, key: int) -> int | None:
        """Give the first row whose key is `key` or greater."""
        first = self._buffer.first
        if first and key < 2 * first:
            return 2 * first - 1
        key = 2 * line_of(max(key, 0))
        return key if key < 2 * self._buffer.end else None

    def before(self, key: int) -> int | None:
        """Give the last row whose key is less than `key`."""
        first = self._buffer.first
        line = line_of(min(key, 2 * self._buffer.end)) - 1
        if line >= first:
            return 2 * line
        return 2 * first - 1 if first and key > 2 * first - 1 else None

    def count_from(self, line: int) -> int:
        """Give how many lines from `line` on are shown."""
        return self._buffer.end - max(line, self._buffer.first)


class MatchingLines:
    """The lines that a search found, with the remarks of the cockpit and with context, as `grep -A -B` shows them.

    Groups of lines that do not touch are separated, if context was asked for. A remark is a border by itself: there
    is no separator beside it, and the context before a match does not reach back over it.
    """

    def __init__(self, buffer: LogBuffer, before: int = 0, after: int = 0) -> None:
        """Show matches in `buffer` with so many lines before and after each."""
        self._buffer = buffer
        self._before = before
        self._after = after
        self._keys = array("q")
        self._separators = array("q")
        self._next = 0
        """The line after the last one that is shown."""
        self._owed_to = 0
        """Lines before this one belong to the context after a match, though they may not have come yet."""
        self._border = True
        """No separator is due before the next line: nothing, or a remark, stands above it."""

    def extend(self, matches: "array[int]", start: int, end: int) -> None:
        """Go on with the matches (ascending) among the lines from `start` to before `end`, which were just searched."""
        kept = self._buffer.remarks
        remarks = set(kept[bisect_left(kept, start) : bisect_left(kept, end)])
        if not (remarks or self._before or self._after):
            self._keys.extend([2 * line for line in matches])
            self._next, self._border = end, False
            self._forget_dropped()
            return
        for line in sorted(remarks.union(matches)) if remarks else matches:
            self._show(self._next, min(self._owed_to, line))
            if line in remarks:
                self._border = True
                self._show(line, line + 1)
                self._border = True
            else:
                self._show(line - self._before, line + 1)
                self._owed_to = line + 1 + self._after
        self._show(self._next, min(self._owed_to, end))
        self._forget_dropped()

    def _forget_dropped(self) -> None:
        lowest = 2 * self._buffer.first
        del self._keys[: bisect_left(self._keys, lowest)]
        del self._separators[: bisect_left(self._separators, lowest)]

    def _show(self, start: int, end: int) -> None:
        """Show the lines from `start` to before `end` that are not shown yet."""
        start = max(start, self._next, self._buffer.first)
        if start >= end:
            return
        if start > self._next and not self._border and (self._before or self._after):
            self._keys.append(2 * start - 1)
            self._separators.append(2 * start - 1)
        self._keys.extend(range(2 * start, 2 * end, 2))
        self._next = end
        self._border = False

    def at_or_after(self, key: int) -> int | None:
        """Give the first row whose key is `key` or greater."""
        first = self._buffer.first
        if first and key < 2 * first:
            return 2 * first - 1
        index = bisect_left(self._keys, max(key, 2 * first))
        return self._keys[index] if index < len(self._keys) else None

    def before(self, key: int) -> int | None:
        """Give the last row whose key is less than `key`."""
        first = self._buffer.first
        index = bisect_left(self._keys, key) - 1
        if index >= 0 and self._keys[index] >= 2 * first:
            return self._keys[index]
        return 2 * first - 1 if first and key > 2 * first - 1 else None

    def count_from(self, line: int) -> int:
        """Give how many lines from `line` on are shown."""
        key = 2 * max(line, self._buffer.first)
        rows = len(self._keys) - bisect_left(self._keys, key)
        return rows - (len(self._separators) - bisect_left(self._separators, key))
