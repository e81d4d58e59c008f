"""What `cockpit check` writes, and how it ends."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.shop import BROKEN_SHOP, NOW, WELL_SHOP, Shop, Told, just_lost

from cockpit.board import Board
from cockpit.check import Watch, check_once
from cockpit.check_report import Outcome, Report, change_to_text, changes, report_of, to_json, to_text
from cockpit.config import Config
from cockpit.diagnosis.finding import Finding, Findings, FindingSeverity
from cockpit.diagnostician import diagnosis_on
from cockpit.reading import Reading, SourceError, Trouble, TroubleKind
from cockpit.session import Session
from cockpit.sources.aws.model import AwsLook, Identity
from cockpit.sources.aws.model import Gap as AwsGap
from cockpit.sources.kubernetes.model import Pods
from cockpit.sources.kubernetes.objects import Objects


def board_with(reading: Reading[Any]) -> Board:
    board = Board()
    board.publish(reading)
    return board


def session(shop: Shop) -> Session:
    return Session(Config(), lambda: NOW, shop.connect)


async def once(shop: Shop, *, as_json: bool = False, longest_wait: float = 5.0) -> tuple[Outcome, str]:
    out = io.StringIO()
    outcome = await check_once(session(shop), lambda: NOW, out, as_json=as_json, longest_wait=longest_wait)
    return outcome, out.getvalue()


def failing(shop: Shop, source: str, error: SourceError) -> Shop:
    """Let a source of the shop fail from the start."""
    told = type(shop.pods)(f"kubernetes/{source}", error)
    setattr(shop, source, told)
    return shop


async def test_all_well_is_0() -> None:
    outcome, text = await once(Shop(WELL_SHOP))
    assert outcome is Outcome.WELL
    assert text.splitlines() == [
        "live     kubernetes",
        "live     kubernetes/pods",
        "live     kubernetes/metrics",
        "nothing is wrong",
    ]


async def test_what_forms_is_told_and_is_nothing_wrong_yet() -> None:
    outcome, text = await once(Shop([*WELL_SHOP, just_lost("web-84d5f-zz9qd")]))
    assert outcome is Outcome.WELL
    watched, verdict = text.splitlines()[3:]
    assert watched.startswith("watched  web: 1 of 3 pods is not ready, since 14:")
    assert verdict == "nothing is wrong yet, 1 watched"


def test_a_beginning_that_is_known_to_the_minute_is_told_so() -> None:
    since, minute = NOW - timedelta(minutes=4), timedelta(minutes=1)
    found = Finding("key", FindingSeverity.WRONG, "5xx", "server-errors", (), since=since, began_within=minute)
    report = report_of([], Reading(source="diagnosis", data=Findings((found,)), taken_at=NOW), NOW)
    assert report.findings[0].title == "5xx, since about 14:19Z"


async def test_something_wrong_is_1_and_a_line_a_finding() -> None:
    outcome, text = await once(Shop(BROKEN_SHOP))
    assert outcome is Outcome.WRONG
    assert text.splitlines()[3:] == ["wrong    api: 2 of 3 pods crash-loop, exit 1, since 14:08:07Z"]


async def test_a_source_that_cannot_be_read_is_2_and_says_what_to_type() -> None:
    denied = SourceError(TroubleKind.DENIED, "may not list pods", "kubectl auth can-i list pods")
    outcome, text = await once(failing(Shop(WELL_SHOP), "pods", denied))
    assert outcome is Outcome.UNREADABLE
    assert (
        "denied   kubernetes/pods: may not list pods, since 2026-11-21T14:23:07.000Z; try: kubectl auth can-i list pods"
        in text.splitlines()
    )


async def test_a_source_that_cannot_be_read_goes_before_what_is_wrong() -> None:
    timeout = SourceError(TroubleKind.TIMEOUT, "no answer")
    outcome, text = await once(failing(Shop(BROKEN_SHOP), "metrics", timeout))
    assert outcome is Outcome.UNREADABLE
    assert "crash-loop" in text


async def test_a_cluster_without_a_metrics_api_is_no_failure() -> None:
    missing = SourceError(TroubleKind.MISSING, "the metrics API is not installed")
    outcome, text = await once(failing(Shop(WELL_SHOP), "metrics", missing))
    assert outcome is Outcome.WELL
    assert "off      kubernetes/metrics: the metrics API is not installed" in text


def read(source: str) -> Reading[Any]:
    return Reading(source=source, data=1, taken_at=NOW)


def unread(source: str, kind: TroubleKind, message: str = "no") -> Reading[Any]:
    return Reading(source=source, trouble=Trouble(kind, message, NOW, f"kubectl get {source}"))


def test_a_kind_that_may_not_be_read_limits_what_is_known_and_is_no_failure() -> None:
    """A viewer without nodes is normal."""
    denied = [unread(f"kubernetes/{kind}", TroubleKind.DENIED, f"may not {kind}") for kind in ("nodes", "crash-logs")]
    report = report_of([read("kubernetes/pods"), *denied], None, NOW)
    assert report.outcome is Outcome.WELL
    assert to_text(report).splitlines()[1:] == [
        "denied   kubernetes/nodes: may not nodes, since 2026-11-21T14:23:07.000Z; try: kubectl get kubernetes/nodes",
        (
            "denied   kubernetes/crash-logs: may not crash-logs, since 2026-11-21T14:23:07.000Z; "
            "try: kubectl get kubernetes/crash-logs"
        ),
        "nothing is wrong in what is known; limited by 2 sources that may not be read",
    ]
    assert json.loads(to_json(report))["sources"][1]["state"] == "denied"


def test_events_of_nodes_that_may_not_be_read_are_no_failure() -> None:
    denied = unread("kubernetes/nodeevents", TroubleKind.DENIED, "may not list events in default")
    assert report_of([read("kubernetes/pods"), denied], None, NOW).outcome is Outcome.WELL


@pytest.mark.parametrize("source", ["kubernetes", "kubernetes/pods", "kubernetes/metrics"])
def test_what_is_read_of_every_cluster_must_be_readable(source: str) -> None:
    assert report_of([unread(source, TroubleKind.DENIED)], None, NOW).outcome is Outcome.UNREADABLE


@pytest.mark.parametrize("kind", [TroubleKind.EXPIRED, TroubleKind.UNREACHABLE, TroubleKind.REFUSED])
def test_a_kind_that_fails_otherwise_is_2(kind: TroubleKind) -> None:
    assert report_of([unread("kubernetes/nodes", kind)], None, NOW).outcome is Outcome.UNREADABLE


def test_a_kind_whose_list_is_not_complete_is_not_known() -> None:
    part = Reading[Any](source="kubernetes/nodes", data=Objects(scope="", objects={}), taken_at=NOW)
    assert report_of([part], None, NOW).outcome is Outcome.UNREADABLE
    assert to_text(report_of([part], None, NOW)) == "loading  kubernetes/nodes\n"


IDENTITY = Identity("123456789012", "arn:aws:iam::123456789012:role/ops", "ops", "eu-central-1")


def test_what_aws_has_not_answered_yet_is_not_known() -> None:
    part = AwsLook(IDENTITY, waiting=("rds:DescribeDBInstances",))
    report = report_of([Reading("aws/shop", part, NOW)], None, NOW)
    assert to_text(report) == "loading  aws/shop\n"


def test_what_may_not_be_read_of_aws_is_named_with_what_to_type() -> None:
    gap = AwsGap("rds:DescribeDBInstances", "not allowed", "aws sts get-caller-identity", denied=True)
    report = report_of([Reading("aws/shop", AwsLook(IDENTITY, gaps=(gap,)), NOW)], None, NOW)
    assert report.sources[0].gaps == {"rds:DescribeDBInstances": "not allowed; try: aws sts get-caller-identity"}
    assert report.outcome is Outcome.WELL


def test_a_trouble_that_many_share_is_spelled_out_once() -> None:
    away = [unread(f"kubernetes/{kind}", TroubleKind.UNREACHABLE, "cannot connect") for kind in ("nodes", "jobs")]
    told, pods = to_text(report_of([*away, read("kubernetes/pods")], None, NOW)).splitlines()
    assert told.startswith("failing  kubernetes/nodes and 1 more: cannot connect, since ")
    assert pods == "live     kubernetes/pods"


def test_a_cluster_that_has_not_answered_is_not_called_live() -> None:
    away = unread("kubernetes/pods", TroubleKind.UNREACHABLE, "cannot connect")
    assert "live" not in to_text(report_of([read("kubernetes"), away], None, NOW))
    assert "live     kubernetes\n" in to_text(report_of([read("kubernetes"), read("kubernetes/pods")], None, NOW))


async def test_every_kind_is_waited_for() -> None:
    shop = Shop(WELL_SHOP)
    nodes = Told("kubernetes/nodes")
    asyncio.get_running_loop().call_later(0.1, nodes.tell, Objects(scope="", objects={}, resource_version="1"))

    def connect(*arguments: Any) -> Any:
        return shop.connect(*arguments)._replace(others={nodes.name: lambda *_: nodes})

    out = io.StringIO()
    checked = Session(Config(), lambda: NOW, connect)
    outcome = await check_once(checked, lambda: NOW, out, as_json=False, longest_wait=5)
    assert outcome is Outcome.WELL
    assert out.getvalue().splitlines()[-2:] == ["live     kubernetes/nodes", "nothing is wrong"]


async def test_what_has_not_answered_in_time_is_still_loading_and_2() -> None:
    shop = Shop(WELL_SHOP)
    shop.pods._news.get_nowait()
    outcome, text = await once(shop, longest_wait=0.1)
    assert outcome is Outcome.UNREADABLE
    assert "loading  kubernetes/pods" in text.splitlines()


async def test_a_list_that_is_not_complete_is_not_judged() -> None:
    shop = Shop(BROKEN_SHOP)
    whole: Pods = await anext(shop.pods.stream())
    shop.pods.tell(Pods(scope="shop", pods=whole.pods))
    outcome, text = await once(shop, longest_wait=0.1)
    assert outcome is Outcome.UNREADABLE
    assert "crash-loop" not in text


async def test_a_long_list_is_waited_for() -> None:
    shop = Shop(BROKEN_SHOP)
    whole: Pods = await anext(shop.pods.stream())
    shop.pods.tell(Pods(scope="shop", pods=whole.pods))
    asyncio.get_running_loop().call_later(0.1, shop.pods.tell, whole)
    outcome, _ = await once(shop)
    assert outcome is Outcome.WRONG


async def test_the_json_holds_what_was_promised_and_nothing_else() -> None:
    outcome, text = await once(Shop(BROKEN_SHOP), as_json=True)
    assert outcome is Outcome.WRONG
    assert json.loads(text) == {
        "taken_at": "2026-11-21T14:23:07.000Z",
        "sources": [
            {"source": source, "state": "live", "taken_at": "2026-11-21T14:23:07.000Z", "trouble": None}
            for source in ("kubernetes", "kubernetes/pods", "kubernetes/metrics")
        ],
        "findings": [
            {
                "key": "pods/crash-loop/shop/Deployment/api",
                "severity": "wrong",
                "title": "api: 2 of 3 pods crash-loop, exit 1, since 14:08:07Z",
                "scenario": "crash-loop",
                "evidence": [
                    {
                        "source": "kubernetes/pods",
                        "ref": f"shop/api-7f9c4-{pod}",
                        "fact": f"api: CrashLoopBackOff, exit 1, {restarts} restarts",
                    }
                    for pod, restarts in (("x2k4p", 14), ("zz9qd", 13))
                ],
            }
        ],
    }


async def test_trouble_in_json_says_kind_message_since_and_remedy() -> None:
    shop = failing(Shop(WELL_SHOP), "pods", SourceError(TroubleKind.EXPIRED, "401", "aws sso login"))
    _, text = await once(shop, as_json=True)
    assert json.loads(text)["sources"][1]["trouble"] == {
        "kind": "expired",
        "message": "401",
        "since": "2026-11-21T14:23:07.000Z",
        "remedy": "aws sso login",
    }


def test_a_diagnosis_that_fails_by_itself_is_listed_as_a_source() -> None:
    trouble = Trouble(TroubleKind.MALFORMED, "the diagnosis failed", since=NOW)
    report = report_of([], Reading(source="diagnosis", trouble=trouble), NOW)
    assert [source.source for source in report.sources] == ["diagnosis"]
    assert report.outcome is Outcome.UNREADABLE


def test_a_diagnosis_that_lags_behind_the_pods_is_no_source_in_trouble() -> None:
    lost = Trouble(TroubleKind.UNREACHABLE, "cannot connect", since=NOW)
    stale = Reading(source="kubernetes/pods", data=Shop.listed(WELL_SHOP), taken_at=NOW, trouble=lost)
    live = Reading(source="kubernetes/pods", data=Shop.listed(WELL_SHOP), taken_at=NOW)
    assert (
        to_text(report_of([live], diagnosis_on(board_with(stale), NOW), NOW))
        == "live     kubernetes/pods\nnothing is wrong\n"
    )


def test_json_is_ascii_and_holds_the_text_as_it_is() -> None:
    message = "\x9b2Jgone\u202e\u2026\udcff"
    trouble = Trouble(TroubleKind.REFUSED, message, since=NOW)
    line = to_json(report_of([Reading(source="kubernetes/pods", trouble=trouble)], None, NOW))
    assert line.isascii()
    assert line.count("\n") == 1
    assert json.loads(line)["sources"][0]["trouble"]["message"] == message


def test_text_from_outside_cannot_steer_the_terminal() -> None:
    trouble = Trouble(TroubleKind.REFUSED, "\x1b[2Jgone\n\x9b5m\u202e\u2026", since=NOW)
    text = to_text(report_of([Reading(source="kubernetes/pods", trouble=trouble)], None, NOW))
    assert "gone \\u2026," in text
    assert text.isascii()
    assert text.count("\n") == 1


def test_what_began_on_another_day_is_told_with_its_date() -> None:
    old = Reading(source="kubernetes/pods", data=Shop.listed(BROKEN_SHOP), taken_at=NOW)
    report = report_of([], diagnosis_on(board_with(old), NOW), NOW + timedelta(days=1))
    assert report.findings[0].title.endswith("since 2026-11-21T14:08Z")


class Lines(io.StringIO):
    """An output that tells when a line has come."""

    def __init__(self) -> None:
        super().__init__()
        self._grown = asyncio.Event()

    def flush(self) -> None:
        self._grown.set()

    async def until(self, happens: Callable[[str], object]) -> list[str]:
        async with asyncio.timeout(5):
            while not happens(self.getvalue()):
                self._grown.clear()
                await self._grown.wait()
        return self.getvalue().splitlines()


async def watched(shop: Shop, out: io.StringIO, *, as_json: bool = False) -> "asyncio.Task[Outcome]":
    return asyncio.create_task(Watch(session(shop), lambda: NOW, out, as_json=as_json).run())


async def test_watching_writes_each_change_on_a_line_with_its_time() -> None:
    shop, out = Shop(WELL_SHOP), Lines()
    watching = await watched(shop, out)
    await out.until(lambda text: "live     kubernetes/pods" in text)
    shop.pods.tell(Shop.listed(BROKEN_SHOP))
    await out.until(lambda text: "wrong" in text)
    shop.pods.tell(Shop.listed(WELL_SHOP))
    await out.until(lambda text: "cleared" in text)
    shop.pods.tell(SourceError(TroubleKind.UNREACHABLE, "connection lost"))
    lines = await out.until(lambda text: "stale" in text)
    assert sorted(lines[:3]) == [
        "14:23:07Z live     kubernetes",
        "14:23:07Z live     kubernetes/metrics",
        "14:23:07Z live     kubernetes/pods",
    ]
    assert lines[3:] == [
        "14:23:07Z wrong    api: 2 of 3 pods crash-loop, exit 1, since 14:08:07Z",
        "14:23:07Z cleared  api: 2 of 3 pods crash-loop, exit 1, since 14:08:07Z",
        "14:23:07Z stale    kubernetes/pods: connection lost, since 2026-11-21T14:23:07.000Z",
    ]
    os.kill(os.getpid(), signal.SIGTERM)
    assert await watching is Outcome.UNREADABLE


async def test_watching_in_json_writes_one_object_a_line() -> None:
    shop, out = Shop(BROKEN_SHOP), Lines()
    watching = await watched(shop, out, as_json=True)
    lines = [json.loads(line) for line in await out.until(lambda text: "crash-loop" in text)]
    assert [sorted(line) for line in lines] == [["at", "source"]] * 3 + [["at", "finding"]]
    assert lines[3]["finding"]["key"] == "pods/crash-loop/shop/Deployment/api"
    os.kill(os.getpid(), signal.SIGINT)
    assert await watching is Outcome.WRONG


def test_what_stays_the_same_is_not_told_again() -> None:
    report = report_of([Reading(source="a", data=1, taken_at=NOW)], None, NOW)
    later = report_of([Reading(source="a", data=2, taken_at=NOW + timedelta(seconds=9))], None, NOW)
    assert [change_to_text(change) for change in changes(Report(taken_at=""), report)] == ["14:23:07Z live     a\n"]
    assert list(changes(report, later)) == []


@pytest.mark.parametrize(("arguments", "status"), [(["check", "--watch"], 2), (["check"], 1)])
def test_a_reader_that_goes_away_is_no_crash(arguments: list[str], status: int, tmp_path: Path) -> None:
    environ = {**os.environ, "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")}
    reading, writing = os.pipe()
    os.close(reading)
    command: list[Any] = [sys.executable, "-m", "cockpit", *arguments]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environ, timeout=20, check=False)
    os.close(writing)
    assert ended.stderr == b""
    assert ended.returncode == status
