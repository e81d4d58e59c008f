"""5,000 log lines a second from a server through the real client: none lost, keys answered, processor spared."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from support.benchmark import Report, key_delays, p95, pause, rss_mb, watch
from support.crowd import Crowd
from support.terminal import PtyProcess

from cockpit.logs.block import LogTarget
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.tail import Tail
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.logs import follow

LINES = 5000
KEYS = 60
MIDDLE = 20
SECONDS = 10.0
_NUMBER = re.compile(r"n=(\d+)")
_COUNT = re.compile(r'"n=" ([\d,]+) ')
"""While it is still being counted, `…` follows the number."""
_STAMPS = re.compile(r"[\d TZ:.-]*")

pytestmark = pytest.mark.benchmark


async def test_no_line_is_lost(report: Report) -> None:
    """Every line has a number; those in the buffer have no gap, and end with the last that was printed."""
    with Crowd(1, lines=LINES) as crowd:
        buffer = LogBuffer()
        cluster = Cluster(crowd.facts.kubeconfig)
        arrived = asyncio.Event()
        tail = Tail[LogTarget](lambda target: follow(cluster, target), buffer, arrived.set)
        before = crowd.look().lines
        tail.aim([LogTarget("crowd", "crowd-00000", "service")])
        await asyncio.sleep(SECONDS)
        rate = (crowd.look().lines - before) / SECONDS
        printed = crowd.quiet().lines
        async with asyncio.timeout(5):
            while number_of(buffer.line(buffer.end - 1).text) < printed:
                arrived.clear()
                await arrived.wait()
        await tail.aclose()
        cluster.close()
    numbers = [number_of(buffer.line(at).text) for at in range(buffer.first, buffer.end)]
    assert numbers == list(range(printed - len(numbers) + 1, printed + 1))
    assert len(numbers) > 0.9 * LINES * SECONDS
    report.add("log lines a second", rate, "")
    report.add("  lost", printed - numbers[0] + 1 - len(numbers), "", goal="0")


def test_screen(
    open_cockpit: Callable[[Path], PtyProcess], open_empty_app: Callable[[], PtyProcess], report: Report
) -> None:
    empty_app = open_empty_app()
    empty_app.wait_for("0 keys")
    plain_delays = key_delays(empty_app, "j", KEYS, lambda: empty_app.line(0))
    with Crowd(20, lines=LINES) as crowd:
        cockpit = open_cockpit(crowd.facts.kubeconfig)
        cockpit.wait_for("n=")
        cockpit.feed(b"3")
        pause(cockpit, 3)
        use = watch(cockpit, SECONDS)
        delays = key_delays(cockpit, "t", KEYS, lambda: stamp_cells(cockpit))
        printed = crowd.quiet().lines
        cockpit.feed(b"G")
        cockpit.wait_for(f"n={printed} ")
        assert lines_kept(cockpit) == printed - first_line(cockpit) + 1
        memory = rss_mb(cockpit)
    report.add("  CPU, following", use.cpu_percent, "%")
    report.add("  to the terminal", use.output_rate, "B/s")
    report.add("  key to paint, median", median(delays), "ms", baseline=median(plain_delays))
    report.add("  key to paint, p95", p95(delays), "ms", baseline=p95(plain_delays), goal="≤ 50 ms")
    report.add("  memory", memory, "MB")


def number_of(line: bytes | str) -> int:
    """Read the number that a line bears."""
    found = _NUMBER.search(line if isinstance(line, str) else line.decode())
    assert found is not None, line
    return int(found[1])


def stamp_cells(cockpit: PtyProcess) -> int:
    """Tell how wide the times in the log are: the key `t` draws the time of day, the full time, or none."""
    found = _STAMPS.match(cockpit.line(MIDDLE))
    assert found is not None
    return found.end()


def first_line(cockpit: PtyProcess) -> int:
    """Go to the top of the log, and read the number of its first line."""
    cockpit.feed(b"g")
    cockpit.wait_for("paused")
    pause(cockpit, 0.5)
    found = _NUMBER.search(cockpit.text)
    assert found is not None
    return int(found[1])


def lines_kept(cockpit: PtyProcess) -> int:
    """Count the lines that the log has, by searching for what stands in all of them."""
    cockpit.feed(b"/n=\r")
    cockpit.wait_until(lambda: bool(_COUNT.search(cockpit.text)), "number of matches")
    found = _COUNT.search(cockpit.text)
    assert found is not None
    return int(found[1].replace(",", ""))
