"""When a diagnosis is made, and what it says about itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.ward import NOW, Ward

from cockpit import diagnostician
from cockpit.board import Board
from cockpit.diagnosis.finding import Findings
from cockpit.diagnostician import Diagnostician, diagnosis_of
from cockpit.reading import Reading, State, Trouble, TroubleKind
from cockpit.sources.kubernetes.model import Health, Pod, Pods

ward = Ward()


def crashing(since: datetime) -> Pod:
    container = ward.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8)
    return ward.ill("api-1", container, not_ready_since=since)


def reading(*pods: Pod, **facts: Any) -> Reading[Pods]:
    return Reading(source="kubernetes/pods", **{"data": ward.pods(*pods), "taken_at": NOW, **facts})


class Round:
    """A diagnostician at work on a board, with a clock that the test turns."""

    def __init__(self) -> None:
        self.board = Board()
        self.now = NOW
        self.task = asyncio.create_task(Diagnostician(self.board, lambda: self.now).run())

    async def reading(self, happens: Callable[[Reading[Findings]], object]) -> Reading[Findings]:
        async with asyncio.timeout(5):
            async for diagnosis in self.board.subscribe(["diagnosis"]):
                if happens(diagnosis):
                    return diagnosis
        raise AssertionError

    async def until(self, happens: Callable[[Findings], object]) -> Findings:
        diagnosis = await self.reading(lambda diagnosis: diagnosis.data is not None and happens(diagnosis.data))
        assert diagnosis.data is not None
        return diagnosis.data


@pytest.fixture
async def rounds(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Round]:
    monkeypatch.setattr(diagnostician, "SHORTEST_PAUSE", 0.01)
    going = Round()
    yield going
    going.task.cancel()
    await asyncio.wait([going.task])


async def test_a_finding_keeps_its_earliest_beginning(rounds: Round) -> None:
    rounds.board.publish(reading(crashing(NOW - timedelta(minutes=15))))
    await rounds.until(lambda findings: findings.findings)
    rounds.board.publish(reading(crashing(NOW), ward.pod("api-2")))
    later = await rounds.until(lambda findings: "of 2" in findings.findings[0].title)
    assert later.findings[0].since == NOW - timedelta(minutes=15)


async def test_a_finding_that_was_over_begins_anew(rounds: Round) -> None:
    rounds.board.publish(reading(crashing(NOW - timedelta(minutes=15))))
    await rounds.until(lambda findings: findings.findings)
    rounds.board.publish(reading(ward.pod("api-1")))
    await rounds.until(lambda findings: not findings.findings)
    rounds.board.publish(reading(crashing(NOW)))
    again = await rounds.until(lambda findings: findings.findings)
    assert again.findings[0].since == NOW


async def test_time_alone_can_make_a_finding(monkeypatch: pytest.MonkeyPatch, rounds: Round) -> None:
    monkeypatch.setattr(diagnostician, "LONGEST_PAUSE", 0.02)
    slow = ward.pod("api-1", ward.container(ready=False, started_at=NOW), health=Health.CHANGING, not_ready_since=NOW)
    rounds.board.publish(reading(slow))
    await rounds.until(lambda findings: not findings.findings)
    rounds.now = NOW + timedelta(seconds=61)
    assert (await rounds.until(lambda findings: findings.findings)).findings[0].scenario == "not-ready"


async def test_what_says_nothing_new_is_not_published_again(rounds: Round) -> None:
    rounds.board.publish(reading(crashing(NOW)))
    await rounds.until(lambda findings: findings.findings)
    published = rounds.board.latest("diagnosis")
    for second in range(5):
        rounds.board.publish(reading(crashing(NOW), taken_at=NOW + timedelta(seconds=second)))
        await asyncio.sleep(0.02)
    assert rounds.board.latest("diagnosis") is published


def test_while_the_pods_are_not_read_nothing_is_known() -> None:
    trouble = Trouble(TroubleKind.DENIED, "403", since=NOW)
    assert diagnosis_of(None, NOW).state(NOW) is State.LOADING
    inherited = Trouble(TroubleKind.DENIED, "403", since=NOW, inherited=True)
    assert diagnosis_of(Reading(source="kubernetes/pods", trouble=trouble), NOW).trouble == inherited


async def test_a_rule_that_goes_on_failing_is_told_once_with_the_time_of_the_first_failure(
    monkeypatch: pytest.MonkeyPatch, rounds: Round
) -> None:
    loop, judged, again = asyncio.get_running_loop(), list[datetime](), asyncio.Event()

    def fail(_: Pods, now: datetime) -> None:
        if judged.count(NOW + timedelta(minutes=5)) == 2:
            loop.call_soon_threadsafe(again.set)
        judged.append(now)
        raise KeyError("strange")

    monkeypatch.setattr(diagnostician, "diagnose", fail)
    monkeypatch.setattr(diagnostician, "LONGEST_PAUSE", 0.02)
    rounds.board.publish(reading(crashing(NOW)))
    failed = await rounds.reading(lambda diagnosis: diagnosis.trouble)
    rounds.now = NOW + timedelta(minutes=5)
    async with asyncio.timeout(5):
        await again.wait()
    assert rounds.board.latest("diagnosis") is failed


def test_half_a_list_is_not_diagnosed() -> None:
    half = Pods(scope="shop", pods={"shop/api-1": crashing(NOW)})
    assert diagnosis_of(reading(data=half), NOW).data is None


def test_a_rule_that_fails_is_shown_as_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("strange")

    monkeypatch.setattr(diagnostician, "diagnose", fail)
    diagnosis = diagnosis_of(reading(crashing(NOW)), NOW)
    assert diagnosis.trouble == Trouble(TroubleKind.MALFORMED, "the diagnosis failed: KeyError: 'strange'", since=NOW)
