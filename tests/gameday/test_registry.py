"""Tags stand for digests, and may be pushed again."""

import pytest
from support.practice import DEPLOYMENTS_URL, container_of, pods_of, practise

from cockpit.gameday.registry import PullError, repository_of
from cockpit.gameday.scenarios import steady
from cockpit.gameday.workloads import Behaviour
from cockpit.gameday.world import World

TAG = "registry.shop.local/web:stable"


@pytest.mark.parametrize(
    ("reference", "repository"),
    [
        ("registry.shop.local/api:1.4.0", "registry.shop.local/api"),
        ("localhost:5000/team/api@sha256:00", "localhost:5000/team/api"),
        ("busybox", "busybox"),
    ],
)
def test_the_repository_of_a_reference(reference: str, repository: str) -> None:
    assert repository_of(reference) == repository


def test_a_second_tag_has_the_same_digest_and_a_second_push_another(world: World) -> None:
    registry = world.cluster.registry
    registry.tag(TAG, "registry.shop.local/web:2.8.0")
    first = registry.pull(TAG)
    assert first == registry.pull("registry.shop.local/web:2.8.0") == registry.pull(first.id)
    second = registry.push(TAG, Behaviour())
    assert second.digest != first.digest
    assert registry.pull(TAG) == second
    assert registry.find(first.id) == first


def test_what_is_not_there_cannot_be_pulled(world: World) -> None:
    with pytest.raises(PullError, match="web:nope: not found"):
        world.cluster.registry.pull("registry.shop.local/web:nope")


@pytest.mark.parametrize(("policy", "moves"), [("Always", True), ("IfNotPresent", False)])
async def test_a_tag_that_moved_is_taken_when_it_is_pulled_again(policy: str, moves: bool) -> None:
    def digests() -> set[str]:
        return {container_of(pod)["imageID"] for pod in pods_of(practice.world, "web")}

    async with practise(steady(), speed=50) as practice:
        registry = practice.world.cluster.registry
        first = registry.push(TAG, Behaviour()).id
        await practice.set_container("web", image=TAG, imagePullPolicy=policy)
        await practice.world.until(lambda: digests() == {first})
        await practice.gets_well()
        second = registry.push(TAG, Behaviour()).id
        before = {pod.uid for pod in pods_of(practice.world, "web")}
        annotations = {"kubectl.kubernetes.io/restartedAt": "2026-11-21T14:30:00Z"}
        restart = {"spec": {"template": {"metadata": {"annotations": annotations}}}}
        await practice.patch(f"{DEPLOYMENTS_URL}/web", restart)
        await practice.world.until(lambda: before.isdisjoint({pod.uid for pod in pods_of(practice.world, "web")}))
        await practice.gets_well()
        assert (second in digests()) is moves
