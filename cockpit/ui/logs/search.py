"""What is searched for in a log view, and which line a person went to."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from msgspec.structs import replace

from cockpit.clock import Clock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.grep import Found, Grep
from cockpit.logs.matcher import Case, Pattern
from cockpit.regex import PatternError

UNSEEN_SECONDS = 1.0
"""For how long new lines gather before they are searched while nobody sees the answer."""


class Asked(NamedTuple):
    """A search as a person asked for it."""

    pattern: Pattern
    filtering: bool
    before: int
    after: int


class LogSearch:
    """Searches the lines of a buffer as they come, and goes from match to match and from error to error.

    Knows no screen: whoever draws says which lines are in view, and is told when there is something new to draw.
    """

    def __init__(
        self, buffer: LogBuffer, clock: Clock, progressed: Callable[[], None], answer: Callable[[], None]
    ) -> None:
        """Search nothing yet.

        Args:
            buffer: Whose lines are searched.
            clock: When a line came that has no time.
            progressed: Called when lines have come, or some of them were searched.
            answer: Called when somebody waits for what has changed.
        """
        self._clock = clock
        self._progressed = progressed
        self._answer = answer
        self._unsearched = asyncio.Event()
        self._wanted = asyncio.Event()
        """Somebody sees what is found."""
        self._awaited = False
        """Somebody waits for what the next search gives."""
        self.notice = ""
        """The answer to the last key, or why a pattern was refused."""
        self.line: int | None = None
        """Number of the line that the person went to."""
        self.grep = Grep(buffer, clock)

    def turn_to(self, buffer: LogBuffer) -> None:
        """Search another buffer, for the same."""
        asked = self.asked
        self.grep = Grep(buffer, self._clock)
        self._take_up(asked)
        self.line = None
        self.wake()

    def wake(self) -> None:
        """Take note of new lines. Cheap."""
        self._progressed()
        self._unsearched.set()

    def seen(self, *, now: bool) -> None:
        """Search lines as they come from now on, or only now and then because nobody sees what is found."""
        (self._wanted.set if now else self._wanted.clear)()

    async def run(self) -> None:
        """Search new lines, and all lines for a new pattern, until cancelled."""
        while True:
            await self._unsearched.wait()
            self._unsearched.clear()
            while await self.grep.step():
                self._progressed()
            if self._awaited:
                self._awaited = False
                self._answer()
            with suppress(TimeoutError):
                async with asyncio.timeout(UNSEEN_SECONDS):
                    await self._wanted.wait()

    @property
    def asked(self) -> Asked:
        """What is searched for, and how it is shown."""
        return Asked(self.grep.pattern, self.grep.filtering, self.grep.before, self.grep.after)

    def ask_again(self, asked: Asked) -> None:
        """Search for what was searched for before."""
        self._take_up(asked)
        self._say("")

    def look_for(self, text: str) -> str | None:
        """Search for a regular expression; an empty one ends the search.

        Returns:
            Why it is refused, in the words of RE2; the pattern before stays in force then.
        """
        return self._look_for(replace(self.grep.pattern, text=text))

    def invert(self) -> None:
        """Search for the lines that do not match, or that match again."""
        self._look_for(replace(self.grep.pattern, inverse=not self.grep.pattern.inverse))

    def cycle_case(self) -> None:
        """Let case matter if the pattern has an upper-case letter, always, or never."""
        order = list(Case)
        self._look_for(replace(self.grep.pattern, case=order[(order.index(self.grep.pattern.case) + 1) % len(order)]))

    def toggle_filter(self) -> None:
        """Show only the matches with their context, or every line."""
        self.grep.filter(only_matches=not self.grep.filtering)
        self._search_now()
        self._say("" if self.grep.search else "no pattern to filter by")

    def add_context(self, lines: int) -> None:
        """Show more lines around each match when filtering, or fewer if negative."""
        self.set_context(self.grep.before + lines, self.grep.after + lines)

    def set_context(self, before: int, after: int) -> None:
        """Show so many lines before and after each match when filtering."""
        self.grep.set_context(before, after)
        self._search_now()
        self._say("")

    def show_matches_with(self, before: int, after: int) -> None:
        """Show only the matches, each with so many lines before and after it."""
        self.grep.filter(only_matches=True)
        self.set_context(before, after)

    def next_match(self, lines: list[int]) -> Found | None:
        """Find the next match: after the line that was gone to, or else from the top of the `lines` in view on."""
        return self._found(self.grep.next_match(self._start(lines, forward=True)), self._no_match, "from the top again")

    def previous_match(self, lines: list[int]) -> Found | None:
        """Find the previous match: before the line that was gone to, or else from the bottom of the view on."""
        found = self.grep.previous_match(self._start(lines, forward=False))
        return self._found(found, self._no_match, "from the bottom again")

    def next_error(self, lines: list[int]) -> Found | None:
        """Find the next line that states an error, as for a match."""
        found = self.grep.next_error(self._start(lines, forward=True))
        return self._error(self._found(found, "no errors", "from the top again"))

    def previous_error(self, lines: list[int]) -> Found | None:
        """Find the previous line that states an error, as for a match."""
        found = self.grep.previous_error(self._start(lines, forward=False))
        return self._error(self._found(found, "no errors", "from the bottom again"))

    def go_to(self, line: int | None, notice: str) -> None:
        """Remember which line the person went to, and what there is to say about it."""
        self.line = line
        self._say(notice)

    @property
    def _no_match(self) -> str:
        return "no match" if self.grep.search else "no pattern to search for"

    def _start(self, lines: list[int], *, forward: bool) -> int:
        if self.line is not None and self.line in lines:
            return self.line
        if forward:
            return lines[0] - 1 if lines else -1
        return lines[-1] + 1 if lines else 0

    def _found(self, found: Found | None, none: str, wrapped: str) -> Found | None:
        """Remember where the person went, and say it."""
        if found is not None:
            self.line = found.line
        self.notice = none if found is None else wrapped if found.wrapped else ""
        return found

    def _error(self, found: Found | None) -> Found | None:
        if found is not None:
            which = f"error {self.grep.survey.error_position(found.line) + 1:,} of {self.grep.errors:,}"
            self.notice = f"{which}, {self.notice}" if self.notice else which
        return found

    def _take_up(self, asked: Asked) -> None:
        self.grep.look_for(asked.pattern)
        self.grep.set_context(asked.before, asked.after)
        self.grep.filter(only_matches=asked.filtering)
        self.wake()

    def _look_for(self, pattern: Pattern) -> str | None:
        try:
            self.grep.look_for(pattern)
        except PatternError as error:
            self._say(f"bad pattern: {error}")
            return str(error)
        self.line = None
        self.notice = ""
        self._search_now()
        return None

    def _search_now(self) -> None:
        self._awaited = True
        self.wake()

    def _say(self, notice: str) -> None:
        """Show at once what a key has done."""
        self.notice = notice
        self._answer()
