"""When something began: at a moment, or at one within a span of which nobody knows more."""

from datetime import datetime, timedelta

import msgspec

from cockpit.diagnosis.finding import SinceFrom


class Beginning(msgspec.Struct, frozen=True):
    """When something began, as one source tells it."""

    at: datetime
    """Not before (UTC)."""
    within: timedelta = timedelta()
    """Not later than so long after `at`: a metric of a minute says no more than that it was in this minute."""
    known: SinceFrom = SinceFrom.SEEN

    @property
    def end(self) -> datetime:
        """Not after."""
        return self.at + self.within

    def not_after(self, moment: datetime) -> "Beginning":
        """Give the same, knowing that it has begun at `moment`."""
        at = min(self.at, moment)
        return Beginning(at, min(self.within, moment - at), self.known)


def together(one: Beginning, other: Beginning) -> Beginning:
    """Put together what two sources tell of one beginning: what both allow, and if they part, the earlier.

    So the finer source decides within the span of the coarser one, which moves nothing to its own first moment.
    """
    first, last = max(one.at, other.at), min(one.end, other.end)
    if first > last:
        return min(one, other, key=lambda each: each.at)
    return Beginning(first, last - first, min(one, other, key=lambda each: each.within).known)


def finer(one: Beginning, other: Beginning) -> Beginning:
    """Give the beginning `one` as precisely as `other` tells it; one that is another's says nothing of it."""
    return together(one, other) if one.at <= other.at and other.end <= one.end else one
