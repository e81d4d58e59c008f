"""Where in a log we are, so that a new connection neither repeats a line nor hides that some are missing."""

from collections import Counter
from typing import NamedTuple

from cockpit.sources.kubernetes.log_lines import Lines, moment


class Progress(NamedTuple):
    """What a batch of lines adds to what was seen before."""

    new: Lines
    gap: tuple[int, int] | None
    """Times of the last line before and of the first line after a hole in the log, found in this batch."""


class LogPosition:
    """Remembers the last line, and drops what a new connection sends again up to it.

    The API resumes by whole seconds only (`sinceTime`), so that a new connection begins with lines that were seen, and
    perhaps with some of the same second from before our first one. Lines that are equal and have equal times are
    counted: two of them are two lines.
    """

    def __init__(self) -> None:
        self._last_time = 0
        self._last_text = b""
        self._same_time: Counter[int] = Counter()
        """How often each line was seen that has the last line's time, by hash."""
        self._newest = 0
        """The highest time; a little more than the last line's, when two outputs of a container overtake each other."""
        self._to_find = 0
        """How many of the last line a new connection still has to repeat."""
        self._of_this_run = True

    @property
    def since(self) -> str | None:
        """What to ask for with `sinceTime`; None: nothing was seen yet."""
        return f"{moment(self._last_time):%Y-%m-%dT%H:%M:%SZ}" if self._last_time else None

    @property
    def newest(self) -> int:
        """The highest time that was seen, in nanoseconds; 0: none was."""
        return self._newest

    def reconnect(self) -> None:
        """Expect a new connection."""
        self._to_find = self._same_time[hash(self._last_text)]

    def restart(self) -> None:
        """Expect another run of the container, whose log need not know our last line."""
        self._of_this_run = False

    def advance(self, lines: Lines) -> Progress:
        """Take in lines in their order; give those that are new."""
        known, gap = self._skip_known(lines) if self._to_find else (0, None)
        new = Lines(lines.texts[known:], lines.times[known:]) if known else lines
        self._remember(new)
        return Progress(new, gap)

    def _skip_known(self, lines: Lines) -> tuple[int, tuple[int, int] | None]:
        """Count the lines up to our last one; report a gap when a later one comes first."""
        for index, (text, time) in enumerate(zip(*lines, strict=True)):
            if time == self._last_time and text == self._last_text:
                self._to_find -= 1
                if not self._to_find:
                    return index + 1, None
            elif time > self._newest:
                self._to_find = 0
                return index, (self._newest, time) if self._of_this_run else None
        return len(lines.texts), None

    def _remember(self, new: Lines) -> None:
        index = len(new.times) - 1
        while index >= 0 and not new.times[index]:
            index -= 1
        if index < 0:
            return
        if new.times[index] != self._last_time:
            self._same_time.clear()
        self._last_time, self._last_text = new.times[index], new.texts[index]
        self._newest = max(self._newest, *new.times)
        self._of_this_run = True
        while index >= 0 and new.times[index] == self._last_time:
            self._same_time[hash(new.texts[index])] += 1
            index -= 1
