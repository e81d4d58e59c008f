"""Small charts of one line. Where nothing was measured there is a gap: unknown is not zero."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

BARS: Final = "▁▂▃▄▅▆▇█"
_GAP = " "


def over_time(points: Iterable[tuple[datetime, float]], *, until: datetime, span: timedelta, cells: int) -> list[float]:
    """Spread points over `cells` equal pieces of the time up to `until`, each the highest of its own; NaN: none."""
    pieces = [float("nan")] * cells
    for at, value in points:
        back = (until - at) / span
        where = cells - 1 - int(max(0.0, back) * cells)
        if where >= 0 and not pieces[where] >= value:
            pieces[where] = value
    return pieces


def in_order(values: Sequence[float], cells: int) -> list[float]:
    """Spread values over at most `cells` cells, several sharing one as their highest."""
    if not values or cells <= 0:
        return []
    shared = -(-len(values) // cells)
    first = len(values) % shared
    pieces = [values[:first]] if first else []
    return [max(piece) for piece in (*pieces, *(values[at : at + shared] for at in range(first, len(values), shared)))]


def bars(values: Sequence[float], top: float | None = None) -> str:
    """Draw each value as a bar against `top`, or against the highest of them; NaN leaves a gap."""
    known = [value for value in values if value == value]  # noqa: PLR0124  (NaN is not itself)
    most = top or max(known, default=0.0)
    return "".join(_bar(value, most) for value in values)


def _bar(value: float, most: float) -> str:
    if value != value:  # noqa: PLR0124
        return _GAP
    step = int(value * len(BARS) / most) if most > 0 else 0
    return BARS[max(0, min(len(BARS) - 1, step))]
