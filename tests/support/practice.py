"""Practice worlds in the test's own event loop: fixtures to be named in a conftest, and what tests ask of them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from cockpit.gameday.api.kinds import DEPLOYMENTS, EVENTS, PODS
from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.aws.practice_aws import PracticeAws
from cockpit.gameday.cluster import Timings
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.postgres.database import Database
from cockpit.gameday.scenarios import Scenario, bad_deploy, steady
from cockpit.gameday.web.practice_web import PracticeWeb
from cockpit.gameday.world import World

ADMIN = {"Authorization": "Bearer practice-admin-token"}
SHOP = "shop"
EMPTY: Obj = {"state": {}, "lastState": {}, "restartCount": 0, "imageID": "", "containerID": ""}
"""The status of a container that the kubelet has not seen."""
DEPLOYMENTS_URL = "/apis/apps/v1/namespaces/shop/deployments"
HASTY = Timings(backoff=2.0, backoff_limit=4.0, eviction=10.0, job_backoff=1.0)
"""Short back-offs, so that what takes minutes takes seconds of the practice world."""


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The shop on a quiet day; waits are a fiftieth."""
    async with World(steady(), speed=50, seed=1) as world:
        yield world


@pytest.fixture
async def bad_world() -> AsyncIterator[World]:
    """The shop with its bad deploy going out at once; the back-off is short."""
    async with World(bad_deploy(healthy_for=0.0, timings=HASTY), speed=20, seed=1) as world:
        yield world


class Practice:
    """A practice world and somebody who writes to its API."""

    def __init__(self, world: World, api: aiohttp.ClientSession) -> None:
        self.world = world
        self.api = api

    async def patch(self, path: str, body: Any, kind: str = "strategic-merge") -> Obj:
        headers = {"Content-Type": f"application/{kind}-patch+json"}
        async with self.api.patch(path, json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            decoded: Obj = await answer.json()
            return decoded

    async def set_container(self, deployment: str, **fields: Any) -> None:
        """Do as `kubectl set image`, `set env` and `set resources` do."""
        container = {"name": deployment, **fields}
        spec = {"template": {"spec": {"containers": [container]}}}
        await self.patch(f"{DEPLOYMENTS_URL}/{deployment}", {"spec": spec})

    async def send(self, method: str, path: str, body: Any = None) -> int:
        async with self.api.request(method, path, json=body) as answer:
            return answer.status

    async def undo(self, deployment: str, image: str) -> None:
        """Go back to an image, and wait until its pods have taken the place of the others."""
        await self.set_container(deployment, image=image)
        await self.world.until(
            lambda: {container_of(pod).get("image") for pod in pods_of(self.world, deployment)} == {image}
        )
        await self.gets_well()

    async def gets_well(self) -> None:
        await self.world.until(lambda: is_well(self.world))


@asynccontextmanager
async def practise(
    scenario: Scenario,
    speed: float = 20,
    database: Database | None = None,
    *,
    aws: PracticeAws | None = None,
    web: PracticeWeb | None = None,
) -> AsyncIterator[Practice]:
    async with (
        World(scenario, speed=speed, seed=1, database=database, aws=aws, web=web) as world,
        aiohttp.ClientSession(world.url, headers=ADMIN) as api,
    ):
        yield Practice(world, api)


def pods_of(world: World, app: str, namespace: str = SHOP) -> list[Stored]:
    """Give the pods with a label `app`."""
    pods = world.store.list(PODS, namespace)
    return [pod for pod in pods if (pod.obj["metadata"].get("labels") or {}).get("app") == app]


def container_of(pod: Stored) -> Obj:
    """Give the status of a pod's first container; an empty one before the kubelet has seen it."""
    statuses = pod.obj["status"].get("containerStatuses") or [EMPTY]
    status: Obj = statuses[0]
    return status


def waiting(pods: Iterable[Stored]) -> set[str]:
    """Give the reasons for which the first containers of pods wait."""
    return {container_of(pod)["state"].get("waiting", {}).get("reason", "") for pod in pods} - {""}


def told(world: World, reason: str, namespace: str = SHOP) -> list[str]:
    """Give the messages of the events with a reason."""
    return [event.obj["message"] for event in world.store.list(EVENTS, namespace) if event.obj["reason"] == reason]


def is_well(world: World, *namespaces: str) -> bool:
    """Tell whether every deployment is rolled out and every pod is ready or has ended well."""
    pods = [pod for namespace in namespaces or (SHOP,) for pod in world.store.list(PODS, namespace)]
    deployments = [each for namespace in namespaces or (SHOP,) for each in world.store.list(DEPLOYMENTS, namespace)]
    return all(is_ready(pod.obj) or pod.obj["status"]["phase"] == "Succeeded" for pod in pods) and all(
        is_rolled_out(deployment) for deployment in deployments
    )


def is_rolled_out(deployment: Stored) -> bool:
    """Tell whether all pods of a deployment are of its newest revision and available."""
    status, wanted = deployment.obj["status"], deployment.obj["spec"]["replicas"]
    seen = status["observedGeneration"] == deployment.obj["metadata"]["generation"]
    counts = {status.get(field, 0) for field in ("replicas", "updatedReplicas", "availableReplicas")}
    return seen and counts == {wanted}
