"""Each practice scenario from the first sign to the report: found, understood, mended by keys, and told."""

from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from support.flight import fly
from support.practice import ADMIN, HASTY, is_rolled_out, is_well

from cockpit.gameday.api.kinds import CERTIFICATES, DEPLOYMENTS, NODES
from cockpit.gameday.scenarios import (
    bad_deploy,
    bad_image,
    dead_node,
    expired_certificate,
    failing_probe,
    full_node,
    oom,
    stuck_rollout,
    trouble,
)
from cockpit.gameday.timing import parse_timestamp
from cockpit.gameday.world import World

WELL_FOR = 20.0
"""Seconds of the practice world until the trouble begins: the cockpit has been opened by then."""


async def test_an_image_that_is_not_there_is_rolled_back(tmp_path: Path) -> None:
    async with fly(bad_image(healthy_for=WELL_FOR, timings=HASTY), tmp_path) as flight:
        await flight.finds("web: 1 of 3 pods cannot pull", "there is no tag 2.9.0", "after revision 3")
        plan = await flight.choose("rollback")
        assert "web: image registry.shop.local/web:2.9.0 → registry.shop.local/web:2.8.0" in plan
        await flight.confirm()
        await flight.records("deployment/web rolled out: 2 of 2 updated and available")
        await flight.is_over()
    assert flight.recorded("rollback deployment/web to revision 2", "rollout undo deployment/web --to-revision=2")
    assert flight.reports("web: ", "cannot pull")


async def test_a_crash_loop_gets_the_variable_that_it_lacks(tmp_path: Path) -> None:
    async with fly(bad_deploy(healthy_for=WELL_FOR, timings=HASTY), tmp_path, write=False) as flight:
        await flight.finds("api: ", "crash-loop", "exit 1", "variable DATABASE_URL is not set", "after revision 4")
        assert "cannot be done" in await flight.choose("set env", answer="DATABASE_URL=postgres://shop:hunter2@db/shop")
        await flight.press("escape")
        await flight.press("W")
        await flight.shows("WRITES ALLOWED")
        plan = await flight.choose("set env", answer="DATABASE_URL=postgres://shop:hunter2@db/shop")
        assert "api: env DATABASE_URL" in plan
        await flight.confirm()
        await flight.records("deployment/api rolled out: 3 of 3 updated and available")
        await flight.is_over()
    assert flight.recorded("set env of api in deployment/api", "set env deployment/api -c api")
    assert flight.reports("api: ", "crash-loop")
    assert "hunter2" not in flight.report()


async def test_a_worker_out_of_memory_gets_more(tmp_path: Path) -> None:
    async with fly(oom(healthy_for=WELL_FOR, timings=HASTY), tmp_path) as flight:
        await flight.finds("worker: ", "out of memory (OOMKilled)", "limit 80Mi", "after revision 3")
        plan = await flight.choose("set resources")
        assert "worker: limits.memory 80Mi → 160Mi" in plan
        await flight.confirm()
        await flight.records("deployment/worker rolled out: 2 of 2 updated and available")
        await flight.is_over()
    assert flight.recorded("set resources of worker in deployment/worker", "--limits=memory=160Mi")
    assert flight.reports("worker: ", "out of memory")


async def test_a_failing_probe_is_rolled_back_and_the_service_has_endpoints_again(tmp_path: Path) -> None:
    async with fly(failing_probe(healthy_for=WELL_FOR, timings=HASTY), tmp_path) as flight:
        await flight.finds("api: 3 of 3 pods are not ready", "the readiness probe fails", "after revision 4")
        await flight.finds("service api has no endpoint")
        plan = await flight.choose("rollback")
        assert "PAYMENTS_URL" in plan
        await flight.confirm()
        await flight.records("deployment/api rolled out: 3 of 3 updated and available")
        await flight.is_over()
    assert flight.recorded("rollback deployment/api to revision 3", "rollout undo deployment/api --to-revision=3")
    assert flight.reports("service api has no endpoint")


