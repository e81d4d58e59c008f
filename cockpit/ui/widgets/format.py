"""Short forms of quantities, as people read them in tables."""

from datetime import datetime, timedelta, tzinfo


def age(since: datetime | None, now: datetime) -> str:
    """Say how long ago something was, in at most five cells: `48s`, `2m5s`, `12m`, `3h7m`, `2d4h`, `3y`; else `-`.

    As kubectl does (`HumanDuration` of k8s.io/apimachinery), but for years, which would take a sixth cell with days.
    """
    if since is None:
        return "-"
    seconds = max(0, int((now - since).total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    forms = (
        (seconds < 120, f"{seconds}s"),
        (minutes < 10, _two(minutes, "m", seconds % 60, "s")),
        (minutes < 180, f"{minutes}m"),
        (hours < 8, _two(hours, "h", minutes % 60, "m")),
        (hours < 48, f"{hours}h"),
        (days < 8, _two(days, "d", hours % 24, "h")),
        (days < 1000, f"{days}d"),
    )
    return next((form for fits, form in forms if fits), f"{days // 365}y")


def _two(many: int, unit: str, rest: int, smaller: str) -> str:
    return f"{many}{unit}{rest}{smaller}" if rest else f"{many}{unit}"


def cpu(millicores: int | None) -> str:
    """Write a CPU use as `kubectl top` does, in millicores; `-` if unknown."""
    return "-" if millicores is None else f"{millicores}m"


def memory(size: int | None) -> str:
    """Write a memory use in MiB, as `kubectl top` does, or in GiB from ten of them on; `-` if unknown."""
    if size is None:
        return "-"
    mebibytes = size / 2**20
    return f"{mebibytes:.0f}Mi" if mebibytes < 10 * 1024 else f"{mebibytes / 1024:.1f}Gi"


def clock(moment: datetime, zone: tzinfo) -> str:
    """Write a time of day with seconds in the zone that the person chose."""
    return moment.astimezone(zone).strftime("%H:%M:%S")


def zone_name(moment: datetime, zone: tzinfo) -> str:
    """Name the zone of the times on the screen, such as `UTC` or `CET`."""
    return moment.astimezone(zone).tzname() or str(zone)


def elapsed(duration: timedelta) -> str:
    """Write a running time as `00:14:32`; hours go on counting past a day."""
    seconds = max(0, int(duration.total_seconds()))
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
