"""`cockpit check` in the same troubles: the exit status, the JSON, and the changes that `--watch` tells."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from support.cluster import fail, hasty_session

from cockpit.check import Watch, check_once
from cockpit.check_report import Outcome
from cockpit.clock import utc_now
from cockpit.config import Config, KubernetesConfig
from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.world import World

PODS_PATH = "/api/v1/namespaces/shop/pods"
METRICS_PATH = "/apis/metrics.k8s.io"
Break = Callable[[World], object]


async def check(kubeconfig: Path, context: str | None = None) -> tuple[Outcome, dict[str, Any]]:
    """Check once; give the exit status and the JSON."""
    config = Config(kubernetes=KubernetesConfig(kubeconfig=kubeconfig, context=context))
    stdout = StringIO()
    outcome = await check_once(hasty_session(config), utc_now, stdout, as_json=True, longest_wait=5)
    report: dict[str, Any] = json.loads(stdout.getvalue())
    assert list(report) == ["taken_at", "sources", "findings"]
    for source in report["sources"]:
        assert list(source) == ["source", "state", "taken_at", "trouble"]
    for finding in report["findings"]:
        assert list(finding) == ["key", "severity", "title", "scenario", "evidence"]
    return outcome, report


def states(report: dict[str, Any]) -> dict[str, str]:
    """Give the states of the sources that every cluster has."""
    found = {source["source"].rpartition("/")[2]: source["state"] for source in report["sources"]}
    return {name: found[name] for name in ("kubernetes", "pods", "metrics")}


def trouble(report: dict[str, Any], source: str) -> dict[str, str]:
    found: dict[str, str] = next(one["trouble"] for one in report["sources"] if one["source"] == source)
    return found


async def test_all_well_is_0(world: World) -> None:
    outcome, report = await check(world.kubeconfig)
    assert outcome == 0
    assert states(report) == {"kubernetes": "live", "pods": "live", "metrics": "live"}
    assert report["findings"] == []


async def test_a_pod_that_fails_is_1(world: World) -> None:
    fail(world, "web")
    outcome, report = await check(world.kubeconfig)
    assert outcome == 1
    assert [finding["severity"] for finding in report["findings"]] == ["wrong"]


@pytest.mark.parametrize(
    ("breaks", "state", "kind"),
    [
        (lambda world: world.faults.answer(PODS_PATH, 401), "denied", "expired"),
        (lambda world: world.faults.answer(PODS_PATH, 403), "denied", "denied"),
        (lambda world: world.faults.answer(PODS_PATH, 429, retry_after=1), "failing", "throttled"),
        (lambda world: world.faults.answer(PODS_PATH, 500), "failing", "refused"),
        (lambda world: world.faults.answer(PODS_PATH, 200, body=b"{"), "failing", "malformed"),
        (lambda world: world.faults.hang(PODS_PATH), "failing", "timeout"),
    ],
    ids=["401", "403", "429", "500", "garbage", "hangs"],
)
async def test_pods_that_cannot_be_read_are_2(world: World, breaks: Break, state: str, kind: str) -> None:
    breaks(world)
    outcome, report = await check(world.kubeconfig)
    assert outcome == 2
    assert states(report) == {"kubernetes": "live", "pods": state, "metrics": "live"}
    assert not any(source["state"] == "loading" for source in report["sources"])
    told = trouble(report, "kubernetes/pods")
    assert list(told) == ["kind", "message", "since", "remedy"]
    assert told["kind"] == kind
    assert told["remedy"]


async def test_metrics_that_are_forbidden_are_2_and_the_findings_are_there(world: World) -> None:
    world.faults.answer(METRICS_PATH, 403)
    fail(world, "web")
    outcome, report = await check(world.kubeconfig)
    assert outcome == 2
    assert states(report) == {"kubernetes": "live", "pods": "live", "metrics": "denied"}
    assert len(report["findings"]) == 1


async def test_a_cluster_without_metrics_is_all_well(world: World) -> None:
    world.faults.answer(METRICS_PATH, 404)
    outcome, report = await check(world.kubeconfig)
    assert (outcome, states(report)["metrics"]) == (0, "off")


async def test_a_server_that_is_down_is_2(world: World) -> None:
    await world.faults.refuse_connections()
    outcome, report = await check(world.kubeconfig)
    assert outcome == 2
    assert trouble(report, "kubernetes/pods")["remedy"] == f"curl -k --max-time 5 {world.url}/readyz"


async def test_a_kubeconfig_that_is_not_there_is_2_for_every_source(tmp_path: Path) -> None:
    outcome, report = await check(tmp_path / "nowhere")
    assert outcome == 2
    assert set(states(report).values()) == {"failing"}
    assert trouble(report, "kubernetes")["kind"] == "missing"


async def test_an_unknown_context_is_2_and_names_those_that_exist(world: World) -> None:
    outcome, report = await check(world.kubeconfig, context="prod")
    assert outcome == 2
    assert "there is practice, practice-viewer" in trouble(report, "kubernetes")["message"]


@asynccontextmanager
async def watching(world: World) -> AsyncIterator[StringIO]:
    """Watch while the block runs; the exit status is 0 at its end."""
    stdout = StringIO()
    watch = Watch(
        hasty_session(Config(kubernetes=KubernetesConfig(kubeconfig=world.kubeconfig))), utc_now, stdout, as_json=False
    )
    task = asyncio.create_task(watch.run())
    yield stdout
    watch._over.set()
    assert await task == 0


def left_behind(told: str) -> list[str]:
    """Name the sources of which the last that was told is that they are in trouble."""
    told_last = {
        source: state for state, source in re.findall(r"\b(live|stale|failing|off) +(kubernetes[\w/-]*)", told)
    }
    return [source for source, state in told_last.items() if state in ("stale", "failing")]


async def test_watching_tells_that_the_server_went_and_came_back(world: World) -> None:
    async with watching(world) as stdout:
        await world.until(lambda: "live     kubernetes/pods" in stdout.getvalue())
        await world.faults.refuse_connections()
        await world.until(lambda: "stale    kubernetes/pods: cannot connect" in stdout.getvalue())
        told = len(stdout.getvalue())
        await world.faults.accept_connections()
        await world.until(lambda: "live     kubernetes/pods" in stdout.getvalue()[told:])
        await world.until(lambda: not left_behind(stdout.getvalue()))


async def test_watching_tells_what_is_wrong_and_that_it_is_over(world: World) -> None:
    async with watching(world) as stdout:
        await world.until(lambda: "live     kubernetes/pods" in stdout.getvalue())
        name = fail(world, "web")
        await world.until(lambda: " wrong " in stdout.getvalue())
        world.store.remove(world.store.get(PODS, "shop", name))
        await world.until(lambda: " cleared " in stdout.getvalue())
