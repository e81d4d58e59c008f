"""The moment at which a server is shown: now, or the one at which a person has paused."""

from collections.abc import Sequence
from datetime import datetime

from cockpit.clock import Clock
from cockpit.reading import Reading, State
from cockpit.sources.postgres.model import PostgresLook
from cockpit.ui.postgres.held_servers import HeldServers, is_old
from cockpit.ui.postgres.page import View
from cockpit.ui.state_text import state_span
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.format import clock as time_of_day
from cockpit.ui.widgets.line import Span


class Moment:
    """Which reading of a server is drawn, and as of when."""

    def __init__(self, held: HeldServers, clock: Clock) -> None:
        """Draw the newest of what is held."""
        self._held = held
        self._clock = clock
        self._paused: tuple[Reading[PostgresLook], datetime] | None = None

    @property
    def now(self) -> datetime:
        """As of when it is drawn."""
        return self._clock() if self._paused is None else self._paused[1]

    def pause(self, server: str) -> None:
        """Hold what is shown, with the times as they are now; or go on."""
        reading = self._held.reading(server)
        self._paused = None if self._paused is not None or reading is None else (reading, self._clock())

    def go_on(self) -> None:
        """Hold nothing any more."""
        self._paused = None

    def reading(self, server: str) -> Reading[PostgresLook] | None:
        """Give what is drawn."""
        return self._held.reading(server) if self._paused is None else self._paused[0]

    def view(self, server: str) -> View | None:
        """Look at a server as it is drawn; None before the first look."""
        reading = self.reading(server)
        return None if reading is None else self._held.view(reading, self.now)

    def is_old(self, server: str) -> bool:
        """Tell whether things may have changed since."""
        reading = self.reading(server)
        return reading is not None and is_old(reading, self.now)

    def state(self, server: str) -> Sequence[Span]:
        """Say how far it can be trusted: paused, live, or how old it is."""
        if self._paused is not None:
            return [Span(f"paused at {time_of_day(self._paused[1], self._held.zone)}", "changing")]
        reading, now = self.reading(server), self._clock()
        span = state_span(reading, now, self._held.zone)
        if reading is None or reading.data is None or reading.state(now) is State.LIVE:
            return [span]
        return [Span(f"{age(reading.taken_at, now)} old · ", "doubtful"), span]
