"""The observer compares what stands on the board, second by second, and says nothing of what it sees first."""

from types import SimpleNamespace
from typing import Any

import pytest
from support.objects import node
from support.outside_looks import aws, check, group, health, instance, target
from support.postgres_looks import look as postgres
from support.readings import listed, objects
from support.shop import NOW, pod

from cockpit.board import Board
from cockpit.observer.observer import Observer
from cockpit.reading import Reading
from cockpit.sources.aws.model import TargetState
from cockpit.sources.kubernetes.kind_names import NODES
from cockpit.sources.kubernetes.model import PODS
from cockpit.sources.web.model import Alert, AlertmanagerLook, Outcome, StatusLook


class Bench:
    """An observer, and the board that it looks at."""

    def __init__(self) -> None:
        self.board = Board()
        self.changes = 0
        self.observer = Observer(self.board, lambda: NOW, changed=self._changed)

    def _changed(self) -> None:
        self.changes += 1

    async def see(self, source: str, data: Any) -> list[str]:
        """Let a source say this, look, and give all candidates."""
        self.board.publish(Reading(source, data, NOW))
        await self.observer.look()
        return [candidate.text for candidate in self.observer.candidates.in_order()]


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_what_is_read_first_is_no_news_and_then_each_change_is(bench: Bench) -> None:
    assert await bench.see(PODS, listed(pod("api-1", restarts=4))) == []
    assert await bench.see(PODS, listed(pod("api-1", restarts=5))) == ["api-1: restarted"]
    assert bench.changes == 1


async def test_looking_again_at_the_same_tells_nothing_anew(bench: Bench) -> None:
    await bench.see(PODS, listed(pod("api-1")))
    await bench.see(PODS, listed(pod("api-1", restarts=1)))
    await bench.observer.look()
    assert [candidate.count for candidate in bench.observer.candidates.in_order()] == [1]
    assert bench.changes == 1


async def test_while_a_source_cannot_be_read_nothing_has_happened_and_then_all_that_did_has(bench: Bench) -> None:
    await bench.see(PODS, listed(pod("api-1")))
    assert await bench.see(PODS, None) == []
    assert await bench.see(PODS, listed(pod("api-1", restarts=1))) == ["api-1: restarted"]


async def test_another_cluster_is_not_a_change_of_this_one(bench: Bench) -> None:
    for context, name in (("prod", "node-1"), ("staging", "node-1")):
        cluster = SimpleNamespace(context=context, server=f"https://{context}")
        bench.board.publish(Reading("kubernetes", cluster, NOW))
        assert await bench.see(NODES, objects(node(name, unschedulable=context == "staging"))) == []


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("aws/shop", aws(groups=(group(target()),)), aws(groups=(group(target(TargetState.UNHEALTHY)),))),
        ("aws/shop", aws(instances=(instance(),)), aws(instances=(instance(status="failed"),))),
        ("postgres/shop-db", postgres(), postgres(promoted_at=NOW)),
        ("web/health/shop", health(), health(check(Outcome.TIMEOUT))),
        ("web/alertmanager/am", AlertmanagerLook("u"), AlertmanagerLook("u", (Alert("f", "High", {}),))),
        ("web/status/s", StatusLook("u", "S", "none", ""), StatusLook("u", "S", "major", "")),
        (NODES, objects(node()), objects(node(unschedulable=True))),
    ],
)
async def test_every_source_is_looked_at(bench: Bench, source: str, before: Any, after: Any) -> None:
    assert await bench.see(source, before) == []
    assert len(await bench.see(source, after)) == 1


async def test_a_source_that_is_read_no_longer_is_forgotten(bench: Bench) -> None:
    await bench.see(PODS, listed(pod("api-1")))
    bench.board.forget(PODS)
    await bench.observer.look()
    assert await bench.see(PODS, listed(pod("api-1", restarts=5))) == []


async def test_a_name_with_a_slash_is_a_name(bench: Bench) -> None:
    source = "postgres/shop/db"
    assert await bench.see(source, postgres()) == []
    assert len(await bench.see(source, postgres(promoted_at=NOW))) == 1


async def test_what_others_write_is_cut(bench: Bench) -> None:
    await bench.see("web/alertmanager/am", AlertmanagerLook("u"))
    novel = Alert("f", "High", {}, {"summary": "x" * 100_000})
    (text,) = await bench.see("web/alertmanager/am", AlertmanagerLook("u", (novel,)))
    assert len(text) < 1000
