"""5,000 log lines a second: on a log view alone, and of twenty containers through the real client."""

import asyncio
import time
from array import array
from collections.abc import AsyncIterator
from statistics import quantiles
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver

from cockpit.logs.block import LogBlock, LogTarget
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.tail import Tail
from cockpit.ui.logs.log_view import LogView

STREAMS = 5
LINES_A_SECOND = 5_000
LINES_A_BLOCK = 10
FOLLOW_SECONDS = 4.0
KEYS = 40

pytestmark = pytest.mark.benchmark


class RecordingDriver(HeadlessDriver):
    """Takes what a terminal would get, and remembers how much and when."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.written = 0
        self.wrote = asyncio.Event()

    @property
    def is_headless(self) -> bool:
        """Let the program draw."""
        return False

    def write(self, data: str) -> None:
        """Take a piece of a frame."""
        self.written += len(data.encode())
        self.wrote.set()


class Host(App[None]):
    """A log view that follows several noisy streams."""

    def __init__(self) -> None:
        super().__init__(driver_class=RecordingDriver)
        self.buffer = LogBuffer()
        self.view = LogView(self.buffer)
        self.tail = Tail(self.open_stream, self.buffer, self.view.lines_arrived)
        self.written = 0
        self.stopping = False

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()
        self.tail.aim(LogTarget(namespace="shop", pod=f"api-{number}", container="api") for number in range(STREAMS))

    async def open_stream(self, target: LogTarget) -> AsyncIterator[LogBlock]:
        """Write lines at an even pace, as a server does."""
        started, number = time.monotonic(), 0
        while not self.stopping:
            due = (time.monotonic() - started) * LINES_A_SECOND / STREAMS
            while number < due:
                lines = [
                    b"%s GET /api/orders/%d status=200 duration=12ms trace=0123456789abcdef0123456789abcdef user=4711"
                    % (b"ERROR" if n % 50 == 0 else b"INFO ", n)
                    for n in range(number, number + LINES_A_BLOCK)
                ]
                now = time.time_ns()
                yield LogBlock(stream=target.stream, text=b"\n".join(lines), times=array("q", [now] * LINES_A_BLOCK))
                number += LINES_A_BLOCK
                self.written += LINES_A_BLOCK
            await asyncio.sleep(0.01)


async def test_log_load() -> None:
    host = Host()
    running = asyncio.create_task(host.run_async(size=(160, 45), mouse=False))
    await asyncio.sleep(1)
    driver = host._driver
    assert isinstance(driver, RecordingDriver)
    host.view.search.look_for("orders/.*7 status")
    await asyncio.sleep(1)

    bytes_before, cpu_before, lines_before, began = driver.written, time.process_time(), host.written, time.monotonic()
    await asyncio.sleep(FOLLOW_SECONDS)
    seconds = time.monotonic() - began
    rate = (host.written - lines_before) / seconds
    cpu = (time.process_time() - cpu_before) / seconds
    bytes_rate = (driver.written - bytes_before) / seconds

    await press(host, driver, "k")
    delays = [await press(host, driver, "t") for _ in range(KEYS)]

    host.stopping = True
    await asyncio.sleep(0.3)
    await host.tail.aclose()
    lost = host.written - host.buffer.end
    host.exit()
    await running
    median, p95 = quantiles(delays, n=100)[49], quantiles(delays, n=100)[94]
    print(  # noqa: T201
        f"\nlogs at {rate:,.0f} lines/s: {lost} lost of {host.written:,}; following {bytes_rate / 1000:.0f} kB/s, "
        f"{cpu:.0%} of a core with the writer; key to paint p50 {median * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms"
    )
    assert lost == 0


async def press(host: Host, driver: RecordingDriver, key: str) -> float:
    """Press a key and give the seconds until something was painted."""
    await asyncio.sleep(0.037)
    driver.wrote.clear()
    started = time.perf_counter()
    host.post_message(events.Key(key, key))
    async with asyncio.timeout(5):
        await driver.wrote.wait()
    return time.perf_counter() - started
