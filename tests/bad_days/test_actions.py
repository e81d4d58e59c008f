"""Changes on a bad day: what vanished meanwhile, an answer that is lost, a refusal halfway."""

from functools import partial
from pathlib import Path

import pytest
from support.flight import Flight, fly
from support.practice import pods_of

from cockpit.actions import runner
from cockpit.actions.pace import Pace
from cockpit.gameday.api.kinds import DEPLOYMENTS, REPLICA_SETS
from cockpit.gameday.scenarios import steady
from cockpit.reading import TroubleKind
from cockpit.sources.kubernetes.api_errors import Unanswered
from cockpit.sources.kubernetes.connection import Cluster

REVISION = "deployment.kubernetes.io/revision"


async def go_to(flight: Flight, name: str) -> None:
    """Show the pods of a name alone."""
    await flight.shows("Nothing wrong", f"{name}-")
    await flight.press("/", *name, "enter")
    await flight.until(lambda: {pod.split("-")[0] for pod in flight.names()} == {name})


async def test_a_revision_that_vanished_while_it_was_chosen_is_refused(tmp_path: Path) -> None:
    async with fly(steady(), tmp_path) as flight:
        await go_to(flight, "web")
        await flight.press("a")
        await flight.shows("Do to pod/web-")
        await flight.press(*"rollback deployment/web", "enter")
        await flight.shows("Roll deployment/web back to revision")
        store = flight.world.store
        (old,) = (
            each
            for each in store.list(REPLICA_SETS, "shop")
            if each.name.startswith("web-") and each.obj["metadata"]["annotations"][REVISION] == "1"
        )
        store.remove(old)
        await flight.press("1", "enter")
        await flight.shows("cannot be done", "revision 1 is no longer there (there are: 2)")
        await flight.press("enter", "escape")
        await flight.until(lambda: flight.app.screen is flight.app.cockpit)
        assert flight.entries == []


def lose_answers(monkeypatch: pytest.MonkeyPatch, *, deaf: bool) -> None:
    """Have changes arrive at the server, and their answers get lost; `deaf`: from then on nothing can be read."""
    lost = list[str]()
    send, get = Cluster.send, Cluster.get

    def lossy(self: Cluster, method: str, path: str, *rest: object) -> bytes:
        answer = send(self, method, path, *rest)  # type: ignore[arg-type]
        if "selfsubjectaccessreviews" in path or "dryRun" in str(rest):
            return answer
        lost.append(path)
        raise Unanswered(TroubleKind.TIMEOUT, "no answer within 15 s")

    def deafened(self: Cluster, path: str, *rest: object, **more: object) -> bytes:
        if lost and deaf:
            raise Unanswered(TroubleKind.TIMEOUT, "no answer within 15 s")
        return get(self, path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Cluster, "send", lossy)
    monkeypatch.setattr(Cluster, "get", deafened)
    monkeypatch.setattr(runner, "Pace", partial(Pace, find_out=0.3, look_again=0.02))


async def scale_web(flight: Flight) -> None:
    await go_to(flight, "web")
    await flight.choose_here("scale deployment/web", answer="4")
    await flight.confirm()
    assert flight.world.store.get(DEPLOYMENTS, "shop", "web").obj["spec"]["replicas"] == 4


async def test_a_change_whose_answer_is_lost_is_found_to_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_answers(monkeypatch, deaf=False)
    async with fly(steady(), tmp_path) as flight:
        await scale_web(flight)
        await flight.tells("scale deployment/web to 4: done in", "confirmed by reading it again")
    assert flight.recorded("scale deployment/web to 4", "scale deployment/web --replicas=4")


async def test_a_change_that_nobody_can_look_at_is_unknown_and_says_how_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_answers(monkeypatch, deaf=True)
    async with fly(steady(), tmp_path) as flight:
        await scale_web(flight)
        await flight.tells(
            "unknown: it may have been done: no answer", "check with: kubectl get deployment/web -n shop"
        )
        await flight.shows("unknown: it may have been done")
    (line,) = (line for line in flight.report().splitlines() if "| receipt |" in line)
    assert "unknown: it may have been done" in line
    assert "kubectl get deployment/web -n shop" in line


async def test_a_refusal_halfway_is_told_pod_by_pod(tmp_path: Path) -> None:
    async with fly(steady(), tmp_path) as flight:
        await go_to(flight, "api")
        first, second, third = flight.names()
        await flight.press(" ", " ", " ")
        plan = await flight.choose_here("delete 3 pods")
        assert "destroys" in plan
        flight.world.faults.answer(f"/api/v1/namespaces/shop/pods/{second}", 403)
        await flight.confirm()
        there = {pod.name for pod in pods_of(flight.world, "api") if "deletionTimestamp" not in pod.obj["metadata"]}
        assert first not in there
        assert {second, third} <= there
        await flight.tells("delete 3 pods of shop: partly: 1 of 3 done; ", f"pod/{second} refused: ")
        assert not any(f"pod/{third}" in told for told in flight.told)
    assert any("| receipt |" in line and f"pod/{second} refused" in line for line in flight.report().splitlines())
