"""More news than anybody can read: thousands of changes and events a second, and sixty pods that restart at once."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from support.cluster import Cockpit
from support.flight import fly
from support.practice import HASTY

from cockpit.gameday.api.kinds import EVENTS, PODS
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.event_recorder import Event, Source
from cockpit.gameday.scenarios import crowd, shop, shop_images
from cockpit.gameday.scenarios.past import Past, Revision, container
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.world import World
from cockpit.sources.kubernetes import kind_names, objects

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]
BURST = 50
"""Pods that change, and events that are told, before anybody else has a turn."""
AT_LEAST = 2000


class Storm:
    """Changes pods and tells events as fast as the server can, until it is calmed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calm = asyncio.Event()
        self._raging = asyncio.create_task(self._rage())
        self.told = 0

    async def calm(self) -> None:
        """Let it end once it has done enough."""
        self._calm.set()
        await self._raging

    async def _rage(self) -> None:
        while self.told < AT_LEAST or not self._calm.is_set():
            for pod in self._world.store.list(PODS, "crowd")[:BURST]:
                self.told += 1
                status = pod.obj["status"]
                restarted = {**status["containerStatuses"][0], "restartCount": self.told}
                self._world.store.replace(pod, {**pod.obj, "status": {**status, "containerStatuses": [restarted]}})
                event = Event("Warning", "BackOff", f"back-off {self.told % 1000}")
                self._world.cluster.events.record(pod, event, Source("kubelet"))
            await asyncio.sleep(0)


async def test_a_storm_of_changes_and_events_leaves_the_screen_answering_and_loses_nothing(cockpit_on: Open) -> None:
    async with World(crowd(pods=100), seed=1) as world, cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: len(cockpit.names()) == 100)
        held = cockpit.app.desks.kinds.held
        await cockpit.until(lambda: held.reading(kind_names.EVENTS) is not None)
        storm = Storm(world)
        await cockpit.begin_note("rain")
        await cockpit.finish_note("rain")
        before = storm.told
        await cockpit.press("2", "right", "0")
        await cockpit.shows("Checklist")
        assert storm.told > before
        await storm.calm()

        restarts = {
            pod.name: pod.obj["status"]["containerStatuses"][0]["restartCount"]
            for pod in world.store.list(PODS, "crowd")
        }
        await cockpit.until(lambda: {pod.name: pod.restarts for pod in held.pods.values()} == restarts)
        counts = {event.name: event.obj["count"] for event in world.store.list(EVENTS, "crowd")}
        await cockpit.until(
            lambda: (
                {event.meta.name: event.count for event in held.objects(kind_names.EVENTS, objects.Event).values()}
                == counts
            )
        )
        assert "pods live" in cockpit.header
        assert "k8s" not in cockpit.header


def sixty(*, healthy_for: float, lasts: float) -> Scenario:
    """Make a scenario in which the sixty pods of one service go on ending as soon as they have started."""

    def build(cluster: Cluster) -> None:
        past = Past(cluster)
        for name in ("default", shop.NAMESPACE):
            past.namespace(name, days=9)
        for number in range(1, 4):
            past.node(f"node{number}", f"10.89.0.{number}", days=9)
        past.deployment(shop.NAMESPACE, "cache", [Revision(9.0, [container("cache", shop_images.STORMY)])], replicas=60)

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        cluster.switches.add(shop_images.STORM)
        await cluster.pace.sleep(lasts)
        cluster.switches.discard(shop_images.STORM)

    return Scenario("sixty", "Sixty", "Sixty pods end.", shop.NAMESPACE, shop_images.IMAGES, build, play, HASTY)


async def test_sixty_pods_that_restart_at_once_are_one_finding(tmp_path: Path) -> None:
    async with fly(sixty(healthy_for=20.0, lasts=30.0), tmp_path) as flight:
        await flight.finds("cache: ", "of 60 pods", "crash-loop", "the shared cache has gone")
        assert "Wrong now 1" in flight.findings
        await flight.begin_note("sixty at once")
        await flight.finish_note("sixty at once")
        await flight.finds("cache: 60 of 60 pods")
        assert "Wrong now 1" in flight.findings
