"""What a running container prints, line by line."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from cockpit.gameday.logbook import RunLog, nanoseconds
from cockpit.gameday.timing import Pace
from cockpit.gameday.workloads import Behaviour, Chatter

TICK = 0.02
"""Seconds between two looks; busier logs get several lines at once."""
PAST_LINES = 300
"""How many lines a container that ran before the world began has printed."""


class Printer:
    """Writes one run's log.

    Args:
        run: Where the lines go.
        behaviour: What is printed.
        rng: Chance, of this run alone.
        pace: Tells the time and waits.
    """

    def __init__(self, run: RunLog, behaviour: Behaviour, rng: random.Random, pace: Pace) -> None:
        self._run = run
        self._behaviour = behaviour
        self._rng = rng
        self._pace = pace
        self._number = 0
        self._last = 0

    def say(self, *lines: str) -> None:
        """Print lines now."""
        now = nanoseconds(self._pace.now())
        for line in lines:
            self._write(now, line)

    def recall(self, seconds: float) -> None:
        """Print what was printed in the last so many seconds, up to a limit."""
        chatter, rate = self._behaviour.chatter, self._behaviour.lines_per_second
        if chatter is None or not rate:
            return
        lines = min(PAST_LINES, int(seconds * rate))
        self._number = self._rng.randrange(10_000, 1_000_000)
        now = self._pace.now()
        for index in range(lines, 0, -1):
            self._chat(chatter, now - timedelta(seconds=index / rate))

    async def chat(self, voice: Callable[[], Chatter | None]) -> None:
        """Print at the behaviour's rate until cancelled.

        Args:
            voice: Asked before each burst of lines what makes them; None: this burst is not printed.
        """
        rate = self._behaviour.lines_per_second
        if not rate:
            await asyncio.Event().wait()
        clock = asyncio.get_running_loop().time
        begin, written = clock(), 0
        while True:
            await self._pace.sleep(max(TICK, 1 / rate))
            owed = int((clock() - begin) * self._pace.speed * rate) - written
            chatter = voice()
            written += owed
            if chatter is not None:
                for _ in range(owed):
                    self._chat(chatter, self._pace.now())

    def _chat(self, chatter: Chatter, now: datetime) -> None:
        self._number += 1
        self._write(nanoseconds(now), chatter(self._rng, now, self._number))

    def _write(self, time: int, line: str) -> None:
        # Two lines of one run never bear the same time, whatever the resolution of the clock.
        self._last = max(time, self._last + 1 + self._rng.randrange(900))
        self._run.write(self._last, line.encode())
