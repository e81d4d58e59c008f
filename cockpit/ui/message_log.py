"""What the cockpit tells a person: on the bottom line for a few seconds, and kept for whoever was not quick enough."""

from collections import deque
from datetime import datetime

import msgspec

from cockpit.clock import Clock
from cockpit.ui.hints import Hints
from cockpit.ui.tones import Tone

MESSAGES_KEPT = 200


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

    def tell(self, message: str, tone: Tone = "") -> None:
        """Show a message for a few seconds, and keep it for the list of messages."""
        self.told.append(Told(self._clock(), message, tone))
        self._hints.tell(message, tone)
