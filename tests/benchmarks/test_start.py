"""From the command to the first frame, and from the cluster's first answer to the first pod on the screen."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from support.benchmark import Report
from support.crowd import Crowd
from support.terminal import PtyProcess

RUNS = 9

pytestmark = pytest.mark.benchmark


def test_first_frame(
    open_cockpit: Callable[[Path], PtyProcess],
    open_empty_app: Callable[[], PtyProcess],
    report: Report,
    tmp_path: Path,
) -> None:
    ours, baseline = [], []
    for _ in range(RUNS):
        ours.append(first_text(lambda: open_cockpit(tmp_path / "no-kubeconfig")))
        baseline.append(first_text(open_empty_app))
    report.add("first frame", median(ours[1:]), "ms", baseline=median(baseline[1:]), goal="≤ 1.3")
    report.add("  the quickest", min(ours), "ms", baseline=min(baseline))


def test_first_pods(open_cockpit: Callable[[Path], PtyProcess], report: Report) -> None:
    delays = []
    for _ in range(RUNS):
        with Crowd(5000) as crowd:
            cockpit = open_cockpit(crowd.facts.kubeconfig)
            cockpit.wait_until(lambda cockpit=cockpit: b"crowd-0" in cockpit.output, "pod")  # type: ignore[misc]
            first_page = crowd.look().first_page
            assert first_page is not None
            delays.append(1000 * (cockpit.read_at - first_page))
            cockpit.close()
    report.add("first pods after the first page of 500", median(delays), "ms", goal="≤ 300 ms")


def first_text(start: Callable[[], PtyProcess]) -> float:
    """Give the milliseconds from the start of a program to the first text that it draws."""
    started = time.monotonic()
    terminal = start()
    terminal.wait_until(lambda: bool(terminal.text.strip()), "text")
    drawn = terminal.read_at
    terminal.close()
    return 1000 * (drawn - started)
