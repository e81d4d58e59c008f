"""5,000 pods of which 200 change a second: what it costs to observe them, for the event loop and in all."""

import asyncio
import time
from itertools import pairwise
from statistics import median

import pytest
from msgspec.structs import replace
from support.benchmark import Report
from support.shop import NOW, pod

from cockpit.board import Board
from cockpit.observer.folding import Candidates
from cockpit.observer.observer import Observer
from cockpit.observer.pods import pods
from cockpit.reading import Reading
from cockpit.sources.kubernetes.model import PODS, Pod, Pods

COUNT = 5000
CHANGES = 200
ROUNDS = 50

pytestmark = pytest.mark.benchmark


def rounds() -> list[Pods]:
    """Give readings, a second apart: in each, half of the changed pods were restarted, and half only touched."""
    known: dict[str, Pod] = {each.key: each for each in (pod(f"crowd-{nth:05}") for nth in range(COUNT))}
    keys = list(known)
    made = [Pods("shop", known, "1")]
    for nth in range(ROUNDS):
        known = dict(known)
        for change in range(CHANGES):
            key = keys[(nth * CHANGES + change) % COUNT]
            was = known[key]
            restarts = was.restarts + change % 2
            known[key] = replace(was, restarts=restarts, resource_version=str(nth + 2))
        made.append(Pods("shop", known, str(nth + 2)))
    return made


def test_comparing(report: Report) -> None:
    """The comparing alone, against walking over the pods by their names."""
    readings = rounds()
    compared, walked, folded = [], [], []
    candidates = Candidates()
    for before, after in pairwise(readings):
        started = time.thread_time()
        seen = list(pods(before, after, NOW))
        compared.append(1000 * (time.thread_time() - started))
        started = time.thread_time()
        assert sum(before.pods[key] is not each for key, each in after.pods.items()) == CHANGES
        walked.append(1000 * (time.thread_time() - started))
        started = time.thread_time()
        candidates.add(seen, NOW)
        folded.append(1000 * (time.thread_time() - started))
    report.add("comparing 5,000 pods, 200 changed", median(compared), "ms", baseline=median(walked))
    report.add("folding 100 restarts into 500 candidates", median(folded), "ms")


def test_the_event_loop(report: Report) -> None:
    """How much of a look the event loop does itself, and how long it is kept waiting at the worst."""

    async def look() -> tuple[list[float], list[float]]:
        board = Board()
        observer = Observer(board, lambda: NOW)
        own, waits = [], []
        for reading in rounds():
            board.publish(Reading(PODS, reading, NOW))
            task = asyncio.create_task(observer.look())
            cpu = time.thread_time()
            longest = 0.0
            while not task.done():
                started = time.perf_counter()
                await asyncio.sleep(0)
                longest = max(longest, time.perf_counter() - started)
                await asyncio.sleep(0.001)
            own.append(1000 * (time.thread_time() - cpu))
            waits.append(1000 * longest)
        return own, waits

    own, waits = asyncio.run(look())
    report.add("a look: CPU time of the event loop", median(own), "ms")
    report.add("a look: its longest turn", median(waits), "ms")
