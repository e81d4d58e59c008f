"""Single objects: conflicts, refusals, subresources and graceful deletion."""

from typing import Any

import aiohttp
import pytest

from cockpit.gameday.api.kinds import CONFIG_MAPS, DEPLOYMENTS, DISRUPTION_BUDGETS, PODS, REPLICA_SETS
from cockpit.gameday.world import World

API_URL = "/apis/apps/v1/namespaces/shop/deployments/api"
SCALER_URL = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/api"
MAPS_URL = "/api/v1/namespaces/shop/configmaps"
PODS_URL = "/api/v1/namespaces/shop/pods"


async def send(api: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    kinds = {"PATCH": "application/strategic-merge-patch+json"}
    headers = {"Content-Type": kinds.get(method, "application/json")}
    async with api.request(method, path, json=body, headers=headers) as answer:
        decoded: dict[str, Any] = await answer.json()
        return answer.status, decoded


async def test_an_old_version_is_not_overwritten(api: aiohttp.ClientSession) -> None:
    _, deployment = await send(api, "GET", API_URL)
    deployment["metadata"]["labels"]["a"] = "b"
    code, newer = await send(api, "PUT", API_URL, deployment)
    assert (code, newer["metadata"]["labels"]["a"]) == (200, "b")
    deployment["metadata"]["resourceVersion"] = "1"
    code, status = await send(api, "PUT", API_URL, deployment)
    assert (code, status["reason"]) == (409, "Conflict")
    assert "please apply your changes to the latest version" in status["message"]


async def test_a_change_of_the_spec_raises_the_generation_and_of_labels_does_not(api: aiohttp.ClientSession) -> None:
    _, before = await send(api, "GET", API_URL)
    _, labelled = await send(api, "PATCH", API_URL, {"metadata": {"labels": {"a": "b"}}})
    assert labelled["metadata"]["generation"] == before["metadata"]["generation"]
    _, scaled = await send(api, "PATCH", API_URL, {"spec": {"replicas": 4}})
    assert scaled["metadata"]["generation"] == before["metadata"]["generation"] + 1


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "reason"),
    [
        ("GET", f"{PODS_URL}/nope", None, 404, "NotFound"),
        ("POST", MAPS_URL, {"metadata": {"name": "api-config"}}, 409, "AlreadyExists"),
        ("POST", MAPS_URL, {"metadata": {"name": "Not A Name"}}, 422, "Invalid"),
        ("POST", MAPS_URL, ["no object"], 400, "BadRequest"),
        ("POST", "/api/v1/namespaces/nowhere/configmaps", {"metadata": {"name": "x"}}, 404, "NotFound"),
        ("PATCH", API_URL, {"spec": {"replicas": -1}}, 422, "Invalid"),
        ("PATCH", SCALER_URL, {"spec": {"maxReplicas": 2}}, 422, "Invalid"),
        ("PATCH", API_URL, {"spec": {"selector": {"matchLabels": {"app": "b"}}}}, 422, "Invalid"),
        ("POST", f"{PODS_URL}/db-0", {}, 405, "MethodNotAllowed"),
        ("POST", "/apis/metrics.k8s.io/v1beta1/nodes", {}, 405, "MethodNotAllowed"),
    ],
)
async def test_what_is_wrong_is_named(
    api: aiohttp.ClientSession, method: str, path: str, body: Any, code: int, reason: str
) -> None:
    status, answer = await send(api, method, path, body)
    assert (status, answer["kind"], answer["code"], answer["reason"]) == (code, "Status", code, reason)


async def test_a_dry_run_changes_nothing(world: World, api: aiohttp.ClientSession) -> None:
    version = world.store.version
    code, scaled = await send(api, "PATCH", f"{API_URL}?dryRun=All", {"spec": {"replicas": 9}})
    assert (code, scaled["spec"]["replicas"]) == (200, 9)
    assert (await send(api, "POST", f"{MAPS_URL}?dryRun=All", {"metadata": {"name": "x"}}))[0] == 201
    assert (await send(api, "DELETE", f"{PODS_URL}/db-0?dryRun=All"))[0] == 200
    assert world.store.version == version


async def test_scaling_has_a_resource_of_its_own(world: World, api: aiohttp.ClientSession) -> None:
    _, scale = await send(api, "GET", f"{API_URL}/scale")
    assert (scale["kind"], scale["spec"], scale["status"]["selector"]) == ("Scale", {"replicas": 3}, "app=api")
    scale["spec"]["replicas"] = 5
    assert (await send(api, "PUT", f"{API_URL}/scale", scale))[1]["spec"]["replicas"] == 5
    assert (await send(api, "PUT", f"{API_URL}/scale", scale))[0] == 409
    assert world.store.get(DEPLOYMENTS, "shop", "api").obj["spec"]["replicas"] == 5


