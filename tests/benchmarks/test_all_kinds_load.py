"""5,000 pods with all that belongs to them watched: until all rows are there, what they weigh, what changes cost."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

import pytest
from support.benchmark import Report, pause
from support.crowd import CrowdFacts
from support.full_crowd import DEPLOYMENTS, EVENTS_THERE, NODES, PODS_EACH, REVISIONS, FullCrowd
from support.pods_load import delays_of_empty_app, pages, under_changes
from support.terminal import PtyProcess

from cockpit.collector import collect_seldom
from cockpit.config import Config, KubernetesConfig
from cockpit.gameday.scenarios.crowd import NAMESPACE
from cockpit.session import PODS, Session
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.kinds import watched_kinds

RUNS = 5
CHANGES, EVENTS = 200, 50
"""A second."""
ROWS = {
    PODS: DEPLOYMENTS * PODS_EACH,
    kind_names.DEPLOYMENTS: DEPLOYMENTS,
    kind_names.REPLICA_SETS: DEPLOYMENTS * REVISIONS,
    kind_names.EVENTS: EVENTS_THERE,
    kind_names.NODES: NODES,
    kind_names.SERVICES: DEPLOYMENTS,
    kind_names.ENDPOINT_SLICES: DEPLOYMENTS,
}
_NAME = re.compile(r"crowd-\d{3}-\w+-\w+")

pytestmark = pytest.mark.benchmark


def test_all_rows(report: Report) -> None:
    """The session's whole way until every kind is there, against reading the same lists and dropping them."""
    ours, baseline, pods = [], [], []
    with FullCrowd() as crowd:
        asyncio.run(read_by_session(crowd.facts))  # loads what the program loads once
        collect_seldom()  # as the program does
        for _ in range(RUNS):
            baseline.append(read_plainly(crowd.facts))
            took = asyncio.run(read_by_session(crowd.facts))
            pods.append(took[PODS])
            ours.append(max(took.values()))
    report.add("all kinds: all rows of 13,700 objects", median(ours), "ms", baseline=median(baseline), goal="≤ 1.5")
    report.add("  the quickest", min(ours), "ms", baseline=min(baseline))
    report.add("  of these, until the 5,000 pods are there", median(pods), "ms")


def test_changes(
    open_cockpit: Callable[[Path], PtyProcess], open_empty_app: Callable[[], PtyProcess], report: Report
) -> None:
    plain_delays = delays_of_empty_app(open_empty_app())
    with FullCrowd(changes=CHANGES, events=EVENTS) as crowd:
        cockpit = open_cockpit(crowd.facts.kubeconfig)
        cockpit.wait_for(f"Pods {ROWS[PODS]} ")
        pause(cockpit, 10)
        title = "all kinds: pod changes and events a second"
        under_changes(report, title, cockpit, lambda: crowd.look().changes, _NAME, plain_delays)


def read_plainly(facts: CrowdFacts) -> float:
    """Read the lists in the pages in which the cockpit reads them, and give the milliseconds."""
    paths = [facts.path, *(kind.path_in(NAMESPACE) for kind in watched_kinds() if kind.name in ROWS)]
    started = time.perf_counter()
    for _ in pages(facts, paths):
        pass
    return 1000 * (time.perf_counter() - started)


async def read_by_session(facts: CrowdFacts) -> Mapping[str, float]:
    """Read the lists as the screen and `cockpit check` do; give the milliseconds until each kind was there."""
    session = Session(Config(kubernetes=KubernetesConfig(kubeconfig=facts.kubeconfig)))
    took: dict[str, float] = {}
    started = time.perf_counter()
    session.start()
    async for reading in session.board.subscribe(ROWS):
        data = reading.data
        if data is not None and data.resource_version and reading.source not in took:
            took[reading.source] = 1000 * (time.perf_counter() - started)
            assert len(data.pods if reading.source == PODS else data.objects) == ROWS[reading.source]
        if len(took) == len(ROWS):
            break
    await session.stop()
    return took
