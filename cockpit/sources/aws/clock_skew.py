"""Compares this machine's clock with AWS': it refuses signatures of a clock that is five minutes off."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from cockpit.clock import Clock

_SENT_AT = "cockpit_sent_at"
_A_SECOND = timedelta(seconds=1)


class ClockSkew:
    """Reads the Date of every answer, also of those that refuse us."""

    def __init__(self, clock: Clock) -> None:
        """Compare `clock` with AWS'."""
        self._clock = clock
        self.ahead: timedelta | None = None
        """By how much ours is ahead; behind, when it is negative; None: not told yet."""

    def watch(self, client: Any) -> None:
        """Have a client of boto3 tell of its answers."""
        client.meta.events.register("before-call", self._sent)
        client.meta.events.register("response-received", self._received)

    def _sent(self, context: dict[str, Any], **_: Any) -> None:
        context[_SENT_AT] = self._clock()

    def _received(self, response_dict: dict[str, Any] | None, context: dict[str, Any], **_: Any) -> None:
        headers = (response_dict or {}).get("headers") or {}
        sent_at = context.get(_SENT_AT)
        try:
            told = parsedate_to_datetime(headers.get("Date", "")).replace(tzinfo=UTC)
        except (TypeError, ValueError):
            return
        if isinstance(sent_at, datetime):
            self.ahead = _ahead(sent_at, told, self._clock())


def _ahead(sent_at: datetime, told: datetime, received_at: datetime) -> timedelta:
    """Give the least difference that explains the times; the server has cut off the fraction of its second."""
    nothing = timedelta()
    return max(sent_at - told - _A_SECOND, nothing) + min(received_at - told, nothing)
