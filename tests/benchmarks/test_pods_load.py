"""5,000 pods: how long until all rows are there, what they weigh, and what 200 changes a second cost."""

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from support.benchmark import Report, pause, rss_mb
from support.crowd import Crowd, CrowdFacts
from support.pods_load import delays_of_empty_app, pages, under_changes
from support.terminal import PtyProcess

from cockpit.collector import collect_seldom
from cockpit.config import Config, KubernetesConfig
from cockpit.session import PODS, Session

COUNT = 5000
RUNS = 7
CHANGES = 200
_NAME = re.compile(r"crowd-\d{5}")

pytestmark = pytest.mark.benchmark


def test_all_rows(report: Report) -> None:
    """The session's whole way, threads and board included, against reading the same bytes and dropping them."""
    ours, baseline = [], []
    with Crowd(COUNT) as crowd:
        asyncio.run(read_by_session(crowd.facts))  # loads what the program loads once
        collect_seldom()  # as the program does, and so that nothing looks through the test runner's objects
        for _ in range(RUNS):
            baseline.append(read_plainly(crowd.facts))
            ours.append(asyncio.run(read_by_session(crowd.facts)))
    report.add("5,000 pods, all rows", median(ours), "ms", baseline=median(baseline), goal="≤ 1.5")
    report.add("  the quickest", min(ours), "ms", baseline=min(baseline))


def test_all_rows_on_the_screen(
    open_cockpit: Callable[[Path], PtyProcess], open_empty_app: Callable[[], PtyProcess], report: Report
) -> None:
    delays = []
    with Crowd(COUNT, lines=100) as crowd:
        for _ in range(RUNS):
            started = time.monotonic()
            cockpit = open_cockpit(crowd.facts.kubeconfig)
            cockpit.wait_for(f"Pods {COUNT} ")
            delays.append(1000 * (cockpit.read_at - started))
            if len(delays) < RUNS:
                cockpit.close()
        empty_app = open_empty_app()
        empty_app.wait_for("0 keys")
        cockpit.wait_for("following")
        pause(cockpit, 5)
        report.add("5,000 pods on the screen after the start", median(delays), "ms")
        report.add(
            "memory with 5,000 pods and a log", rss_mb(cockpit), "MB", baseline=rss_mb(empty_app), goal="≤ 150 MB"
        )


def test_changes(
    open_cockpit: Callable[[Path], PtyProcess], open_empty_app: Callable[[], PtyProcess], report: Report
) -> None:
    plain_delays = delays_of_empty_app(open_empty_app())
    with Crowd(COUNT, changes=CHANGES) as crowd:
        cockpit = open_cockpit(crowd.facts.kubeconfig)
        cockpit.wait_for(f"Pods {COUNT} ")
        pause(cockpit, 5)
        under_changes(report, "pod changes a second", cockpit, lambda: crowd.look().changes, _NAME, plain_delays)


def read_plainly(facts: CrowdFacts) -> float:
    """Read the list in the pages in which the cockpit reads it, and give the milliseconds."""
    started = time.perf_counter()
    read = sum(page.count(b'"name":"crowd-') for page in pages(facts, [facts.path]))
    seconds = time.perf_counter() - started
    assert read >= COUNT
    return 1000 * seconds


async def read_by_session(facts: CrowdFacts) -> float:
    """Read the list as the screen and `cockpit check` do, and give the milliseconds."""
    session = Session(Config(kubernetes=KubernetesConfig(kubeconfig=facts.kubeconfig)))
    started = time.perf_counter()
    session.start()
    async for reading in session.board.subscribe([PODS]):
        if reading.data is not None and reading.data.resource_version:
            seconds = time.perf_counter() - started
            assert len(reading.data.pods) == COUNT
            break
    await session.stop()
    return 1000 * seconds
