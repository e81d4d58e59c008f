"""The moment at which a pane with pages is drawn: now, or the one at which a person has paused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Generic

from cockpit.clock import Clock
from cockpit.ui.paged.held import Held, Outlook
from cockpit.ui.paged.page import V
from cockpit.ui.widgets.format import clock as time_of_day
from cockpit.ui.widgets.line import Span


class Moment(Generic[V]):
    """Of what is held, which state is drawn, and as of when."""

    def __init__(self, held: Held[V], clock: Clock) -> None:
        """Draw the newest of what is held."""
        self._held = held
        self._clock = clock
        self._paused: tuple[Held[V], datetime] | None = None

    @property
    def now(self) -> datetime:
        """As of when it is drawn."""
        return self._clock() if self._paused is None else self._paused[1]

    @property
    def time(self) -> str:
        """As of which time of day."""
        return time_of_day(self.now, self._held.zone)

    @property
    def names(self) -> Sequence[str]:
        """The subjects that can be drawn."""
        return self._drawn.names

    def view(self, name: str) -> V | None:
        """Look at a subject; None before the first look."""
        return self._drawn.view(name, self.now) if name in self.names else None

    def outlook(self, name: str, tab: str) -> Outlook:
        """Say how far a page of a subject can be trusted."""
        return self._drawn.outlook(name, tab, self.now)

    def pause(self) -> None:
        """Hold what is shown, with the times as they are now; or go on."""
        held = bool(self._held.names)
        self._paused = None if self._paused is not None or not held else (self._held.copy(), self._clock())

    def go_on(self) -> None:
        """Hold nothing any more."""
        self._paused = None

    @property
    def paused(self) -> Sequence[Span]:
        """Say since when it is held; nothing while it is not."""
        return [Span(f"paused at {self.time}", "changing")] if self._paused is not None else ()

    @property
    def _drawn(self) -> Held[V]:
        return self._held if self._paused is None else self._paused[0]
