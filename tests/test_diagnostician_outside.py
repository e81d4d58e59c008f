"""When a diagnosis is made of AWS and the web: beside a cluster, and without any."""

import asyncio
from typing import Any

import pytest
from support.outside_looks import aws, check, health, instance, trouble
from support.ward import NOW, Ward

from cockpit.board import Board
from cockpit.diagnosis.finding import Findings
from cockpit.diagnosis.policy import Policy
from cockpit.diagnostician import Diagnostician, diagnosis_on, facts_on
from cockpit.reading import Reading, State, TroubleKind
from cockpit.sources.kubernetes.model import Pods
from cockpit.sources.web.model import AlertmanagerLook, Outcome, PrometheusLook, StatusLook

ward = Ward()
FAILED = Reading(source="aws/shop", data=aws(instances=(instance(status="failed"),)), taken_at=NOW)
DOWN = Reading(source="web/health/shop", data=health(check(Outcome.REFUSED)), taken_at=NOW)
PODS: Reading[Pods] = Reading(source="kubernetes/pods", data=ward.pods(ward.pod("api-1")), taken_at=NOW)


def board_with(*readings: Reading[Any]) -> Board:
    board = Board()
    for each in readings:
        board.publish(each)
    return board


def keys(reading: Reading[Findings]) -> list[str]:
    return [finding.key for finding in reading.data.findings] if reading.data is not None else []


@pytest.mark.parametrize("cluster", [[], [PODS], [Reading[Pods](source="kubernetes/pods", off=True)]])
def test_aws_and_the_web_are_diagnosed_with_and_without_a_cluster(cluster: list[Reading[Any]]) -> None:
    diagnosis = diagnosis_on(board_with(*cluster, FAILED, DOWN), NOW)
    assert keys(diagnosis) == ["aws/status/RDS/shop/shop-db", "web/health/shop"]
    assert (diagnosis.trouble, diagnosis.state(NOW)) == (None, State.LIVE)


def test_every_kind_of_reading_has_its_place_among_the_facts() -> None:
    looks = {
        "web/prometheus/main": PrometheusLook("http://prometheus"),
        "web/alertmanager/main": AlertmanagerLook("http://alertmanager"),
        "web/status/main": StatusLook("http://status", "Paymate", "none", "fine"),
    }
    facts = facts_on(board_with(FAILED, DOWN, *(Reading(source=name, data=look) for name, look in looks.items())))
    assert facts is not None
    fields = (facts.aws, facts.health, facts.prometheus, facts.alertmanagers, facts.status_pages)
    assert [list(each) for each in fields] == [["shop"], ["shop"], ["main"], ["main"], ["main"]]


def test_what_has_not_answered_yet_or_is_off_is_not_diagnosed() -> None:
    assert facts_on(board_with(Reading(source="aws/shop"), Reading(source="web/health/shop", off=True))) is None


def test_an_account_in_trouble_is_a_finding_and_leaves_the_diagnosis_sound() -> None:
    expired: Reading[Any] = Reading(source="aws/shop", trouble=trouble(TroubleKind.EXPIRED))
    diagnosis = diagnosis_on(board_with(PODS, expired), NOW)
    assert keys(diagnosis) == ["unreadable/aws/shop"]
    assert (diagnosis.trouble, diagnosis.state(NOW)) == (None, State.LIVE)


@pytest.mark.parametrize("reading", [FAILED, DOWN])
async def test_news_of_them_make_a_diagnosis(reading: Reading[Any]) -> None:
    board = Board()
    task = asyncio.create_task(Diagnostician(board, lambda: NOW, Policy()).run())
    try:
        board.publish(reading)
        async with asyncio.timeout(5):
            async for diagnosis in board.subscribe(["diagnosis"]):
                if keys(diagnosis):
                    break
    finally:
        task.cancel()
        await asyncio.wait([task])
