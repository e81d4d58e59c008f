"""How fast lines and errors come, and whether errors rise: what a diagnosis reads of the logs. Pure data."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

LEAST_ERRORS = 5.0
"""Errors a minute below which nothing is said to rise: a few are everyday business."""
FACTOR = 3.0
"""Times as many errors as before, from which on they rise."""


class LogRate(msgspec.Struct, frozen=True):
    """What one stream, or a workload with all its streams, wrote in the newest minute, and in the minutes before."""

    name: str
    """The stream (`pod/container`), or what the streams were put together under."""
    lines: float
    """Lines a minute now."""
    errors: float
    """Error lines a minute now."""
    lines_before: float | None
    """Lines a minute, on average over the ten minutes before; None when nothing is known of them."""
    errors_before: float | None
    newest_error: str = ""
    """The newest line that states an error, its beginning."""
    newest_error_at: datetime | None = None
    errors_since: datetime | None = None
    """Since when there have been clearly more errors in every minute than before; None: there are not."""

    @property
    def rising(self) -> bool:
        """There are clearly more errors than before. Of a stream that has no past, what it writes now is its normal."""
        if self.errors_before is None:
            return False
        return self.errors >= LEAST_ERRORS and self.errors >= FACTOR * self.errors_before


class LogRates(msgspec.Struct, frozen=True):
    """The rates of all streams that are followed, by name."""

    rates: tuple[LogRate, ...] = ()

    @property
    def rising(self) -> tuple[LogRate, ...]:
        """Those with clearly more errors than before, the worst first."""
        return tuple(sorted((rate for rate in self.rates if rate.rising), key=lambda rate: -rate.errors))


def together(name: str, rates: Sequence[LogRate]) -> LogRate:
    """Put the streams of a workload together under its name."""
    newest = max(
        (rate for rate in rates if rate.newest_error_at is not None),
        key=lambda rate: (rate.newest_error_at, rate.name),
        default=None,
    )
    return LogRate(
        name=name,
        lines=sum(rate.lines for rate in rates),
        errors=sum(rate.errors for rate in rates),
        lines_before=_sum(rate.lines_before for rate in rates),
        errors_before=_sum(rate.errors_before for rate in rates),
        newest_error=newest.newest_error if newest else "",
        newest_error_at=newest.newest_error_at if newest else None,
        errors_since=min((rate.errors_since for rate in rates if rate.errors_since), default=None),
    )


def _sum(values: Iterable[float | None]) -> float | None:
    """Add up what is known; None if nothing is: a replica that is new does not hide what the others wrote."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
