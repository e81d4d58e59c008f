"""Twenty followed containers that print 5,000 lines a second in all: none lost, keys answered, processor spared."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from support.benchmark import Report, key_delays, p95, pause, rss_mb, watch
from support.terminal import PtyProcess

from cockpit.gameday.command import practice
from cockpit.logs.block import LogTarget
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.tail import Tail
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.logs import follow
from cockpit.sources.kubernetes.pods import PodsSource

CONTAINERS = 20
SECONDS = 10.0
KEYS = 60
MIDDLE = 20
_NUMBER = re.compile(rb"n=(\d+)$")
_STAMPS = {"time of day": re.compile(r"\d\d:\d\d:\d\dZ "), "full": re.compile(r"\d{4}-\d\d-\d\dT\S+Z ")}

pytestmark = pytest.mark.benchmark


async def test_no_line_is_lost(report: Report) -> None:
    """Every line has a number within its container: in the buffer they follow one another without a hole."""
    with practice("busy-logs") as facts:
        cluster = Cluster(facts.kubeconfig)
        async for pods in PodsSource(cluster, facts.namespace).stream():
            names = [pod.name for pod in pods.pods.values()]
            break
        buffer = LogBuffer(max_bytes=1 << 28)
        tail = Tail[LogTarget](lambda target: follow(cluster, target), buffer, lambda: None)
        tail.aim([LogTarget(facts.namespace, name, "busy", tail_lines=1) for name in names])
        await asyncio.sleep(SECONDS)
        await tail.aclose()
        cluster.close()
    numbers: dict[str, list[int]] = defaultdict(list)
    for at in range(buffer.first, buffer.end):
        line = buffer.line(at)
        if found := _NUMBER.search(line.text):
            numbers[line.stream].append(int(found[1]))
    lost = sum(own[-1] - own[0] + 1 - len(own) for own in numbers.values())
    assert len(numbers) == CONTAINERS
    assert all(own == sorted(own) for own in numbers.values())
    report.add("20 containers, log lines a second", sum(map(len, numbers.values())) / SECONDS, "")
    report.add("  lost", lost, "", goal="0")
    assert lost == 0


def test_screen(
    open_cockpit: Callable[[Path], PtyProcess], open_empty_app: Callable[[], PtyProcess], report: Report
) -> None:
    empty_app = open_empty_app()
    empty_app.wait_for("0 keys")
    plain_delays = key_delays(empty_app, "j", KEYS, lambda: empty_app.line(0))
    with practice("busy-logs") as facts:
        cockpit = open_cockpit(facts.kubeconfig)
        cockpit.wait_for(f"Pods {CONTAINERS} ")
        cockpit.feed(b"L")
        cockpit.wait_for(f"{CONTAINERS} streams")
        pause(cockpit, 5)
        use = watch(cockpit, SECONDS)
        delays = key_delays(cockpit, "t", KEYS, lambda: stamps(cockpit))
        memory = rss_mb(cockpit)
    report.add("  CPU, following all of them", use.cpu_percent, "%", goal="≤ 60 %")
    report.add("  to the terminal", use.output_rate, "B/s")
    report.add("  key to paint, median", median(delays), "ms", baseline=median(plain_delays))
    report.add("  key to paint, p95", p95(delays), "ms", baseline=p95(plain_delays), goal="≤ 50 ms")
    report.add("  memory", memory, "MB")


def stamps(cockpit: PtyProcess) -> str:
    """Tell which times stand before the lines of the log: the key `t` draws the time of day, the full time, or none."""
    line = cockpit.line(MIDDLE)
    return next((form for form, pattern in _STAMPS.items() if pattern.match(line)), "none")
