"""What the benchmarks share: the table of their results, a process's use of the machine, a cockpit in a terminal."""

import random
import time
from collections.abc import Callable, Sequence
from statistics import quantiles
from typing import NamedTuple

import psutil

from support.terminal import PtyProcess


class Result(NamedTuple):
    """A line of the table."""

    what: str
    ours: float
    unit: str
    baseline: float | None
    """The same of something simpler, measured in the same run."""
    goal: str


class Report:
    """Collects results, and lays them out as a table."""

    def __init__(self) -> None:
        self.results: list[Result] = []

    def add(self, what: str, ours: float, unit: str, *, baseline: float | None = None, goal: str = "") -> None:
        """Take a result; baseline and ours have the same unit."""
        self.results.append(Result(what, ours, unit, baseline, goal))

    def lines(self) -> list[str]:
        """Give the table."""
        rows = [("", "ours", "baseline", "ratio", "goal")]
        for what, ours, unit, baseline, goal in self.results:
            plain = "" if baseline is None else f"{baseline:,.1f} {unit}"
            ratio = f"{ours / baseline:.2f}" if baseline else ""
            rows.append((what, f"{ours:,.1f} {unit}", plain, ratio, goal))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        signs = "<>>><"
        cells = [
            [f"{cell:{sign}{width}}" for cell, sign, width in zip(row, signs, widths, strict=True)] for row in rows
        ]
        return ["  ".join(row).rstrip() for row in cells]


def p95(values: Sequence[float]) -> float:
    """Give the value below which 95 of 100 lie."""
    return quantiles(values, n=100, method="inclusive")[94]


class Use(NamedTuple):
    """What a program used while it was watched."""

    cpu_percent: float
    """Of one core."""
    output_rate: float
    """Bytes a second to the terminal."""


def rss_mb(terminal: PtyProcess) -> float:
    """Give the resident memory of the program in a terminal, in MiB."""
    return float(psutil.Process(terminal.process.pid).memory_info().rss) / 2**20


def watch(terminal: PtyProcess, seconds: float) -> Use:
    """Read what a program writes for so many seconds, and tell what that cost it."""
    process = psutil.Process(terminal.process.pid)
    cpu, written, started = _cpu_seconds(process), len(terminal.output), time.monotonic()
    pause(terminal, seconds)
    took = time.monotonic() - started
    return Use(100 * (_cpu_seconds(process) - cpu) / took, (len(terminal.output) - written) / took)


def pause(terminal: PtyProcess, seconds: float) -> None:
    """Read what a program writes for so many seconds."""
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        step = min(until, now + 5)
        terminal.wait_until(lambda step=step: time.monotonic() >= step, "end of the pause")  # type: ignore[misc]


def key_delays(terminal: PtyProcess, keys: str, count: int, answer: Callable[[], object]) -> list[float]:
    """Press keys in turn, and give the milliseconds until each was answered on the screen.

    Args:
        terminal: Where the program runs.
        keys: Pressed one after the other, over and over.
        count: How many.
        answer: What is on the screen that every one of the keys changes, and nothing else does.
    """
    chance = random.Random(1)  # noqa: S311  (the same pauses in every run)
    delays = []
    for nth in range(count):
        pause(terminal, chance.uniform(0.1, 0.25))
        before, pressed = answer(), time.monotonic()
        terminal.feed(keys[nth % len(keys)].encode())
        terminal.wait_until(lambda before=before: answer() != before, "answer to the key")  # type: ignore[misc]
        delays.append(1000 * (terminal.read_at - pressed))
    return delays


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
