"""The drawing of an incident as SVG that stands in an HTML page and takes its colours from the page's style sheet."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html import escape

from cockpit.incident.report.document import Bar, Chart, Lane, Mark
from cockpit.incident.report.words import Calendar, duration
from cockpit.text import clean

_WIDTH, _LEFT, _RIGHT = 1000.0, 90.0, 14.0
_LANE, _BAR = 26.0, 18.0
_LINE = 15.0
"""Height of a line of labels."""
_CHARACTER = 7.0
"""Width of a character, about."""
_MOST_TICKS = 8
_WHAT = "The incident over time"
_HATCHED = (
    '<defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
)
_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200, 525600, 52560000)
)


def draw(chart: Chart, calendar: Calendar) -> str:
    """Draw a chart; its words can be nothing but text."""
    labelled = list(_labelled(chart))
    top = _LINE * (1 + max((line for line, _, _ in labelled), default=-1)) + 6
    bottom = top + _LANE * len(chart.lanes)
    parts = [
        f'<svg class="drawing" role="img" aria-label="{_WHAT}" viewBox="0 0 {_WIDTH:g} {bottom + 36:g}">',
        _HATCHED,
        *_ticks(chart, calendar, top, bottom),
        *(part for row, lane in enumerate(chart.lanes) for part in _lane(chart, lane, top + row * _LANE, calendar)),
        *(_milestone(chart, mark, line, x, bottom, calendar) for line, x, mark in labelled),
        "</svg>",
    ]
    return "\n".join(parts)


def _place(chart: Chart, moment: datetime) -> float:
    """Give the place of a moment from left to right."""
    span = chart.end - chart.start
    share = (moment - chart.start) / span if span else 0
    return round(_LEFT + min(max(share, 0), 1) * (_WIDTH - _LEFT - _RIGHT), 1)


def _ticks(chart: Chart, calendar: Calendar, top: float, bottom: float) -> Iterator[str]:
    """Draw the axis. The date and the offset from UTC stand where they change."""
    before = ""
    for moment in _tick_moments(chart):
        date, _, rest = calendar.at(moment).partition(" ")
        clock, _, offset = rest.partition(" ")
        day = f"{date} {offset or calendar.name}"
        x = _place(chart, moment)
        yield f'<line class="tick" x1="{x}" y1="{top:g}" x2="{x}" y2="{bottom:g}"/>'
        yield f'<text x="{x}" y="{bottom + 14:g}" text-anchor="middle">{clock[:5]}</text>'
        if day != before:
            yield f'<text x="{x}" y="{bottom + 29:g}" text-anchor="middle" class="quiet">{day}</text>'
        before = day


def _tick_moments(chart: Chart) -> Iterator[datetime]:
    span = chart.end - chart.start
    step = next((step for step in _STEPS if span / step <= _MOST_TICKS), _STEPS[-1])
    origin = datetime(2000, 1, 1, tzinfo=UTC)
    first = -(-(chart.start - origin) // step)
    last = (chart.end - origin) // step
    yield from (origin + number * step for number in range(first, last + 1))


def _lane(chart: Chart, lane: Lane, top: float, calendar: Calendar) -> Iterator[str]:
    yield f'<text x="4" y="{top + 16:g}">{_text(lane.title, 13)}</text>'
    for bar in lane.bars:
        yield _bar(chart, bar, top, calendar)
    yield from _marks(lane.marks, top, lambda mark: _place(chart, mark.at), calendar)


def _bar(chart: Chart, bar: Bar, top: float, calendar: Calendar) -> str:
    start, end = _place(chart, bar.start), _place(chart, bar.end)
    width = max(end - start, 1.5)
    fits = int((width - 8) / _CHARACTER)
    label = (
        f'<text x="{start + 4:g}" y="{top + 16:g}" class="on-bar">{_text(bar.label, fits)}</text>' if fits > 2 else ""
    )
    times = f"{calendar.full(bar.start)} to {calendar.full(bar.end)}, {duration(bar.end - bar.start)}"
    return (
        f'<g><title>{_text(bar.label)}: {times}</title><rect class="{bar.tone}" x="{start:g}" y="{top + 3:g}" '
        f'width="{width:.1f}" height="{_BAR:g}" rx="2"/>{label}</g>'
    )


def _marks(marks: Sequence[Mark], top: float, place: Callable[[Mark], float], calendar: Calendar) -> Iterator[str]:
    """Draw moments; where several fall on one place, one is drawn and tells how many there are."""
    places: dict[int, list[Mark]] = {}
    for mark in marks:
        places.setdefault(round(place(mark)), []).append(mark)
    for x, there in places.items():
        more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
        title = f"<title>{calendar.full(there[0].at)} {_text(there[0].label)}{more}</title>"
        middle = top + 3 + _BAR / 2
        if there[0].tone == "entry":
            shape = f'<line class="entry" x1="{x}" y1="{top + 5:g}" x2="{x}" y2="{top + _BAR + 1:g}">{title}</line>'
        else:
            shape = f'<circle class="{there[0].tone}" cx="{x}" cy="{middle:g}" r="5">{title}</circle>'
        yield shape


def _labelled(chart: Chart) -> Iterator[tuple[int, float, Mark]]:
    """Put the labels of the lines through all lanes onto lines of text, so that none lies over another."""
    filled: list[float] = []
    for mark in sorted(chart.lines, key=lambda mark: mark.at):
        x = _place(chart, mark.at)
        width = len(mark.label) * _CHARACTER
        begin = min(x, _WIDTH - width)
        line = next((number for number, end in enumerate(filled) if end + 6 < begin), len(filled))
        filled[line : line + 1] = [begin + width]
        yield line, begin, mark


def _milestone(chart: Chart, mark: Mark, line: int, x: float, bottom: float, calendar: Calendar) -> str:
    at, y = _place(chart, mark.at), _LINE * (line + 1) - 3
    return (
        f"<g><title>{_text(mark.label)}: {calendar.full(mark.at)}</title>"
        f'<line class="milestone" x1="{at}" y1="{y + 3:g}" x2="{at}" y2="{bottom:g}"/>'
        f'<text x="{x:g}" y="{y:g}" class="milestone-name">{_text(mark.label)}</text></g>'
    )


def _text(words: str, most: int = 200) -> str:
    """Write outside text, cut to a number of characters."""
    told = clean(words)
    return escape(told if len(told) <= most else f"{told[: most - 1]}…")
