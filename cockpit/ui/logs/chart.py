"""How many lines and errors a log had over time, above its lines."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from cockpit.logs.histogram import BUCKET, Bar
from cockpit.logs.survey import Survey
from cockpit.ui.logs.prefix import Stamps, stamp, stamp_width
from cockpit.ui.widgets.line import Line, Span, Texts
from cockpit.ui.widgets.throttle import Throttle

LOOK_SECONDS = 1.0
"""Least time between two looks at what was counted."""
LONGEST_BUCKETS: Final = 24 * 360
"""No more than a day is shown: one line with a wrong date would squeeze all others into one column."""

_BARS: Final = "▁▂▃▄▅▆▇█"
_WORDS_CELLS = 28
"""Beside two times: ` 1,234,567 lines from … to …`."""
_LEAST_COLUMNS = 10
_MOST_CELLS = 4


class _Chart(NamedTuple):
    """What is drawn of a histogram."""

    start: int
    end: int
    columns: Sequence[Bar]
    cells: int
    """Width of a column on the screen."""


class LogChart(Line):
    """A column for each span of time: lines in the upper row, errors below. It rests while it is hidden."""

    DEFAULT_CSS = "LogChart { height: 2; display: none; }"

    def __init__(self, survey: Callable[[], Survey], zone: tzinfo) -> None:
        """Draw what the survey has counted that `survey` gives at the moment."""
        super().__init__(id="log-chart")
        self._survey = survey
        self._zone = zone
        self._look_soon = Throttle(self, LOOK_SECONDS, self._look)
        self._seen = False
        self._counted: tuple[Survey, int] | None = None

    def on_show(self) -> None:
        """Draw what was counted meanwhile."""
        self._seen = True
        self._look()

    def on_hide(self) -> None:
        """Do nothing until it is seen again."""
        self._seen = False

    def counted(self) -> None:
        """Take note that more may have been counted. Cheap."""
        if self._seen:
            self._look_soon()

    def _look(self) -> None:
        survey = self._survey()
        counted = survey, survey.histogram.counted
        if counted != self._counted:
            self._counted = counted
            self.redraw(0)
            self.redraw(1)

    def _texts(self, y: int) -> Texts:
        words = _WORDS_CELLS + 2 * stamp_width(Stamps.TIME, self._zone)
        chart = self._chart(max(_LEAST_COLUMNS, self.size.width - words))
        if chart is None:
            return (), ()
        if y:
            return [Span(_bars([bar.errors for bar in chart.columns], chart.cells), "wrong"), *self._errors(chart)], ()
        counts = [bar.lines for bar in chart.columns]
        bars = _bars(counts, chart.cells)
        begin, end = (stamp(time, Stamps.TIME, self._zone) for time in (chart.start, chart.end))
        return [Span(bars, "dim"), Span(f" {_counted(sum(counts), 'line')} from {begin} to {end}")], ()

    def _chart(self, most_columns: int) -> _Chart | None:
        histogram = self._survey().histogram
        if histogram.start is None or histogram.end is None:
            return None
        buckets = min((histogram.end - histogram.start) // BUCKET, LONGEST_BUCKETS)
        width = -(-buckets // most_columns)
        columns = -(-buckets // width)
        start = histogram.end - columns * width * BUCKET
        cells = max(1, min(_MOST_CELLS, most_columns // columns))
        return _Chart(start, histogram.end, histogram.columns(start, histogram.end, columns), cells)

    def _errors(self, chart: _Chart) -> Sequence[Span]:
        """Say how many errors there were, and when most of them."""
        errors = [bar.errors for bar in chart.columns]
        if not any(errors):
            return [Span(" no line states an error", "dim")]
        most = errors.index(max(errors))
        at = chart.start + (chart.end - chart.start) * most // len(errors)
        return [
            Span(f" {_counted(sum(errors), 'error')}", "wrong"),
            Span(f", most at {stamp(at, Stamps.TIME, self._zone)}"),
        ]


def _bars(counts: Sequence[int], cells: int) -> str:
    """Draw a column for each count, as high as it is beside the greatest; none for nothing."""
    greatest = max(counts)
    bars = (_BARS[-(-count * len(_BARS) // greatest) - 1] if count else " " for count in counts)
    return "".join(bar * cells for bar in bars)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
