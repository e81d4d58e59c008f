"""Percentiles of any number of times."""

import random

import pytest

from cockpit.sources.web.latency import Latencies


def test_of_none_there_is_no_percentile() -> None:
    assert Latencies().percentile(50) is None


@pytest.mark.parametrize("seconds", [0.0, 1e-9, 0.02, 3600.0])
def test_of_one_it_is_that_one(seconds: float) -> None:
    latencies = Latencies()
    latencies.add(seconds)
    assert latencies.percentile(50) == latencies.percentile(95) == seconds


def test_percentiles_are_right_to_one_percent_in_bounded_memory() -> None:
    dice = random.Random(7)  # noqa: S311
    times = [dice.lognormvariate(-3, 1.5) for _ in range(20_001)]
    latencies = Latencies()
    for each in times:
        latencies.add(each)
    times.sort()
    assert latencies.percentile(50) == pytest.approx(times[10_000], rel=0.01)
    assert latencies.percentile(95) == pytest.approx(times[19_000], rel=0.01)
    assert len(latencies._buckets) < 1100


def test_the_slowest_few_do_not_move_the_middle() -> None:
    latencies = Latencies()
    for each in [0.1] * 9 + [9.0]:
        latencies.add(each)
    assert latencies.percentile(50) == pytest.approx(0.1, rel=0.01)
    assert latencies.percentile(95) == pytest.approx(9.0, rel=0.01)