async def test_the_status_is_written_apart(api: aiohttp.ClientSession) -> None:
    _, after = await send(api, "PATCH", API_URL, {"status": {"replicas": 77}})
    assert after["status"]["replicas"] == 3
    _, after = await send(api, "PATCH", f"{API_URL}/status", {"status": {"collisionCount": 1}, "spec": {"replicas": 9}})
    assert (after["status"]["collisionCount"], after["spec"]["replicas"]) == (1, 3)


async def test_a_deleted_pod_stops_before_it_goes(world: World, api: aiohttp.ClientSession) -> None:
    code, pod = await send(api, "DELETE", f"{PODS_URL}/db-0")
    assert (code, pod["metadata"]["deletionGracePeriodSeconds"]) == (200, 30)
    assert not is_replaced(world, "db-0", pod["metadata"]["uid"])
    await world.until(lambda: is_replaced(world, "db-0", pod["metadata"]["uid"]))


async def test_a_deletion_can_insist_on_one_object(world: World, api: aiohttp.ClientSession) -> None:
    body = {"preconditions": {"uid": "another"}}
    code, status = await send(api, "DELETE", f"{PODS_URL}/db-0", body)
    assert (code, status["reason"]) == (409, "Conflict")
    assert "Precondition failed: UID in precondition: another" in status["message"]
    assert world.store.find(PODS, "shop", "db-0") is not None


async def test_what_is_owned_goes_with_its_owner_or_stays_as_an_orphan(
    world: World, api: aiohttp.ClientSession
) -> None:
    def left(name: str) -> list[str]:
        return [
            each.name for kind in (REPLICA_SETS, PODS) for each in world.store.list(kind, "shop") if name in each.name
        ]

    assert (await send(api, "DELETE", API_URL))[0] == 200
    await world.until(lambda: not left("api-"))
    await send(api, "DELETE", "/apis/apps/v1/namespaces/shop/deployments/web?propagationPolicy=Orphan")
    assert len(left("web-")) == 4


async def test_an_eviction_respects_the_budget(world: World, api: aiohttp.ClientSession) -> None:
    def allowed() -> int:
        status = world.store.get(DISRUPTION_BUDGETS, "shop", "db").obj.get("status") or {}
        return int(status.get("disruptionsAllowed", -1))

    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "db"}}}
    budget = world.store.create(DISRUPTION_BUDGETS, {"metadata": {"name": "db", "namespace": "shop"}, "spec": spec})
    await world.until(lambda: allowed() == 0)
    before = world.store.get(PODS, "shop", "db-0").uid
    async with api.post(f"{PODS_URL}/db-0/eviction", json={}) as answer:
        assert answer.status == 429
        assert "Retry-After" not in answer.headers
        (cause,) = (await answer.json())["details"]["causes"]
    assert cause == {
        "reason": "DisruptionBudget",
        "message": "The disruption budget db needs 1 healthy pods and has 1 currently",
    }
    budget = world.store.get(DISRUPTION_BUDGETS, "shop", "db")
    world.store.replace(budget, {**budget.obj, "spec": {**spec, "minAvailable": 0}})
    await world.until(lambda: allowed() == 1)
    assert (await send(api, "POST", f"{PODS_URL}/db-0/eviction", {}))[0] == 201
    assert allowed() == 0
    await world.until(lambda: is_replaced(world, "db-0", before))


async def test_a_pod_that_two_budgets_count_cannot_be_evicted_unless_it_does_not_run(
    world: World, api: aiohttp.ClientSession
) -> None:
    for name in ("one", "two"):
        spec = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "db"}}}
        world.store.create(DISRUPTION_BUDGETS, {"metadata": {"name": name, "namespace": "shop"}, "spec": spec})
    code, status = await send(api, "POST", f"{PODS_URL}/db-0/eviction", {})
    assert (code, status["reason"]) == (500, "InternalError")
    assert "more than one PodDisruptionBudget" in status["message"]
    pod = world.store.get(PODS, "shop", "db-0")
    world.store.replace(pod, {**pod.obj, "status": {**pod.obj["status"], "phase": "Failed"}})
    assert (await send(api, "POST", f"{PODS_URL}/db-0/eviction", {}))[0] == 201


def is_replaced(world: World, pod: str, uid: str) -> bool:
    now = world.store.find(PODS, "shop", pod)
    return now is None or now.uid != uid


async def test_many_can_be_deleted_at_once(world: World, api: aiohttp.ClientSession) -> None:
    for name, colour in (("a", "red"), ("b", "red"), ("c", "green")):
        metadata = {"name": name, "namespace": "shop", "labels": {"colour": colour}}
        world.store.create(CONFIG_MAPS, {"metadata": metadata})
    await send(api, "DELETE", f"{MAPS_URL}?labelSelector=colour%3Dred")
    assert [each.name for each in world.store.list(CONFIG_MAPS, "shop")] == ["api-config", "c"]
