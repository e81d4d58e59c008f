"""The time zone in which people read times; inside, all times are UTC."""

from datetime import UTC, datetime, timedelta, tzinfo


class LocalZone(tzinfo):
    """The zone of this machine, through its changes between winter and summer."""

    def fromutc(self, moment: datetime) -> datetime:
        """Convert a moment whose fields are in UTC."""
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Tell how far the zone is ahead of UTC at that time of its own clocks."""
        return moment.replace(tzinfo=None).astimezone().utcoffset() if moment else None

    def tzname(self, moment: datetime | None) -> str | None:
        """Name the zone as this machine does, such as `CEST`."""
        return moment.replace(tzinfo=None).astimezone().tzname() if moment else None

    def dst(self, moment: datetime | None) -> timedelta | None:  # noqa: ARG002  (the interface has it)
        """Unknown: nobody needs to know which part of the offset is summer time."""
        return None


def zone_called(name: str) -> tzinfo:
    """Find a zone: `UTC`, `local`, or an IANA name such as `Europe/Vienna`.

    Raises:
        ValueError: There is no such zone on this machine.
    """
    if name.upper() == "UTC":
        return UTC
    if name == "local":
        return LocalZone()
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  (the first frame mostly does without)

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone that this machine knows") from error
