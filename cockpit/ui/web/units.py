"""Numbers of Prometheus with the unit that the configuration names."""

from cockpit.ui.widgets.amounts import duration, size


def number(value: float) -> str:
    """Write a number in at most six cells: `0`, `0.042`, `1.24`, `12.4`, `812`, `4.2k`, `41M`."""
    amount = abs(value)
    if amount >= 1_000:
        for unit, factor in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
            if amount >= factor:
                scaled = value / factor
                return f"{scaled:.1f}{unit}" if abs(scaled) < 10 else f"{scaled:.0f}{unit}"
    if amount >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if amount >= 10 else f"{value:.2f}" if amount >= 0.1 else f"{value:.2g}"


def with_unit(value: float, unit: str) -> str:
    """Write a number with its unit: `4.2 %`, `812 ms`, `41 GiB`, `12.4/s`."""
    if unit == "B":
        return size(value)
    if unit == "s" and abs(value) < 1:
        return f"{number(value * 1_000)} ms"
    if unit == "s" and value >= 60:
        return duration(value)
    return f"{number(value)}{unit}" if unit.startswith("/") else f"{number(value)} {unit}".rstrip()
