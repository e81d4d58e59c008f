"""What the cockpit tells a person: on the bottom line for a few seconds, and kept for whoever was not quick enough."""

from collections import deque
from datetime import datetime, timedelta

import msgspec

from cockpit.clock import Clock
from cockpit.ui.hints import Hints
from cockpit.ui.tones import Tone

MESSAGES_KEPT = 200
NEWS_STAYS = timedelta(seconds=3)
"""For so long something announced stays beside the message after it."""


class Told(msgspec.Struct, frozen=True):
    """One message to the person."""

    at: datetime
    text: str
    tone: Tone


class MessageLog:
    """Tells a person something, and remembers the newest of it."""

    def __init__(self, clock: Clock, hints: Hints) -> None:
        self.told: deque[Told] = deque(maxlen=MESSAGES_KEPT)
        self._clock = clock
        self._hints = hints
        self._news: Told | None = None
        """What must not be missed because of what is told right after it."""

    def tell(self, message: str, tone: Tone = "", *, of_place: bool = False) -> None:
        """Show a message for a few seconds, and keep it for the list; one `of_place` ends when they leave."""
        now, news, self._news = self._clock(), self._news, None
        self.told.append(Told(now, message, tone))
        if news is not None and now - news.at < NEWS_STAYS:
            message = f"{message} · {news.text}" if tone == "wrong" else f"{news.text} · {message}"
        self._hints.tell(message, tone, of_place=of_place)

    def tell_of_place(self, message: str) -> None:
        """Show a message that is true only where the person is: it ends when they leave."""
        self.tell(message, of_place=True)

    def announce(self, message: str) -> None:
        """Tell something whose effect is told next: both stand on the bottom line then."""
        self.tell(message)
        self._news = self.told[-1]
