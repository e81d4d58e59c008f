"""The client against the practice world: an API server that was written by someone else, with moving pods."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest
from support import practice

from cockpit.gameday.world import World
from cockpit.logs.block import LineKind, LogBlock, LogTarget
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.logs import LogPace, follow
from cockpit.sources.kubernetes.metrics import MetricsSource
from cockpit.sources.kubernetes.model import Health, Pod, Pods
from cockpit.sources.kubernetes.namespaces import list_namespaces
from cockpit.sources.kubernetes.pods import PodsSource
from cockpit.threads import call_in_thread

PATIENCE = 8.0


world, bad_world = practice.world, practice.bad_world


async def wait_for(snapshots: AsyncIterator[Pods], wanted: Callable[[Pods], bool]) -> Pods:
    async with asyncio.timeout(PATIENCE):
        async for pods in snapshots:
            if wanted(pods):
                return pods
    raise AssertionError("the stream ended first")


def crashing(pods: Pods) -> list[Pod]:
    return [pod for pod in pods.pods.values() if pod.health is Health.WRONG and pod.restarts_rise >= 2]


async def test_a_quiet_shop_is_well(world: World) -> None:
    cluster = Cluster(world.kubeconfig)
    info = await call_in_thread(cluster.describe)
    async with aclosing(PodsSource(cluster, info.namespace).stream()) as snapshots:
        pods = await wait_for(snapshots, lambda pods: bool(pods.pods))
    assert {pod.health for pod in pods.pods.values()} <= {Health.WELL, Health.DONE}
    assert info.namespace in await call_in_thread(list_namespaces, cluster)
    (usage,) = [usage async for usage in MetricsSource(cluster, info.namespace).stream()]
    assert set(usage.usage) <= set(pods.pods)


async def test_a_bad_deploy_is_watched_into_its_crash_loop(bad_world: World) -> None:
    async with aclosing(PodsSource(Cluster(bad_world.kubeconfig), "shop").stream()) as snapshots:
        pods = await wait_for(snapshots, lambda pods: bool(crashing(pods)))
    pod = crashing(pods)[0]
    assert (pod.workload.kind, pod.workload.name) == ("Deployment", "api")
    assert pod.containers[0].last_exit_code == 1


async def test_a_log_is_followed_over_restarts(bad_world: World) -> None:
    cluster = Cluster(bad_world.kubeconfig)
    async with aclosing(PodsSource(cluster, "shop").stream()) as snapshots:
        pod = crashing(await wait_for(snapshots, lambda pods: bool(crashing(pods))))[0]
    target = LogTarget("shop", pod.name, pod.containers[0].name)
    blocks: list[LogBlock] = []
    async with (
        asyncio.timeout(PATIENCE),
        aclosing(follow(cluster, target, pace=LogPace(backoff_first=0.02, backoff_most=0.05))) as reading,
    ):
        async for block in reading:
            blocks.append(block)
            if sum(block.kind is LineKind.RESTART for block in blocks) == 2:
                break
    assert not [block for block in blocks if block.kind in (LineKind.GAP, LineKind.TROUBLE, LineKind.END)]
    lines = [
        entry
        for block in blocks
        if block.kind is LineKind.TEXT and block.times
        for entry in zip(block.times, block.text.split(b"\n"), strict=True)
    ]
    assert lines == sorted(lines, key=lambda entry: entry[0])
    assert len(lines) == len(set(lines)), "no line comes twice"


async def test_the_viewer_is_told_what_it_may_not_do(world: World) -> None:
    cluster = Cluster(world.kubeconfig, "practice-viewer")
    with pytest.raises(SourceError) as caught:
        await call_in_thread(cluster.get, "/api/v1/namespaces/shop/secrets")
    assert caught.value.kind is TroubleKind.DENIED
    assert caught.value.remedy == f"kubectl auth can-i list secrets -n shop{cluster.kubectl.options}"
