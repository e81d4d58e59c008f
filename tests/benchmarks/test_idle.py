"""What the cockpit costs while nothing happens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.benchmark import Report, pause, rss_mb, watch
from support.terminal import PtyProcess

from cockpit.gameday.command import practice

SECONDS = 30.0

pytestmark = pytest.mark.benchmark


def test_idle(
    open_cockpit: Callable[[Path], PtyProcess], open_empty_app: Callable[[], PtyProcess], report: Report
) -> None:
    empty_app = open_empty_app()
    empty_app.wait_for("0 keys")
    pause(empty_app, 2)
    baseline = watch(empty_app, SECONDS)
    with practice("steady") as facts:
        cockpit = open_cockpit(facts.kubeconfig)
        cockpit.wait_for("Nothing wrong")
        cockpit.wait_for("following")
        pause(cockpit, 2)
        following = watch(cockpit, SECONDS)
        cockpit.feed(b"2")  # the log goes on out of sight
        pause(cockpit, 2)
        for situation in ("idle", "idle, an incident is open"):
            use = watch(cockpit, SECONDS)
            report.add(situation, use.output_rate, "B/s", baseline=baseline.output_rate, goal="≤ 100 B/s")
            report.add("  CPU", use.cpu_percent, "%", baseline=baseline.cpu_percent, goal="≤ 1 %")
            declare(cockpit)
        report.add("a log of 3 lines a second in view", following.output_rate, "B/s")
        report.add("  CPU", following.cpu_percent, "%")
        report.add("  memory", rss_mb(cockpit), "MB", baseline=rss_mb(empty_app))


def declare(cockpit: PtyProcess) -> None:
    """Open an incident: its clock ticks beside the time of day."""
    cockpit.feed(b"S")
    pause(cockpit, 1)
    cockpit.feed(b"\r")
    cockpit.wait_for("saved")
    pause(cockpit, 8)
