"""A million log lines: what they cost in memory, and how quickly one gets about in them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.benchmark import Report

PROGRAM = Path(__file__).with_name("million_lines.py")

pytestmark = pytest.mark.benchmark


def measure(*arguments: str) -> dict[str, float]:
    """Run the program that measures itself."""
    output = subprocess.run([sys.executable, str(PROGRAM), *arguments], capture_output=True, check=True).stdout
    results: dict[str, float] = json.loads(output)
    return results


def test_a_million_lines(report: Report) -> None:
    empty, full = measure("empty"), measure()
    assert full["lines kept"] == 1_000_000
    report.add("a million lines, memory more than none", full["MB"] - empty["MB"], "MB", goal="≤ 60 MB")
    report.add("  to its end and to its top, p95", full["all"], "ms", goal="≤ 50 ms")
    report.add("  the same in what a filter shows", full["filtered"], "ms", goal="≤ 50 ms")
    report.add("  to a time", full["time"], "ms", goal="≤ 50 ms")
    report.add("  kept, searched and counted", 1e6 * full["cpu"] / full["lines kept"], "µs/line")
