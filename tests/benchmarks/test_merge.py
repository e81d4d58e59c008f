"""Twenty streams with 5,000 lines a second in all, merged: in true order, and at what cost."""

import random
import time
from array import array
from itertools import pairwise

import pytest
from support.benchmark import Report

from cockpit.logs.block import LogBlock
from cockpit.logs.merge import Merger
from cockpit.logs.tail import TICK

STREAMS = 20
LINES_A_SECOND = 5_000
SECONDS = 20
LATEST = 0.15
"""Seconds that a line takes to come, at most."""

pytestmark = pytest.mark.benchmark


def blocks() -> list[tuple[float, LogBlock]]:
    """Write lines at random moments; what a stream wrote comes in gulps, each with a delay of its own."""
    chance = random.Random(1)  # noqa: S311  (the same lines in every run)
    come: list[tuple[float, LogBlock]] = []
    for stream in range(STREAMS):
        written = sorted(chance.uniform(0, SECONDS) for _ in range(LINES_A_SECOND * SECONDS // STREAMS))
        came, start = 0.0, 0
        while start < len(written):
            gulp = written[start : start + chance.randrange(1, 30)]
            came = max(came, gulp[0] + chance.uniform(0, LATEST))
            gulp = [moment for moment in gulp if moment <= came]
            times = array("q", (int(1e9 * moment) for moment in gulp))
            text = b"\n".join(b"a line of a hundred bytes, or so %67d" % time for time in times)
            come.append((came, LogBlock(f"api-{stream}/api", text, times)))
            start += len(gulp)
    return sorted(come, key=lambda item: item[0])


def test_merge(report: Report) -> None:
    merger, merged, waited = Merger(), array("q"), [0.0]
    coming = blocks()
    began = time.process_time()
    tick = TICK
    for came, block in coming:
        while came > tick:
            for handed in merger.take(tick):
                merged.extend(handed.times)
                waited.append(tick - handed.times[0] / 1e9)
            tick += TICK
        merger.add(block, came)
    for handed in merger.take_all():
        merged.extend(handed.times)
    cpu = time.process_time() - began
    assert len(merged) == sum(len(block.times) for _, block in coming)
    misplaced = sum(later < earlier for earlier, later in pairwise(merged))
    report.add("20 streams merged, out of order", misplaced, "lines", goal="0")
    report.add("  from written to shown, at most", 1000 * max(waited), "ms")
    report.add("  CPU at 5,000 lines/s", 100 * cpu / SECONDS, "% of a core")
    assert misplaced == 0
