"""Who is let in, and what the refusals look like."""

from typing import Any

import aiohttp
import pytest

from cockpit.gameday.world import World

PODS_URL = "/api/v1/namespaces/shop/pods"


async def ask(world: World, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession(world.url) as api, api.request(method, path, headers=headers) as answer:
        status: dict[str, Any] = await answer.json()
        return answer.status, status


def token(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {name}-token"}


async def test_without_a_token_one_is_anonymous(world: World) -> None:
    code, status = await ask(world, PODS_URL)
    assert (code, status["reason"]) == (403, "Forbidden")
    assert status["message"] == (
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "shop"'
    )


async def test_a_wrong_token_is_unauthorized(world: World) -> None:
    code, status = await ask(world, PODS_URL, **token("nobody"))
    assert (code, status["reason"], status["message"]) == (401, "Unauthorized", "Unauthorized")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", PODS_URL, 200),
        ("GET", "/apis/apps/v1/deployments", 200),
        ("GET", "/api/v1/nodes", 403),
        ("GET", "/api/v1/namespaces/shop/secrets", 403),
        ("DELETE", f"{PODS_URL}/db-0", 403),
        ("GET", "/apis", 200),
    ],
)
async def test_the_viewer_sees_much_and_changes_nothing(world: World, method: str, path: str, code: int) -> None:
    assert (await ask(world, path, method, **token("practice-viewer")))[0] == code


async def test_a_refusal_of_the_whole_cluster_says_so(world: World) -> None:
    _, status = await ask(world, "/api/v1/nodes", **token("practice-viewer"))
    assert status["message"].endswith("at the cluster scope")


async def test_only_the_admin_may_act_as_somebody_else(world: World) -> None:
    acting = {"Impersonate-User": "practice-viewer"}
    assert (await ask(world, "/api/v1/nodes", **token("practice-admin"), **acting))[0] == 403
    acting = {"Impersonate-User": "practice-admin"}
    assert (await ask(world, "/api/v1/nodes", **token("practice-viewer"), **acting))[0] == 403


async def test_anybody_may_ask_for_the_version(world: World) -> None:
    code, version = await ask(world, "/version")
    assert (code, version["major"]) == (200, "1")


@pytest.mark.parametrize(("user", "allowed"), [("practice-admin", True), ("practice-viewer", False)])
async def test_people_can_ask_what_they_may_do(world: World, user: str, allowed: bool) -> None:
    attributes = {"verb": "delete", "resource": "pods", "namespace": "shop"}
    review = {"spec": {"resourceAttributes": attributes}}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    async with aiohttp.ClientSession(world.url, headers=token(user)) as api, api.post(path, json=review) as answer:
        assert (await answer.json())["status"]["allowed"] is allowed
