"""Short forms of durations, counts and sizes, as they stand in the tables of a Postgres server."""

from datetime import datetime

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def seconds_since(since: datetime | None, now: datetime) -> float | None:
    """Tell how many seconds ago something was, never less than none; None when that is not known."""
    return None if since is None else max(0.0, (now - since).total_seconds())


def duration(seconds: float | None) -> str:
    """Write a duration in at most six cells: `0.4s`, `48s`, `07:12`, `3h07m`, `2d04h`, `412d`; `-` if unknown."""
    if seconds is None:
        return "-"
    if seconds < 10:
        return f"{seconds:.1f}s"
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE:02d}:{whole % _MINUTE:02d}"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02d}m"
    days = whole // _DAY
    return f"{days}d{whole % _DAY // _HOUR:02d}h" if days < 100 else f"{days}d"


def lasting(since: datetime | None, now: datetime) -> str:
    """Write how long something has lasted."""
    return duration(seconds_since(since, now))


def milliseconds(amount: float | None) -> str:
    """Write a time that was measured in milliseconds: `0.42ms`, `812ms`, `4.8s`, `07:12`; `-` if unknown."""
    if amount is None:
        return "-"
    if amount < 10:
        return f"{amount:.2f}ms" if amount else "0"
    return f"{amount:.0f}ms" if amount < 1_000 else duration(amount / 1_000)


def count(number: float | None) -> str:
    """Write a number in at most six cells: `812`, `99,999`, `412k`, `4.2M`; `-` if unknown."""
    if number is None:
        return "-"
    if number < 100_000:
        return f"{number:,.0f}"
    for unit, factor in (("k", 1e3), ("M", 1e6), ("G", 1e9)):
        scaled = number / factor
        if scaled < 1_000:
            return f"{scaled:.1f}{unit}" if scaled < 10 else f"{scaled:.0f}{unit}"
    return f"{number / 1e12:.1f}T"


def size(amount: float | None) -> str:
    """Write a number of bytes: `812 B`, `4.2 MiB`, `41 GiB`; `-` if unknown."""
    if amount is None:
        return "-"
    scaled, unit = float(amount), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if scaled < 1_024:
            break
        scaled, unit = scaled / 1_024, larger
    return f"{scaled:.1f} {unit}" if unit != "B" and scaled < 10 else f"{scaled:.0f} {unit}"


def percent(share: float | None) -> str:
    """Write a share of 0 to 1: `85 %`; what is nearly all or nothing does not become so."""
    if share is None:
        return "-"
    if 0 < share < 0.005:
        return "<1 %"
    return f"{100 * share:.1f} %" if 0.99 <= share < 1 else f"{100 * share:.0f} %"
