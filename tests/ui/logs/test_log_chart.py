"""The chart above the log: lines and errors over time."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.strip import Strip

from cockpit.logs.block import LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.survey import Survey
from cockpit.ui.logs import chart as log_chart
from cockpit.ui.logs.chart import LogChart
from cockpit.ui.theme import load_theme, to_textual

SECOND = 1_000_000_000
START = 1_795_270_130 * SECOND  # 2026-11-21T14:08:50Z
NOW = datetime(2026, 11, 21, 14, 23, 7, tzinfo=UTC)


class Host(App[None]):
    """Nothing but a chart of a log."""

    CSS = "LogChart { display: block; }"

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(to_textual(load_theme("dark")))
        self.theme = "dark"
        self.buffer = LogBuffer()
        self.survey = Survey(self.buffer, lambda: NOW)
        self.chart = LogChart(lambda: self.survey, UTC)

    def compose(self) -> ComposeResult:
        yield self.chart

    async def write(self, line: bytes, *seconds: float) -> None:
        """Let a line arrive once at each of these times after the start."""
        times = array("q", [START + int(second * SECOND) for second in seconds])
        self.buffer.append(LogBlock("api-1/api", b"\n".join([line] * len(times)), times))
        while await self.survey.step():
            pass
        self.chart.counted()

    async def until_shown(self, part: str) -> None:
        async with asyncio.timeout(5):
            while part not in "".join(self.rows):  # noqa: ASYNC110  (looks as a person does)
                await asyncio.sleep(0.001)

    @property
    def rows(self) -> list[str]:
        return [self.chart.render_line(y).text.rstrip() for y in range(2)]


@pytest.fixture
async def host(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Host]:
    monkeypatch.setattr(log_chart, "LOOK_SECONDS", 0.001)
    app = Host()
    async with app.run_test(size=(80, 4)):
        yield app


async def test_lines_and_errors_stand_above_each_other_with_span_and_counts(host: Host) -> None:
    await host.write(b"INFO  fine", *range(40))
    await host.write(b"ERROR lost", 31, 32)
    await host.until_shown("42 lines")
    assert host.rows == [
        "▇▇▇▇▇▇▇▇▇▇▇▇████ 42 lines from 14:08:50Z to 14:09:30Z",
        "            ████ 2 errors, most at 14:09:20Z",
    ]


async def test_a_long_time_is_put_into_as_many_columns_as_there_is_room_for(host: Host) -> None:
    await host.write(b"INFO  fine", *range(0, 3600, 7))
    await host.until_shown("515 lines from")
    bars = host.rows[0].partition(" ")[0]
    assert 20 < len(bars) < 34
    assert host.rows[1].strip() == "no line states an error"


async def test_a_line_with_a_wrong_date_does_not_hide_the_others(host: Host) -> None:
    await host.write(b"INFO  fine", *range(0, 7200, 60))
    await host.write(b"INFO  when?", -40 * 86400)
    await host.until_shown("120 lines from")


async def test_nothing_is_drawn_again_while_nothing_was_counted_or_nobody_looks(
    host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await host.write(b"INFO  fine", 0.0)
    await host.until_shown("1 line from")
    drawn: list[int] = []
    build: Callable[[int], Strip] = host.chart._build

    def note(y: int) -> Strip:
        drawn.append(y)
        return build(y)

    monkeypatch.setattr(host.chart, "_build", note)
    host.chart.counted()
    await asyncio.sleep(0.01)
    assert drawn == []
    host.chart.display = False
    await asyncio.sleep(0.05)
    await host.write(b"INFO  unseen", 20.0)
    await asyncio.sleep(0.01)
    assert drawn == []
    host.chart.display = True
    await host.until_shown("2 lines")
