"""When a diagnosis is made of Postgres servers: with a cluster, beside one, and without any."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from support.postgres_looks import IN_TRANSACTION, backends, look
from support.ward import NOW, Ward

from cockpit.board import Board
from cockpit.check_report import Outcome, is_complete, report_of, to_json, to_text
from cockpit.chronicler import Chronicler
from cockpit.config import IncidentConfig
from cockpit.diagnosis.finding import Findings
from cockpit.diagnosis.policy import Policy
from cockpit.diagnostician import Diagnostician, diagnosis_on, facts_on
from cockpit.incident.entry import Draft
from cockpit.incident.state import IncidentState
from cockpit.reading import Reading, State, Trouble, TroubleKind
from cockpit.sources.kubernetes.model import Pods
from cockpit.sources.postgres.model import Gap, Health, PostgresLook

ward = Ward()
FULL = Trouble(TroubleKind.REFUSED, "sorry, too many clients already", since=NOW)
CROWDED = look(*backends(96, IN_TRANSACTION), health=Health())
AWAY = Trouble(TroubleKind.UNREACHABLE, "no route to host", since=NOW - timedelta(seconds=10))
NO_KUBECONFIG = Trouble(TroubleKind.MISSING, "no kubeconfig", since=NOW)


def server(data: PostgresLook | None, name: str = "shop-db", **facts: Any) -> Reading[PostgresLook]:
    return Reading(source=f"postgres/{name}", **{"data": data, "taken_at": NOW, **facts})


def pods(**facts: Any) -> Reading[Pods]:
    return Reading(source="kubernetes/pods", **facts)


def board_with(*readings: Reading[Any]) -> Board:
    board = Board()
    for each in readings:
        board.publish(each)
    return board


def keys(reading: Reading[Findings]) -> list[str]:
    return [finding.key for finding in reading.data.findings] if reading.data is not None else []


@pytest.mark.parametrize("cluster", [[], [pods(off=True)], [pods(trouble=NO_KUBECONFIG)]])
def test_servers_are_diagnosed_without_a_cluster(cluster: list[Reading[Any]]) -> None:
    diagnosis = diagnosis_on(board_with(*cluster, server(CROWDED)), NOW)
    assert keys(diagnosis) == ["postgres/connections/shop-db"]
    assert (diagnosis.trouble, diagnosis.state(NOW)) == (None, State.LIVE)


def test_several_servers_are_diagnosed_each_for_itself() -> None:
    board = board_with(server(CROWDED, "a"), server(look(), "b"), server(None, "c", trouble=FULL), server(None, "d"))
    facts = facts_on(board)
    assert facts is not None
    assert sorted(facts.postgres) == ["a", "b", "c"]
    assert keys(diagnosis_on(board, NOW)) == ["postgres/connections/a", "postgres/connections/c"]


def test_the_last_good_look_tells_who_held_the_connections_of_a_server_that_refuses() -> None:
    diagnosis = diagnosis_on(board_with(server(CROWDED, trouble=FULL)), NOW)
    assert diagnosis.data is not None
    (finding,) = diagnosis.data.findings
    assert "before that 96 of 97 usable connections, 96 idle in transaction ← api" in finding.title
    assert diagnosis.trouble is None


def test_a_server_in_trouble_leaves_the_diagnosis_of_the_cluster_sound() -> None:
    well = pods(data=ward.pods(ward.pod("api-1")), taken_at=NOW)
    diagnosis = diagnosis_on(board_with(well, server(None, trouble=AWAY)), NOW)
    assert keys(diagnosis) == ["postgres/postgres-down/shop-db"]
    assert (diagnosis.trouble, diagnosis.state(NOW)) == (None, State.LIVE)


def test_while_the_pods_are_being_read_the_servers_are_told_and_the_diagnosis_is_not_complete() -> None:
    diagnosis = diagnosis_on(board_with(pods(), server(CROWDED)), NOW)
    assert keys(diagnosis) == ["postgres/connections/shop-db"]
    assert diagnosis.state(NOW) is State.LOADING


def test_a_cluster_that_cannot_be_read_leaves_the_diagnosis_of_the_servers_in_its_trouble() -> None:
    diagnosis = diagnosis_on(board_with(pods(trouble=AWAY), server(CROWDED)), NOW)
    assert keys(diagnosis) == ["postgres/connections/shop-db"]
    assert diagnosis.trouble is not None
    assert diagnosis.trouble.inherited


def test_a_server_that_is_no_longer_read_is_not_diagnosed() -> None:
    assert facts_on(board_with(server(CROWDED, off=True))) is None


@pytest.fixture
async def board() -> AsyncIterator[Board]:
    board = Board()
    task = asyncio.create_task(Diagnostician(board, lambda: NOW, Policy()).run())
    yield board
    task.cancel()
    await asyncio.wait([task])


async def until(board: Board, state: State) -> Reading[Findings]:
    async with asyncio.timeout(5):
        async for diagnosis in board.subscribe(["diagnosis"]):
            if diagnosis.state(NOW) is state:
                return diagnosis
    raise AssertionError


async def test_news_of_a_server_that_nobody_knew_of_make_a_diagnosis(board: Board) -> None:
    board.publish(server(CROWDED, "new"))
    assert keys(await until(board, State.LIVE)) == ["postgres/connections/new"]


async def test_what_was_wrong_with_a_server_that_dies_is_not_over(board: Board) -> None:
    board.publish(server(CROWDED))
    await until(board, State.LIVE)
    board.publish(server(CROWDED, trouble=AWAY))
    async with asyncio.timeout(5):
        async for diagnosis in board.subscribe(["diagnosis"]):
            if "postgres/postgres-down/shop-db" in keys(diagnosis):
                break
    assert diagnosis.data is not None
    told = {finding.key: finding.unseen_since for finding in diagnosis.data.findings}
    assert told == {"postgres/postgres-down/shop-db": None, "postgres/connections/shop-db": NOW}


async def test_that_the_diagnosis_is_complete_is_told_even_if_it_says_the_same(board: Board) -> None:
    board.publish(pods())
    board.publish(server(CROWDED))
    await until(board, State.LOADING)
    board.publish(pods(data=ward.pods(ward.pod("api-1", ip="10.8.8.8")), taken_at=NOW))
    assert keys(await until(board, State.LIVE)) == ["postgres/connections/shop-db"]


async def test_a_diagnosis_that_is_not_complete_writes_nothing_into_the_incident_log() -> None:
    """What the log says of the cluster is not over because only a server has answered yet."""
    drafts: list[Draft] = []

    async def append(draft: Draft) -> None:
        drafts.append(draft)

    async def written_with(*readings: Reading[Any]) -> int:
        board = board_with(*readings)
        board.publish(diagnosis_on(board, NOW))
        config, state = IncidentConfig(found_after_seconds=0), IncidentState(declared_at=NOW)
        await Chronicler(board, lambda: NOW, config, lambda: state, append).write()
        return len(drafts)

    assert await written_with(pods(), server(CROWDED)) == 0
    assert await written_with(server(CROWDED)) == 1


def test_check_tells_findings_of_servers_with_their_evidence() -> None:
    reading = server(CROWDED)
    report = report_of([reading], diagnosis_on(board_with(reading), NOW), NOW)
    (finding,) = json.loads(to_json(report))["findings"]
    assert (finding["key"], finding["severity"], finding["scenario"]) == (
        "postgres/connections/shop-db",
        "wrong",
        "too-many-connections",
    )
    assert {proof["source"] for proof in finding["evidence"]} == {"postgres/shop-db"}
    assert report.outcome is Outcome.WRONG
    assert "shop-db: 96 of 97 usable connections, 96 idle in transaction <- api" in to_text(report)


def test_check_waits_for_the_health_of_a_server_or_for_why_it_cannot_be_told() -> None:
    assert not is_complete(server(look()))
    assert is_complete(server(look(health=Health())))
    assert is_complete(server(look(gaps={"health.slots": Gap("denied")})))


def test_check_says_what_is_hidden_instead_of_that_all_is_well() -> None:
    gap = Gap("states of other roles are hidden from this role", "GRANT pg_monitor TO cockpit")
    reading = server(look(health=Health(), gaps={"activity": gap}))
    report = report_of([reading], diagnosis_on(board_with(reading), NOW), NOW)
    assert to_text(report).splitlines() == [
        (
            "live     postgres/shop-db, but for activity: states of other roles are hidden from this role; "
            "try: GRANT pg_monitor TO cockpit"
        ),
        "nothing is wrong in what is known; limited by 1 sources that are read in part",
    ]