async def test_pods_that_fit_nowhere_get_the_cordoned_node_back(tmp_path: Path) -> None:
    async with fly(full_node(healthy_for=WELL_FOR, timings=HASTY), tmp_path) as flight:
        await flight.finds("worker: ", "pending", "2 have too little memory, 1 is cordoned", "after revision 3")
        plan = await flight.choose("uncordon")
        assert "uncordon node/node3" in plan
        await flight.confirm()
        await flight.is_over()
        await flight.until(lambda: is_rolled_out(flight.world.store.get(DEPLOYMENTS, "shop", "worker")))
    assert flight.recorded("uncordon node/node3", "uncordon node3")
    assert flight.reports("worker: ", "pending")


async def test_a_rollout_that_does_not_end_is_rolled_back(tmp_path: Path) -> None:
    async with fly(stuck_rollout(healthy_for=WELL_FOR, timings=HASTY), tmp_path) as flight:
        await flight.finds("web: 1 of 3 pods is not ready", "connection refused", "after revision 3")
        await flight.finds("rollout", "revision 2 serves on")
        plan = await flight.choose("rollback")
        assert "web: image registry.shop.local/web:2.9.1 → registry.shop.local/web:2.8.0" in plan
        await flight.confirm()
        await flight.records("deployment/web rolled out: 2 of 2 updated and available")
        await flight.is_over()
    assert flight.recorded("rollback deployment/web to revision 2", "rollout undo deployment/web --to-revision=2")
    assert flight.reports("web: ", "not ready")


async def test_an_expired_certificate_is_renewed(tmp_path: Path) -> None:
    async with fly(expired_certificate(healthy_for=WELL_FOR, timings=HASTY), tmp_path) as flight:
        await flight.finds("certificate shop-tls (shop.local)", "has expired", "CAA record forbids issuance")
        await flight.finds("ingress shop uses it")
        ended = certificate_ends(flight.world)
        plan = await flight.choose("renew")
        assert "condition Issuing False, Failed → True, ManuallyTriggered" in plan
        assert "the last of 21 tries failed, and this one will if the cause is still there" in plan
        await flight.confirm()
        await flight.is_over()
        assert certificate_ends(flight.world) - ended > timedelta(days=80)
    assert flight.recorded("renew certificate/shop-tls", "cmctl renew shop-tls -n shop")
    assert flight.reports("certificate shop-tls", "has expired")


async def test_an_autoscaler_at_its_maximum_may_make_more_pods(tmp_path: Path) -> None:
    async with fly(trouble("hpa-at-max", healthy_for=WELL_FOR, timings=HASTY), tmp_path) as flight:
        await flight.finds("autoscaler api: is at its maximum of 6 pods and wants more", "of 80%")
        plan = await flight.choose("set maximum", answer="20")
        assert "maxReplicas 6 → 20" in plan
        assert "6 pods now, 6 desired, at least 3" in plan
        await flight.confirm()
        await flight.is_over()
        assert flight.world.store.get(DEPLOYMENTS, "shop", "api").obj["spec"]["replicas"] > 6
    assert flight.recorded("set maximum of hpa/api to 20", "patch hpa api --type merge -p")
    assert flight.reports("autoscaler api", "maximum")


async def test_a_dead_node_is_cordoned_and_its_pods_come_up_elsewhere(tmp_path: Path) -> None:
    async with fly(dead_node(healthy_for=WELL_FOR, timings=HASTY), tmp_path) as flight:
        await flight.finds("node2: does not answer", "pods on it only look healthy")
        await flight.choose("cordon")
        await flight.confirm()
        assert flight.world.store.get(NODES, "", "node2").obj["spec"]["unschedulable"]
        await flight.until(lambda: is_rolled_out(flight.world.store.get(DEPLOYMENTS, "shop", "api")))
        await flight.finds("node2: does not answer")
        await elsewhere(flight.world.url, "DELETE", "/api/v1/nodes/node2")
        await flight.is_over()
        assert is_well(flight.world)
    assert flight.recorded("cordon node/node2", "cordon node2")
    assert flight.reports("node2: does not answer")


def certificate_ends(world: World) -> datetime:
    """Tell until when the shop's certificate is valid."""
    return parse_timestamp(world.store.get(CERTIFICATES, "shop", "shop-tls").obj["status"]["notAfter"])


async def elsewhere(url: str, method: str, path: str) -> None:
    """Have somebody else change the cluster, as a cloud or a colleague does."""
    async with aiohttp.ClientSession(url, headers=ADMIN) as api, api.request(method, path) as answer:
        assert answer.status == 200
