"""When a diagnosis is made, and what it says about itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from support.estate import Estate
from support.outside_looks import MINUTE, UNHEALTHY, aws, balancer, group, series, target
from support.postgres_looks import IN_TRANSACTION, backends, look
from support.ward import NOW, Ward

from cockpit import diagnostician
from cockpit.board import Board
from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.finding import Findings, SinceFrom
from cockpit.diagnosis.policy import Policy
from cockpit.diagnostician import OUTSIDE, READINGS, Diagnostician, diagnosis_on, facts_on
from cockpit.reading import Reading, State, Trouble, TroubleKind
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.crash_log import CRASH_LOGS, CrashLogs
from cockpit.sources.kubernetes.model import Health, Pod, Pods, PodUsage, Workload
from cockpit.sources.kubernetes.objects import Objects, ReplicaSet
from cockpit.sources.postgres.model import Health as PostgresHealth

CROWDED = look(*backends(96, IN_TRANSACTION), health=PostgresHealth())
"""Nothing tells since when a server has no connection left."""
ward = Ward()
estate = Estate()


def crashing(since: datetime, name: str = "api-1") -> Pod:
    container = ward.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8)
    return ward.ill(name, container, not_ready_since=since)


def reading(*pods: Pod, **facts: Any) -> Reading[Pods]:
    return Reading(source="kubernetes/pods", **{"data": ward.pods(*pods), "taken_at": NOW, **facts})


def board_with(*readings: Reading[Any]) -> Board:
    board = Board()
    for each in readings:
        board.publish(each)
    return board


class Round:
    """A diagnostician at work on a board, with a clock that the test turns."""

    def __init__(self) -> None:
        self.board = Board()
        self.now = NOW
        policy = Policy(change_minutes=10)
        self.task = asyncio.create_task(Diagnostician(self.board, lambda: self.now, policy).run())

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


async def test_it_keeps_how_that_is_known(rounds: Round) -> None:
    rounds.board.publish(reading(crashing(NOW - timedelta(minutes=15))))
    rounds.board.publish(Reading(source="postgres/shop-db", data=CROWDED, taken_at=NOW))
    first = await rounds.until(lambda findings: len(findings.findings) == 2)
    rounds.now += timedelta(minutes=1)
    rounds.board.publish(reading(crashing(NOW), ward.pod("api-2")))
    later = await rounds.until(lambda findings: any("of 2" in each.title for each in findings.findings))
    for findings in (first, later):
        assert {each.key.partition("/")[0]: (each.since, each.since_from) for each in findings.findings} == {
            "pods": (NOW - timedelta(minutes=15), SinceFrom.SERVER),
            "postgres": (NOW, SinceFrom.SEEN),
        }


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


async def test_what_forms_is_looked_at_again_soon(monkeypatch: pytest.MonkeyPatch, rounds: Round) -> None:
    monkeypatch.setattr(diagnostician, "FORMING_PAUSE", 0.02)
    running = ward.container(ready=False, started_at=NOW - timedelta(minutes=9))
    lost = ward.pod("api-1", running, ready=0, health=Health.CHANGING, not_ready_since=NOW)
    rounds.board.publish(reading(lost))
    forming = await rounds.until(lambda findings: findings.forming)
    assert (forming.findings, [each.scenario for each in forming.forming]) == ((), ["not-ready"])
    rounds.now = NOW + timedelta(seconds=11)
    later = await rounds.until(lambda findings: findings.findings)
    assert ([each.scenario for each in later.findings], later.forming) == (["not-ready"], ())


async def test_a_metric_of_a_minute_moves_no_finding_back_to_where_the_minute_begins(rounds: Round) -> None:
    look = aws(balancers=(balancer(),), groups=(group(target(UNHEALTHY)),))
    rounds.board.publish(Reading(source="aws/shop", data=look, taken_at=NOW))
    seen = await rounds.until(lambda findings: findings.findings)
    rounds.now = NOW + timedelta(minutes=3)
    points = series(*[0] * 5, *[1] * 3, end=NOW + 2 * MINUTE - timedelta(seconds=18))
    counted = replace(look, groups=(group(target(UNHEALTHY), target(id="10.0.0.2"), unhealthy=points),))
    rounds.board.publish(Reading(source="aws/shop", data=counted, taken_at=rounds.now))
    later = await rounds.until(lambda findings: "1 of 2" in findings.findings[0].title)
    for finding in (*seen.findings, *later.findings):
        assert (finding.since, finding.since_from, finding.about) == (NOW, SinceFrom.SEEN, False)


def rolled_out(minutes: float) -> Reading[Objects[ReplicaSet]]:
    """Tell of revision 12, which was rolled out so long before 14:08."""
    revisions = [estate.revision(11), estate.revision(12, created=NOW - timedelta(minutes=15 + minutes))]
    objects = Objects("shop", {each.meta.key: each for each in revisions}, "1")
    return Reading(source="kubernetes/replicasets", data=objects, taken_at=NOW)


async def test_other_kinds_make_the_diagnosis_richer_as_they_come(rounds: Round) -> None:
    rounds.board.publish(reading(crashing(NOW - timedelta(minutes=15), "api-r12-1")))
    await rounds.until(lambda findings: findings.findings)
    rounds.board.publish(rolled_out(1))
    richer = await rounds.until(lambda findings: findings.findings[0].changed)
    assert richer.findings[0].title.endswith(", 60 s after revision 12")


async def test_what_changed_is_held_against_the_earliest_beginning(rounds: Round) -> None:
    rounds.board.publish(rolled_out(1))
    rounds.board.publish(reading(crashing(NOW - timedelta(minutes=15), "api-r12-1")))
    await rounds.until(lambda findings: findings.findings[0].changed)
    rounds.board.publish(reading(crashing(NOW, "api-r12-1"), ward.pod("api-r12-2")))
    later = await rounds.until(lambda findings: "of 2" in findings.findings[0].title)
    assert ", 60 s after revision 12" in later.findings[0].title


async def test_what_is_told_together_with_others_keeps_its_own_beginning(rounds: Round) -> None:
    def web(name: str, pod: Pod) -> Pod:
        return replace(pod, name=name, workload=Workload("Deployment", "web"))

    def says(findings: Findings, words: str) -> bool:
        return any(proof.fact.startswith(words) for proof in findings.findings[0].evidence)

    unknown = "dial tcp: lookup db on 10.0.0.10:53: no such host"
    logs = CrashLogs({**estate.crash_log("api-r12-1", unknown).logs, **estate.crash_log("web-1", unknown).logs})
    rounds.board.publish(Reading(source=CRASH_LOGS, data=logs, taken_at=NOW))
    rounds.board.publish(rolled_out(1))
    rounds.board.publish(reading(crashing(NOW - timedelta(minutes=15), "api-r12-1")))
    await rounds.until(lambda findings: findings.findings[0].changed)
    both = crashing(NOW, "api-r12-1"), web("web-1", crashing(NOW))
    rounds.board.publish(reading(*both))
    await rounds.until(lambda findings: says(findings, "web: 1 of 1 pod crash-loops"))
    rounds.board.publish(reading(*both, web("web-2", ward.pod("web-2"))))
    later = await rounds.until(lambda findings: says(findings, "web: 1 of 2 pods crash-loops"))
    assert says(later, "api: 1 of 1 pod crash-loops, 60 s after revision 12")
    assert later.findings[0].since == NOW - timedelta(minutes=15)


async def test_the_policy_of_the_session_is_used(rounds: Round) -> None:
    """Its window for changes is ten minutes."""
    rounds.board.publish(rolled_out(11))
    rounds.board.publish(reading(crashing(NOW - timedelta(minutes=15), "api-r12-1")))
    found = await rounds.until(lambda findings: findings.findings)
    assert found.findings[0].changed is None


def test_a_kind_that_cannot_be_read_is_left_out_and_the_diagnosis_is_sound() -> None:
    trouble = Trouble(TroubleKind.DENIED, "403", since=NOW)
    denied: Reading[Any] = Reading(source="kubernetes/nodes", trouble=trouble)
    diagnosis = diagnosis_on(board_with(reading(crashing(NOW)), denied), NOW)
    assert diagnosis.trouble is None
    assert diagnosis.data is not None
    assert len(diagnosis.data.findings) == 1


def test_every_fact_has_its_reading() -> None:
    assert set(READINGS) == set(Facts.__struct_fields__) - {"postgres", *OUTSIDE, "begun"}
    assert set(kind_names.KIND_READINGS) <= set(READINGS.values())
    usage = PodUsage({})
    facts = facts_on(board_with(reading(), Reading(source="kubernetes/metrics", data=usage), rolled_out(1)))
    assert facts is not None
    assert facts.usage is usage
    assert facts.replica_sets is not None
    assert facts.nodes is None


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
    assert diagnosis_on(Board(), NOW).state(NOW) is State.LOADING
    inherited = Trouble(TroubleKind.DENIED, "403", since=NOW, inherited=True)
    denied: Reading[Pods] = Reading(source="kubernetes/pods", trouble=trouble)
    assert diagnosis_on(board_with(denied), NOW).trouble == inherited


async def test_a_rule_that_goes_on_failing_is_told_once_with_the_time_of_the_first_failure(
    monkeypatch: pytest.MonkeyPatch, rounds: Round
) -> None:
    loop, judged, again = asyncio.get_running_loop(), list[datetime](), asyncio.Event()

    def fail(_: Facts, now: datetime, policy: Policy) -> None:
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
    assert diagnosis_on(board_with(reading(data=half)), NOW).data is None


def test_a_rule_that_fails_is_shown_as_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("strange")

    monkeypatch.setattr(diagnostician, "diagnose", fail)
    diagnosis = diagnosis_on(board_with(reading(crashing(NOW))), NOW)
    assert diagnosis.trouble == Trouble(TroubleKind.MALFORMED, "the diagnosis failed: KeyError: 'strange'", since=NOW)
