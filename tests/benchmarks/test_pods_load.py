"""5,000 pods: how long until all rows are there, what they weigh, and what 200 changes a second cost."""

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
import urllib3
from support.benchmark import Report, key_delays, p95, pause, rss_mb, watch
from support.crowd import Crowd, CrowdFacts
from support.terminal import PtyProcess

from cockpit.collector import collect_seldom
from cockpit.config import Config, KubernetesConfig
from cockpit.session import PODS, Session
from cockpit.sources.kubernetes.paging import PAGE

COUNT = 5000
RUNS = 7
CHANGES = 200
KEYS = 60
SCREEN_LINES = 45
_NAME = re.compile(r"crowd-\d{5}")
_CONTINUE = re.compile(rb'"continue":"([^"]+)"')

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
    empty_app = open_empty_app()
    empty_app.wait_for("0 keys")
    plain_delays = key_delays(empty_app, "j", KEYS, lambda: empty_app.line(0))
    with Crowd(COUNT, changes=CHANGES) as crowd:
        cockpit = open_cockpit(crowd.facts.kubeconfig)
        cockpit.wait_for(f"Pods {COUNT} ")
        pause(cockpit, 5)
        changes, began = crowd.look().changes, time.monotonic()
        use = watch(cockpit, 10)
        rate = (crowd.look().changes - changes) / (time.monotonic() - began)
        cockpit.feed(b"j")
        delays = key_delays(cockpit, "jjk", KEYS, lambda: pod_under_cursor(cockpit))
        memory = rss_mb(cockpit)
    report.add("pod changes a second", rate, "")
    report.add("  CPU", use.cpu_percent, "%", goal="≤ 30 %")
    report.add("  to the terminal", use.output_rate, "B/s")
    report.add("  key to paint, median", median(delays), "ms", baseline=median(plain_delays))
    report.add("  key to paint, p95", p95(delays), "ms", baseline=p95(plain_delays), goal="≤ 50 ms")
    report.add("  memory", memory, "MB")


def read_plainly(facts: CrowdFacts) -> float:
    """Read the list in the pages in which the cockpit reads it, and give the milliseconds."""
    headers = {"Authorization": f"Bearer {facts.token}", "Accept-Encoding": "gzip"}
    query = {"limit": str(PAGE)}
    read = 0
    started = time.perf_counter()
    with urllib3.PoolManager() as pool:
        while True:
            page = pool.request("GET", facts.url + facts.path, fields=query, headers=headers).data
            read += page.count(b'"name":"crowd-')
            following = _CONTINUE.search(page, 0, 1000)
            if following is None:
                break
            query["continue"] = following[1].decode()
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


def pod_under_cursor(cockpit: PtyProcess) -> str:
    """Read the name of the pod under the cursor; its row is the bold one."""
    names = (_NAME.search(cockpit.line(y, bold=True)) for y in range(SCREEN_LINES))
    return next((name[0] for name in names if name), "")
