"""Times and lengths of time in words."""

from datetime import UTC, datetime, timedelta, tzinfo

import msgspec

UNKNOWN = "unknown"


class Calendar(msgspec.Struct, frozen=True):
    """Writes times in one zone so that each means one moment: with the date, and outside UTC with the offset."""

    zone: tzinfo = UTC

    @property
    def name(self) -> str:
        """Name the zone: `UTC`, `Europe/Vienna`, `local time`."""
        return "UTC" if self.zone is UTC else getattr(self.zone, "key", "local time")

    def head(self, words: str) -> str:
        """Write the head of a column of times."""
        return f"{words} ({self.name})"

    def at(self, moment: datetime | None) -> str:
        """Write a time for such a column: `2026-11-21 23:50:00`, `2026-11-22 00:50:00 +01:00`."""
        if moment is None:
            return UNKNOWN
        told = self._local(moment).isoformat(" ", "seconds")
        return told if self.zone is UTC else f"{told} {self.offset(moment)}"

    def full(self, moment: datetime | None) -> str:
        """Write a time that stands alone."""
        return f"{self.at(moment)} UTC" if self.zone is UTC and moment is not None else self.at(moment)

    def offset(self, moment: datetime) -> str:
        """Write how far the zone is ahead of UTC at a moment: `+01:00`.

        Counted, not asked of the zone: of an hour that comes twice, the zone of this machine knows one only.
        """
        ahead = self._local(moment) - moment.astimezone(UTC).replace(tzinfo=None)
        minutes = round(ahead.total_seconds() / 60)
        return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

    def _local(self, moment: datetime) -> datetime:
        """Give what a clock of the zone shows; at the ends of the calendar, where it may have no date, one of UTC."""
        try:
            return moment.astimezone(self.zone).replace(tzinfo=None)
        except OverflowError:
            return moment.astimezone(UTC).replace(tzinfo=None)


def duration(time: timedelta) -> str:
    """Write a length of time: `14 min 32 s`, `3 h 05 min`, `2 d 03 h`; at least nothing."""
    minutes, seconds = divmod(max(0, int(time.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24:02} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"


def difference(time: timedelta | None) -> str:
    """Write the outcome of a formula; what is below nothing came before."""
    if time is None:
        return UNKNOWN
    return f"{duration(-time)} before" if time < timedelta() else duration(time)
