"""Short forms of quantities, as people read them in tables."""

from datetime import datetime, timedelta, tzinfo


def age(since: datetime | None, now: datetime) -> str:
    """Say how long ago something was, in at most five cells: `48s`, `12m`, `3h7m`, `2d4h`, `41d`, `3y`; else `-`."""
    if since is None:
        return "-"
    seconds = max(0, int((now - since).total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    forms = (
        (seconds < 100, f"{seconds}s"),
        (minutes < 100, f"{minutes}m"),
        (hours < 10, f"{hours}h{minutes % 60}m"),
        (hours < 48, f"{hours}h"),
        (days < 10, f"{days}d{hours % 24}h"),
        (days < 1000, f"{days}d"),
    )
    return next((form for fits, form in forms if fits), f"{days // 365}y")


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
