"""Grep: which lines of a buffer match, as far as lines have come."""

import asyncio
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, NamedTuple

from cockpit.logs.buffer import LogBuffer
from cockpit.logs.chunk import MemoryChunk, Part
from cockpit.logs.matcher import Matcher
from cockpit.logs.matches import Matches
from cockpit.threads import call_in_thread

SLICE_BYTES = 256 * 1024 * 1024
"""How much is searched at most between two looks at whether it is still wanted."""
SLICE_SECONDS = 0.05
"""For how long at most. At the end of a slice its threads wait for each other, so that it should not be shorter."""
FEW_LINES = 100
"""So many new lines in memory are searched sooner than a thread for them has begun."""
THREADS = 2
_PARTS_FOR_A_THREAD = 4
"""Fewer than that are searched before a second thread has begun."""

Note = Callable[[Part, int, "array[int]"], Any]
"""Looks, in the searching thread, at the lines of a part from a number on, and at those among them that match."""


class Slice(NamedTuple):
    """What one step of a search found."""

    start: int
    """Number of the first line that was searched."""
    end: int
    """Number of the line after the last."""
    matches: "array[int]"
    """Numbers of the matching lines among them, ascending, if they were asked for."""
    noted: list[Any]
    """What was noted of each part, in order."""


class _Found(NamedTuple):
    """What was found in one part."""

    matching: int
    """How many lines."""
    matches: "array[int] | None" = None
    noted: Any = None


class Search:
    """Finds the matching lines of a buffer, in slices, as far as lines have come."""

    def __init__(self, matcher: Matcher, buffer: LogBuffer) -> None:
        """Prepare to search `buffer`; nothing is searched yet."""
        self.matcher = matcher
        self._buffer = buffer
        self._found = Matches(self._numbers)
        self.searched_to = buffer.first
        """Every kept line before this one was searched."""

    async def step(self, note: Note | None = None, *, numbered: bool = False) -> Slice | None:
        """Search one slice, in other threads unless it is a few lines; None when there was nothing left to search.

        The slice tells which lines match if it is `numbered`, or if something is to be noted of them. May be cancelled:
        the slice is then searched again by the next step.
        """
        start = max(self.searched_to, self._buffer.first)
        parts = self._buffer.parts(start, SLICE_BYTES)
        if not parts:
            return None
        look = _Look(self.matcher, start, note, numbered=numbered or note is not None)
        queue, until = iter(parts), monotonic() + SLICE_SECONDS
        found: dict[int, _Found] = {}
        if len(parts) == 1 and isinstance(parts[0], MemoryChunk) and parts[0].end - start <= FEW_LINES:
            found = look.at_all(queue, until)
        else:
            threads = max(1, min(THREADS, len(parts) // _PARTS_FOR_A_THREAD))
            for some in await asyncio.gather(*(call_in_thread(look.at_all, queue, until) for _ in range(threads))):
                found.update(some)
        matches, noted = array("q"), []
        self._found.forget(self._buffer.first)
        for part in parts[: len(found)]:
            known = found[part.first]
            self._remember(part, start, known.matching)
            matches.extend(known.matches or ())
            if known.noted is not None:
                noted.append(known.noted)
        self.searched_to = parts[len(found) - 1].end
        self._found.forget(self._buffer.first)
        return Slice(start, self.searched_to, matches, noted)

    @property
    def matches(self) -> "array[int]":
        """Numbers of the matching lines that are kept, ascending. Costs as much as another search."""
        self._found.forget(self._buffer.first)
        return self._found.all()

    def position(self, line: int) -> int:
        """Give how many kept matches lie before `line`."""
        self._found.forget(self._buffer.first)
        return self._found.before(line)

    @property
    def count(self) -> int:
        """How many kept lines match, as far as was searched."""
        return self.position(self._buffer.end)

    def following(self, line: int) -> int | None:
        """Give the first match after `line`, if there is one."""
        self._found.forget(self._buffer.first)
        return self._found.following(line)

    def preceding(self, line: int) -> int | None:
        """Give the last match before `line`, if there is one."""
        self._found.forget(self._buffer.first)
        return self._found.preceding(line)

    def _remember(self, part: Part, start: int, count: int) -> None:
        if self._found.newest_start >= part.first:
            self._found.go_on(part.end, count)
        else:
            self._found.add(max(part.first, start), part.end, count)

    def _numbers(self, start: int, end: int) -> "array[int]":
        """Search lines of one chunk again that were searched before."""
        try:
            numbers = self.matcher.lines(self._buffer.parts(start, 1)[0], start)
        except OSError:
            return array("q")
        return numbers[: bisect_left(numbers, end)]


class _Look(NamedTuple):
    """How parts are looked at."""

    matcher: Matcher
    start: int
    note: Note | None
    numbered: bool

    def at_all(self, queue: Iterator[Part], until: float) -> dict[int, _Found]:
        """Search parts that several threads take from one queue, each as it comes, so that none is left out between."""
        found: dict[int, _Found] = {}
        for part in queue:
            try:
                found[part.first] = self._at(part)
            except OSError:  # the disk failed: the lines say so when they are looked at
                found[part.first] = _Found(0)
            if monotonic() > until:
                break
        return found

    def _at(self, part: Part) -> _Found:
        if not self.numbered:
            return _Found(self.matcher.count(part, self.start))
        matches = self.matcher.lines(part, self.start)
        noted = self.note(part, self.start, matches) if self.note is not None else None
        return _Found(len(matches), matches, noted)
