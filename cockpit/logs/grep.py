"""What a log view searches for, and the rows that follow from it. Knows no screen."""

from collections.abc import Callable
from typing import NamedTuple

from cockpit.clock import Clock, utc_now
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.matcher import Matcher, Pattern
from cockpit.logs.rows import EveryLine, MatchingLines, Rows
from cockpit.logs.search import Search
from cockpit.logs.survey import Survey


class Found(NamedTuple):
    """Where going to another match leads."""

    line: int
    wrapped: bool
    """The end of the log was passed: the search went on at the other one."""


class _Listing(NamedTuple):
    """A search that tells which lines match, and the rows that come of it."""

    search: Search
    rows: MatchingLines


class Grep:
    """Searches a buffer for a pattern, either to mark the matches or to show nothing else."""

    def __init__(self, buffer: LogBuffer, clock: Clock = utc_now) -> None:
        """Search nothing yet: all lines of `buffer` are shown."""
        self._buffer = buffer
        self.pattern = Pattern("")
        """What is searched; with an empty text nothing is."""
        self.search: Search | None = None
        self.filtering = False
        """Only matches and their context are shown."""
        self.before = 0
        """Lines of context before each match, when filtering."""
        self.after = 0
        self.rows: Rows = EveryLine(buffer)
        self._listing: _Listing | None = None
        """What is to be shown as soon as it has come as far as what is shown now: nobody loses their place."""
        self._matching: MatchingLines | None = None
        self.survey = Survey(buffer, clock)
        """The error lines, whatever is searched."""

    def look_for(self, pattern: Pattern) -> None:
        """Search for another pattern; one with an empty text ends the search.

        Raises:
            PatternError: It is no regular expression; what was searched before stays in force.
        """
        self.search = Search(Matcher(pattern), self._buffer) if pattern.text else None
        self.pattern = pattern
        self._arrange()

    def filter(self, *, only_matches: bool) -> None:
        """Show only the matches with their context, or every line."""
        self.filtering = only_matches
        self._arrange()

    def set_context(self, before: int, after: int) -> None:
        """Show so many lines before and after each match when filtering."""
        self.before, self.after = max(0, before), max(0, after)
        self._arrange()

    async def step(self) -> bool:
        """Search one slice of what was not searched yet; False when nothing was left. May be cancelled."""
        more = False
        search = self.search if self._listing is None else self._listing.search
        rows = self._matching if self._listing is None else self._listing.rows
        if search is not None and (found := await search.step(numbered=rows is not None)) is not None:
            more = True
            if rows is not None:
                rows.extend(found.matches, found.start, found.end)
        self._show_listing()
        return await self.survey.step() or more

    @property
    def searching(self) -> bool:
        """Some kept lines were not searched yet."""
        return self._listing is not None or (self.search is not None and self.search.searched_to < self._buffer.end)

    @property
    def errors(self) -> int:
        """How many kept lines state an error, as far as was searched."""
        return self.survey.errors

    def next_match(self, line: int) -> Found | None:
        """Give the first match after `line`, or the very first; None when there is none."""
        return None if self.search is None else self._found(self.search.following, line, self._buffer.first - 1)

    def previous_match(self, line: int) -> Found | None:
        """Give the last match before `line`, or the very last; None when there is none."""
        return None if self.search is None else self._found(self.search.preceding, line, self._buffer.end)

    def next_error(self, line: int) -> Found | None:
        """Give the first error line after `line`, or the very first; None when there is none."""
        return self._found(self.survey.error_after, line, self._buffer.first - 1)

    def previous_error(self, line: int) -> Found | None:
        """Give the last error line before `line`, or the very last; None when there is none."""
        return self._found(self.survey.error_before, line, self._buffer.end)

    def _found(self, go: Callable[[int], int | None], line: int, other_end: int) -> Found | None:
        """Go from `line` on, and when nothing is there, from the other end of the log."""
        if (there := go(line)) is not None:
            return Found(there, wrapped=False)
        there = go(other_end)
        return None if there is None else Found(there, wrapped=True)

    def _arrange(self) -> None:
        if not self.filtering or self.search is None:
            self.rows, self._matching, self._listing = EveryLine(self._buffer), None, None
            return
        rows = MatchingLines(self._buffer, self.before, self.after)
        self._listing = _Listing(Search(self.search.matcher, self._buffer), rows)
        self._show_listing()

    def _show_listing(self) -> None:
        """Show the rows that were asked for, if they go as far as those that are shown."""
        listing, shown = self._listing, self.search
        if listing is not None and shown is not None and listing.search.searched_to >= shown.searched_to:
            self.search, self.rows, self._matching, self._listing = listing.search, listing.rows, listing.rows, None
