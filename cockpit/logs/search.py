"""Grep: which lines of a buffer match, as far as lines have come."""

import asyncio
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, NamedTuple

from cockpit.logs.buffer import LogBuffer
from cockpit.logs.chunk import MemoryChunk, Part
from cockpit.logs.matcher import Matcher
from cockpit.threads import call_in_thread

SLICE_BYTES = 32 * 1024 * 1024
"""How much is searched at most between two looks at whether it is still wanted."""
SLICE_SECONDS = 0.05
"""For how long at most."""
FEW_LINES = 100
"""So many new lines in memory are searched sooner than a thread for them has begun."""
THREADS = 2
_PARTS_FOR_A_THREAD = 4
"""Fewer than that are searched before a second thread has begun."""
_DENSE = 8
"""Matches in a part from which on a second thread only waits for the interpreter's lock."""

Note = Callable[[Part, int, "array[int]"], Any]
"""Looks, in the searching thread, at the lines of a part from a number on, and at those among them that match."""


class Slice(NamedTuple):
    """What one step of a search found."""

    start: int
    """Number of the first line that was searched."""
    end: int
    """Number of the line after the last."""
    matches: "array[int]"
    """Numbers of the matching lines among them, ascending."""
    noted: list[Any]
    """What was noted of each part, in order."""


class Search:
    """Finds the matching lines of a buffer, in slices, as far as lines have come."""

    def __init__(self, matcher: Matcher, buffer: LogBuffer) -> None:
        """Prepare to search `buffer`; nothing is searched yet."""
        self.matcher = matcher
        self._buffer = buffer
        self._threads = THREADS
        self.matches = array("q")
        """Numbers of the matching lines, ascending; all of them still kept when the last slice was done."""
        self.searched_to = buffer.first
        """Every kept line before this one was searched."""

    async def step(self, note: Note | None = None) -> Slice | None:
        """Search one slice, in other threads unless it is a few lines; None when there was nothing left to search.

        May be cancelled: the slice is then searched again by the next step.
        """
        start = max(self.searched_to, self._buffer.first)
        parts = self._buffer.parts(start, SLICE_BYTES)
        if not parts:
            return None
        queue, until = iter(parts), monotonic() + SLICE_SECONDS
        found: dict[int, tuple[array[int], Any]] = {}
        if len(parts) == 1 and isinstance(parts[0], MemoryChunk) and parts[0].end - start <= FEW_LINES:
            found = _search(self.matcher, queue, start, until, note)
        else:
            threads = max(1, min(self._threads, len(parts) // _PARTS_FOR_A_THREAD))
            searched = [call_in_thread(_search, self.matcher, queue, start, until, note) for _ in range(threads)]
            for some in await asyncio.gather(*searched):
                found.update(some)
        matches, noted = array("q"), []
        for part in parts[: len(found)]:
            numbers, said = found[part.first]
            matches.extend(numbers)
            if said is not None:
                noted.append(said)
        self._threads = 1 if len(matches) > _DENSE * len(found) else THREADS
        self.matches.extend(matches)
        self.searched_to = parts[len(found) - 1].end
        del self.matches[: bisect_left(self.matches, self._buffer.first)]
        return Slice(start, self.searched_to, matches, noted)

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


def _search(
    matcher: Matcher, queue: Iterator[Part], start: int, until: float, note: Note | None
) -> "dict[int, tuple[array[int], Any]]":
    """Search parts that several threads take from one queue, each as it comes, so that none is left out between."""
    found: dict[int, tuple[array[int], Any]] = {}
    for part in queue:
        try:
            matches = matcher.lines(part, start)
            found[part.first] = matches, note(part, start, matches) if note is not None else None
        except OSError:  # the disk failed: the lines say so when they are looked at
            found[part.first] = array("q"), None
        if monotonic() > until:
            break
    return found
