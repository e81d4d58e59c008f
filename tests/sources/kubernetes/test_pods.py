"""PodsSource: one list in pages, one watch, and what it does when either breaks."""

import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.api_server import ScriptedServer, Time

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.list_watch import WatchPace
from cockpit.sources.kubernetes.model import Health, Pods
from cockpit.sources.kubernetes.pods import PodsSource

PATH = "/api/v1/namespaces/shop/pods"
FAST = WatchPace(gather=0.01, judge_every=0.02, read_timeout=0.3, answer_timeout=0.3)

Json = Callable[..., dict[str, Any]]


@pytest.fixture
def source(cluster: Cluster, time: Time) -> PodsSource:
    return PodsSource(cluster, "shop", time, FAST)


async def until(snapshots: AsyncIterator[Pods], wanted: Callable[[Pods], bool]) -> Pods:
    """Read snapshots until one is as wanted."""
    async for pods in snapshots:
        if wanted(pods):
            return pods
    raise AssertionError("the stream ended first")


def statuses(pods: Pods) -> dict[str, str]:
    return {key: pod.status for key, pod in pods.pods.items()}


async def test_rows_appear_after_the_first_page(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a"), more="page-2"))
    server.json(PATH, page_json(pod_json("b")))
    server.live(PATH)
    async with aclosing(source.stream()) as snapshots:
        first = await anext(snapshots)
        assert set(first.pods) == {"shop/a"}
        assert first.resource_version == "", "the list is not complete"
        await until(snapshots, lambda pods: set(pods.pods) == {"shop/a", "shop/b"} and pods.resource_version == "100")
    assert [asked.query.get("continue") for asked in server.asked[:2]] == [None, "page-2"]
    assert server.asked[0].query == {"limit": "500"}


async def test_the_watch_begins_where_the_list_ended(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a"), version=77))
    live = server.live(PATH)
    async with aclosing(source.stream()) as snapshots:
        await anext(snapshots)
        await anext(snapshots)
        live.send_event("ADDED", pod_json("b", 78))
        live.send_event("DELETED", pod_json("a", 79))
        pods = await until(snapshots, lambda pods: "shop/a" not in pods.pods)
    assert set(pods.pods) == {"shop/b"}
    assert pods.resource_version == "79"
    query = server.asked[1].query
    assert query == {"watch": "1", "resourceVersion": "77", "allowWatchBookmarks": "true"}


async def test_unchanged_pods_stay_the_same_object(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a"), pod_json("b")))
    live = server.live(PATH)
    async with aclosing(source.stream()) as snapshots:
        before = await anext(snapshots)
        live.send_event("MODIFIED", pod_json("b", 101, status={"reason": "Evicted", "phase": "Failed"}))
        after = await until(snapshots, lambda pods: pods.pods["shop/b"].health is Health.WRONG)
    assert after.pods["shop/a"] is before.pods["shop/a"]
    assert before.pods["shop/b"].health is Health.WELL, "an older snapshot never changes"


async def test_a_bookmark_moves_the_version_but_yields_nothing(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a")))
    live = server.live(PATH)
    live.send_event("BOOKMARK", {"kind": "Pod", "metadata": {"resourceVersion": "555"}, "spec": {"containers": None}})
    live.end()
    server.live(PATH)
    assert [statuses(pods) async for pods in source.stream()] == [{"shop/a": "Running"}] * 3
    async with aclosing(source.stream()) as snapshots:
        assert (await anext(snapshots)).resource_version == "555"
    assert server.asked[-1].query["resourceVersion"] == "555"


async def test_a_resumed_stream_yields_what_it_knows_as_soon_as_the_server_answers(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a")))
    server.live(PATH).end()
    server.live(PATH)
    assert [pods async for pods in source.stream()]
    async with aclosing(source.stream()) as snapshots:
        assert statuses(await anext(snapshots)) == {"shop/a": "Running"}
    assert ["watch" in asked.query for asked in server.asked] == [False, True, True]


async def test_an_expired_version_is_listed_again_and_what_is_shown_stays_meanwhile(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json, samples: Path
) -> None:
    server.json(PATH, page_json(pod_json("a"), pod_json("b")))
    live = server.live(PATH)
    live.end()
    expired = server.live(PATH)
    expired.send((samples / "watch-expired.jsonl").read_bytes())
    expired.end()
    server.json(PATH, page_json(pod_json("a"), more="page-2"))
    server.json(PATH, page_json(pod_json("c"), version=200))
    server.live(PATH)
    before = [pods async for pods in source.stream()][-1]
    assert [pods async for pods in source.stream()], "an expired version is no trouble"
    async with aclosing(source.stream()) as snapshots:
        assert set((await anext(snapshots)).pods) == {"shop/a", "shop/b"}
        pods = await until(snapshots, lambda pods: "shop/c" in pods.pods)
    assert set(pods.pods) == {"shop/a", "shop/c"}
    assert pods.pods["shop/a"] is before.pods["shop/a"]
    assert pods.resource_version == "200"


async def test_a_watch_that_is_refused_as_expired_is_listed_again(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a")))
    server.live(PATH).end()
    server.status(PATH, 410, "too old resource version: 1 (2)")
    server.json(PATH, page_json(pod_json("b")))
    server.live(PATH)
    assert [pods async for pods in source.stream()]
    assert not [pods async for pods in source.stream()]
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, lambda pods: set(pods.pods) == {"shop/b"})


async def test_pages_that_took_too_long_are_listed_again_by_the_next_stream(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a"), more="page-2"))
    server.status(PATH, 410, "continue is too old", metadata={"continue": "fresh"})
    server.json(PATH, page_json(pod_json("b")))
    server.live(PATH)
    with pytest.raises(SourceError, match="too old"):
        [pods async for pods in source.stream()]
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, lambda pods: set(pods.pods) == {"shop/b"})
    assert "continue" not in server.asked[2].query


async def test_a_watch_that_expires_right_after_the_list_is_trouble_rather_than_a_loop_of_lists(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a")))
    server.status(PATH, 410, "too old resource version")
    with pytest.raises(SourceError, match="too old") as caught:
        [pods async for pods in source.stream()]
    assert caught.value.kind is TroubleKind.REFUSED


async def test_restarts_rise_from_when_the_session_first_saw_the_pod_even_over_another_list(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a", restarts=7)))
    live = server.live(PATH)
    live.send_event("MODIFIED", pod_json("a", 101, restarts=8))
    live.end()
    server.status(PATH, 410, "too old")
    server.json(PATH, page_json(pod_json("a", 102, restarts=9)))
    server.live(PATH)
    seen = [pods.pods["shop/a"].restarts_rise async for pods in source.stream()]
    assert (seen[0], seen[-1]) == (0, 1)
    async for _ in source.stream():
        pass
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, lambda pods: pods.pods["shop/a"].restarts_rise == 2)


async def test_a_new_pod_of_the_same_name_begins_without_rise(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("db-0", restarts=7)))
    live = server.live(PATH)
    async with aclosing(source.stream()) as snapshots:
        await anext(snapshots)
        live.send_event("DELETED", pod_json("db-0", 101, restarts=7))
        live.send_event("ADDED", pod_json("db-0", 102, restarts=3, metadata={"uid": "another"}))
        pods = await until(snapshots, lambda pods: pods.resource_version == "102")
    assert pods.pods["shop/db-0"].restarts_rise == 0


async def test_health_changes_by_the_passing_of_time_alone(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json, time: Time
) -> None:
    last = {"terminated": {"exitCode": 1, "finishedAt": "2026-11-21T07:55:00Z"}}
    server.json(PATH, page_json(pod_json("a", restarts=1, container={"lastState": last}), pod_json("b")))
    server.live(PATH)
    async with aclosing(source.stream()) as snapshots:
        first = await anext(snapshots)
        assert first.pods["shop/a"].health is Health.DOUBTFUL
        time.now += timedelta(minutes=6)
        later = await until(snapshots, lambda pods: pods.pods["shop/a"].health is Health.WELL)
    assert later.pods["shop/b"] is first.pods["shop/b"]


async def test_silence_ends_the_stream_without_trouble_and_the_next_one_resumes(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a")))
    server.live(PATH)
    assert [pods.resource_version async for pods in source.stream()] == ["", "100", "100"]


async def test_a_server_that_never_answers_the_watch_is_listed_again(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    """A cluster that was restored from a backup waits silently for versions that it has not reached yet."""
    server.json(PATH, page_json(pod_json("a"), version=900))
    server.hang(PATH)
    server.json(PATH, page_json(pod_json("b"), version=5))
    server.live(PATH)
    with pytest.raises(SourceError) as caught:
        [pods async for pods in source.stream()]
    assert caught.value.kind is TroubleKind.TIMEOUT
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, lambda pods: set(pods.pods) == {"shop/b"})


async def test_a_broken_connection_is_trouble_and_the_next_stream_resumes(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a"), version=7))
    live = server.live(PATH)
    live.send_event("ADDED", pod_json("b", 8))
    server.live(PATH)
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, lambda pods: "shop/b" in pods.pods)
        live.break_off()
        with pytest.raises(SourceError) as caught:
            await anext(snapshots)
    assert caught.value.kind is TroubleKind.UNREACHABLE
    async with aclosing(source.stream()) as snapshots:
        assert set((await anext(snapshots)).pods) == {"shop/a", "shop/b"}
    assert server.asked[-1].query["resourceVersion"] == "8"


@pytest.mark.parametrize("body", ["<html>log in</html>", '{"items": 7}', "", "[]"])
async def test_an_answer_that_is_no_list_is_malformed(server: ScriptedServer, source: PodsSource, body: str) -> None:
    server.text(PATH, body)
    with pytest.raises(SourceError) as caught:
        await anext(source.stream())
    assert caught.value.kind is TroubleKind.MALFORMED


async def test_an_event_that_is_no_json_is_malformed(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a")))
    server.live(PATH).send(b"\x00\xff garbage\n")
    with pytest.raises(SourceError) as caught:
        [pods async for pods in source.stream()]
    assert caught.value.kind is TroubleKind.MALFORMED


async def test_recorded_events_of_a_crash_loop(
    server: ScriptedServer, source: PodsSource, page_json: Json, samples: Path
) -> None:
    server.json(PATH, page_json())
    server.live(PATH).send((samples / "watch-worker.jsonl").read_bytes())
    async with aclosing(source.stream()) as snapshots:
        pods = await until(snapshots, lambda pods: pods.resource_version == "24715")
    assert set(statuses(pods).values()) == {"CrashLoopBackOff"}
    assert {pod.workload.name for pod in pods.pods.values()} == {"worker"}


async def test_a_list_of_all_namespaces_names_none(server: ScriptedServer, cluster: Cluster, samples: Path) -> None:
    server.json("/api/v1/pods", json.loads((samples / "pods.json").read_text()))
    async with aclosing(PodsSource(cluster).stream()) as snapshots:
        pods = await anext(snapshots)
    assert pods.scope == ""
    assert len(pods.pods) == 12


async def test_cancelling_ends_the_read_at_once(
    server: ScriptedServer, cluster: Cluster, time: Time, pod_json: Json, page_json: Json
) -> None:
    server.json(PATH, page_json(pod_json("a")))
    server.live(PATH)
    slow = WatchPace(read_timeout=60.0)
    source = PodsSource(cluster, "shop", time, slow)
    async with aclosing(source.stream()) as snapshots:
        for _ in range(3):  # the page, the whole list, the answer of the watch
            await anext(snapshots)
    for thread in threading.enumerate():
        if thread.name == "cockpit-reader":
            thread.join(1.0)
            assert not thread.is_alive()


async def test_a_list_that_was_given_up_and_still_goes_on_does_no_harm(
    server: ScriptedServer, source: PodsSource, pod_json: Json, page_json: Json
) -> None:
    class Growing(dict[str, int]):
        """What the thread of an earlier list adds to while it is looked at."""

        def items(self) -> Any:
            for pair in super().items():
                self[f"uid-{len(self)}"] = 0
                yield pair

    source._first_restarts = Growing({"uid-old": 3, "uid-older": 4})
    server.json(PATH, page_json(pod_json("a", restarts=7)))
    server.live(PATH)
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, lambda pods: pods.resource_version == "100")
    assert source._first_restarts == {"uid-a": 7}
