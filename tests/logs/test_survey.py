"""What a log is like as a whole."""

from array import array
from datetime import UTC, datetime, timedelta

import pytest

from cockpit.logs import buffer as buffer_module
from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.histogram import Bar
from cockpit.logs.survey import Survey

NOW = datetime(2026, 11, 21, 14, 8, 50, tzinfo=UTC)
SECOND = 1_000_000_000
NS = int(NOW.timestamp()) * SECOND


class Log:
    """A buffer whose lines come at times relative to now."""

    def __init__(self) -> None:
        self.buffer = LogBuffer()
        self.survey = Survey(self.buffer, lambda: NOW)

    def write(self, seconds: float, *lines: bytes, stream: str = "api/api", kind: LineKind = LineKind.TEXT) -> None:
        times = array("q", [int(NS + seconds * SECOND)] * len(lines))
        self.buffer.append(LogBlock(stream, b"\n".join(lines), times, kind))

    async def look(self) -> Survey:
        while await self.survey.step():
            pass
        return self.survey


@pytest.fixture
def log() -> Log:
    return Log()


async def test_error_lines_are_found_in_both_directions(log: Log) -> None:
    log.write(0, b"ERROR one", b"two", b"level=error three")
    log.write(0, b"ERROR is a remark", kind=LineKind.TROUBLE)
    survey = await log.look()
    assert survey.errors == 2
    assert [survey.error_after(line) for line in (-1, 0, 2)] == [0, 2, None]
    assert [survey.error_before(line) for line in (4, 2, 0)] == [2, 0, None]


async def test_nothing_is_known_of_an_empty_log(log: Log) -> None:
    survey = await log.look()
    assert (survey.errors, survey.error_after(-1), survey.histogram.start) == (0, None, None)
    assert survey.rates().rates == ()


async def test_lines_are_counted_once_however_they_come(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer_module, "CHUNK_BYTES", 50)
    for number in range(30):
        log.write(-number, b"ERROR bad" if number % 10 == 0 else b"INFO good")
        await log.look()
    assert log.survey.histogram.columns(NS - 30 * SECOND, NS + 10 * SECOND, 4) == [
        Bar(9, 0),
        Bar(10, 1),
        Bar(10, 1),
        Bar(1, 1),
    ]


async def test_lines_without_a_time_count_for_now_and_remarks_not_at_all(log: Log) -> None:
    log.buffer.append(LogBlock("api/api", b"ERROR one\ntwo", array("q", [0, 0])))
    log.write(0, b"lines may be missing", kind=LineKind.GAP)
    survey = await log.look()
    assert survey.histogram.between(NS, NS + SECOND) == Bar(2, 1)


async def test_rates_tell_the_streams_apart(log: Log) -> None:
    for minute in range(1, 13):
        log.write(-60 * minute - 5, *[b"INFO fine"] * 60, *[b"ERROR now and then"] * 2, stream="api-1/api")
    log.write(-40, *[b"INFO fine"] * 30, stream="api-1/api")
    log.write(-20, *[b"ERROR no database"] * 12, b"ERROR no database at db-7", stream="api-1/api")
    log.write(-600, b"INFO started", stream="web-1/web")
    log.write(-10, b"ERROR once", stream="web-1/web")
    await log.look()
    api, web = log.survey.rates().rates
    assert api.name == "api-1/api"
    assert (api.lines, api.errors) == (43, 13)
    assert api.lines_before == pytest.approx(62, abs=0.1)
    assert api.errors_before == pytest.approx(2, abs=0.1)
    assert api.newest_error == "ERROR no database at db-7"
    assert api.newest_error_at == NOW - timedelta(seconds=20)
    assert api.rising
    assert (web.errors, web.errors_before, web.rising) == (1, 0, False)
    assert (api.errors_since, web.errors_since) == (NOW - timedelta(seconds=20), None)
    assert [rate.name for rate in log.survey.rates().rising] == ["api-1/api"]


async def test_a_stream_without_a_past_does_not_rise(log: Log) -> None:
    log.write(-20, *[b"ERROR no database"] * 100)
    await log.look()
    (rate,) = log.survey.rates().rates
    assert (rate.errors, rate.errors_before, rate.rising) == (100, None, False)


async def test_the_sample_of_a_dropped_error_is_not_shown(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer_module, "CHUNK_BYTES", 50)
    log.buffer = LogBuffer(max_bytes=500)
    log.survey = Survey(log.buffer, lambda: NOW)
    log.write(-5, b"ERROR first")
    log.write(-4, *[b"INFO and many more lines"] * 50)
    (rate,) = (await log.look()).rates().rates
    assert rate.newest_error == ""
