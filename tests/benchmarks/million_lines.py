"""A log view with a million lines of 145 bytes, in a process of its own: what it costs, and how quick jumps are.

Prints a JSON object; with the argument `empty`, the same program is measured without a line.
"""

import asyncio
import json
import sys
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path

import psutil
from textual.app import App, ComposeResult

from cockpit.logs.block import LogBlock
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.spool import Spool
from cockpit.ui.logs.log_view import LogView

LINES = 1_000_000
BLOCK_LINES = 100
START = 1_795_270_131_000_000_000
JUMPS = 40


class Host(App[None]):
    """Nothing but a log view."""

    def __init__(self, buffer: LogBuffer) -> None:
        super().__init__()
        self.view = LogView(buffer)

    def compose(self) -> ComposeResult:
        yield self.view


def fill(buffer: LogBuffer, count: int) -> None:
    """Append lines as they come from a cluster, a millisecond apart; two in a hundred are errors."""
    for first in range(0, count, BLOCK_LINES):
        numbers = range(first, first + BLOCK_LINES)
        text = b"\n".join(
            b"2026-11-21T14:08:51.120Z %s GET /api/orders/%07d status=200 duration=012ms path=/orders trace=%032x"
            % (b"INFO  the request was handled well  " if n % 50 else b"ERROR Timeout while connecting to db", n, n * n)
            for n in numbers
        )
        times = array("q", (START + n * 1_000_000 for n in numbers))
        buffer.append(LogBlock(f"api-{first // BLOCK_LINES % 20}/api", text, times))


def worst(jump: Callable[[int], None], view: LogView) -> float:
    """Give the milliseconds below which 95 of 100 jumps stay, with the drawing of every row."""
    took = []
    for n in range(JUMPS):
        started = time.perf_counter()
        jump(n)
        for y in range(view.size.height):
            view.render_line(y)
        took.append(1000 * (time.perf_counter() - started))
    return sorted(took)[int(0.95 * JUMPS)]


async def measure(directory: Path, count: int) -> dict[str, float]:
    """Fill a view, search it, and jump about in it."""
    buffer = LogBuffer(spool=Spool(directory, 1 << 30))
    host = Host(buffer)
    async with host.run_test(size=(160, 45)):
        view = host.view
        started, cpu = time.perf_counter(), time.process_time()
        fill(buffer, count)
        view.search.look_for("timeout|refused")
        view.search.show_matches_with(0, 0)
        async with asyncio.timeout(60):
            while view.search.grep.searching or view.search.grep.errors < count // 50:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        results = {"lines kept": float(buffer.end - buffer.first), "seconds": time.perf_counter() - started}
        results["cpu"] = time.process_time() - cpu
        if count:

            def ends(n: int) -> None:
                (view.action_follow if n % 2 else view.action_top)()

            def times(n: int) -> None:
                line = buffer.at_time(START + (n * 7919 % JUMPS) * count // JUMPS * 1_000_000)
                view._viewport.to_line(view._sheet(), 45, line)
                view._repaint()

            results["filtered"] = worst(ends, view)
            view.action_toggle_filter()
            results["all"] = worst(ends, view)
            results["time"] = worst(times, view)
        results["MB"] = psutil.Process().memory_info().rss / 2**20
        return results


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as spool:
        print(json.dumps(asyncio.run(measure(Path(spool), 0 if "empty" in sys.argv else LINES))))  # noqa: T201
