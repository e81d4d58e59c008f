"""ObjectsSource: any kind but pods, by the same list and watch."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from support.api_server import ScriptedServer

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.list_watch import WatchPace
from cockpit.sources.kubernetes.objects import Meta, Objects
from cockpit.sources.kubernetes.objects_source import ObjectsSource, WatchedKind

CREATED = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
FAST = WatchPace(gather=0.01, read_timeout=0.3, answer_timeout=0.3)
PATH = "/apis/example.com/v1/namespaces/shop/things"

Json = Callable[..., dict[str, Any]]


class RawThing(msgspec.Struct):
    metadata: wire.Metadata
    size: int = 0


class Thing(msgspec.Struct, frozen=True):
    meta: Meta
    size: int


def convert(raw: RawThing) -> Thing:
    metadata = raw.metadata
    name, version = metadata.name or "", metadata.resource_version or ""
    return Thing(Meta(name, "", version, CREATED, namespace=metadata.namespace or ""), raw.size)


THINGS = WatchedKind(
    name="kubernetes/things",
    path="/apis/example.com/v1",
    plural="things",
    namespaced=True,
    object_decoder=msgspec.json.Decoder(RawThing),
    page_decoder=msgspec.json.Decoder(wire.Page[RawThing]),
    convert=convert,
)


def thing(name: str, version: int = 1, size: int = 0, namespace: str = "shop") -> dict[str, Any]:
    where = {"namespace": namespace} if namespace else {}
    return {"metadata": {"name": name, "resourceVersion": str(version), **where}, "size": size}


@pytest.fixture
def source(cluster: Cluster) -> ObjectsSource[RawThing, Thing]:
    return ObjectsSource(cluster, THINGS, "shop", FAST)


async def until(snapshots: AsyncIterator[Objects[Thing]], *wanted: str) -> Mapping[str, Thing]:
    """Read complete snapshots until one has just these objects."""
    async for snapshot in snapshots:
        if snapshot.resource_version and set(snapshot.objects) == set(wanted):
            return snapshot.objects
    raise AssertionError("the stream ended first")


async def test_objects_appear_after_the_first_page_and_then_change(
    server: ScriptedServer, source: ObjectsSource[RawThing, Thing], page_json: Json
) -> None:
    server.json(PATH, page_json(thing("a"), more="page-2"))
    server.json(PATH, page_json(thing("b")))
    live = server.live(PATH)
    async with aclosing(source.stream()) as snapshots:
        first = await anext(snapshots)
        assert set(first.objects) == {"shop/a"}
        assert first.resource_version == ""
        before = await until(snapshots, "shop/a", "shop/b")
        live.send_event("MODIFIED", thing("a", 101, size=5))
        live.send_event("ADDED", thing("c", 102))
        after = await until(snapshots, "shop/a", "shop/b", "shop/c")
        assert after["shop/a"].size == 5
        assert after["shop/b"] is before["shop/b"]
        live.send_event("DELETED", thing("b", 103))
        await until(snapshots, "shop/a", "shop/c")
    assert before["shop/a"].size == 0, "an older snapshot never changes"
    assert source.name == "kubernetes/things"


async def test_what_is_known_stays_until_a_new_list_is_complete(
    server: ScriptedServer, source: ObjectsSource[RawThing, Thing], page_json: Json
) -> None:
    server.json(PATH, page_json(thing("a"), thing("b")))
    server.live(PATH).end()
    server.status(PATH, 410, "too old resource version")
    server.json(PATH, page_json(thing("a"), more="page-2"))
    server.json(PATH, page_json(thing("c"), version=200))
    server.live(PATH)
    before = [snapshot async for snapshot in source.stream()][-1]
    assert [snapshot async for snapshot in source.stream()] == []
    async with aclosing(source.stream()) as snapshots:
        assert set((await anext(snapshots)).objects) == {"shop/a", "shop/b"}
        after = await until(snapshots, "shop/a", "shop/c")
    assert after["shop/a"] is before.objects["shop/a"]


async def test_silence_yields_nothing(
    server: ScriptedServer, source: ObjectsSource[RawThing, Thing], page_json: Json
) -> None:
    server.json(PATH, page_json(thing("a")))
    server.live(PATH)
    assert len([snapshot async for snapshot in source.stream()]) == 3, "the page, the list, the answer of the watch"


async def test_a_bookmark_needs_no_more_than_its_version(
    server: ScriptedServer, source: ObjectsSource[RawThing, Thing], page_json: Json
) -> None:
    server.json(PATH, page_json(thing("a")))
    live = server.live(PATH)
    live.send_event("BOOKMARK", {"metadata": {"resourceVersion": "555"}, "size": None})
    live.end()
    server.live(PATH)
    assert [snapshot async for snapshot in source.stream()]
    async with aclosing(source.stream()) as snapshots:
        assert (await anext(snapshots)).resource_version == "555"


async def test_a_kind_of_the_whole_cluster_has_no_namespace(
    server: ScriptedServer, cluster: Cluster, page_json: Json
) -> None:
    path = "/apis/example.com/v1/things"
    server.json(path, page_json(thing("node-1", namespace="")))
    server.live(path)
    source = ObjectsSource(cluster, THINGS._replace(namespaced=False), "shop", FAST)
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, "node-1")
        assert (await anext(snapshots)).scope == ""


async def test_a_namespaced_kind_of_all_namespaces(server: ScriptedServer, cluster: Cluster, page_json: Json) -> None:
    path = "/apis/example.com/v1/things"
    server.json(path, page_json(thing("a", namespace="x"), thing("a", namespace="y")))
    server.live(path)
    async with aclosing(ObjectsSource(cluster, THINGS, None, FAST).stream()) as snapshots:
        await until(snapshots, "x/a", "y/a")


async def test_what_is_kept_outlives_its_deletion_and_a_new_list(
    server: ScriptedServer, cluster: Cluster, page_json: Json
) -> None:
    server.json(PATH, page_json(thing("old", 1), thing("new", 2)))
    live = server.live(PATH)
    server.status(PATH, 410, "too old resource version")
    server.json(PATH, page_json(thing("newer", 300), version=300))
    server.live(PATH)
    source = ObjectsSource(cluster, THINGS._replace(keep=10), "shop", FAST)
    live.send_event("DELETED", thing("old", 101))
    live.end()
    last = [snapshot async for snapshot in source.stream()][-1]
    assert last.resource_version == "101"
    assert set(last.objects) == {"shop/old", "shop/new"}
    assert [snapshot async for snapshot in source.stream()] == []
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, "shop/old", "shop/new", "shop/newer")


async def test_no_more_than_the_newest_are_kept(server: ScriptedServer, cluster: Cluster, page_json: Json) -> None:
    server.json(PATH, page_json(*(thing(f"t{number}", number) for number in (200, 9, 1000, 30))))
    live = server.live(PATH)
    source = ObjectsSource(cluster, THINGS._replace(keep=3), "shop", FAST)
    async with aclosing(source.stream()) as snapshots:
        await until(snapshots, "shop/t30", "shop/t200", "shop/t1000")
        live.send_event("MODIFIED", thing("t30", 1001))
        live.send_event("ADDED", thing("t1002", 1002))
        await until(snapshots, "shop/t30", "shop/t1000", "shop/t1002")


async def test_a_kind_that_the_api_does_not_have_is_missing(
    server: ScriptedServer, source: ObjectsSource[RawThing, Thing]
) -> None:
    server.text(PATH, "404 page not found\n", 404)
    with pytest.raises(SourceError, match=r"has no things\.example\.com") as caught:
        await anext(source.stream())
    assert caught.value.kind is TroubleKind.MISSING
    assert (caught.value.remedy or "").startswith("kubectl api-resources --context shop-prod ")


async def test_a_kind_that_may_not_be_read_says_which_right_is_missing(
    server: ScriptedServer, source: ObjectsSource[RawThing, Thing]
) -> None:
    server.status(PATH, 403, "things is forbidden")
    with pytest.raises(SourceError, match=r"may not list things\.example\.com in shop") as caught:
        await anext(source.stream())
    assert caught.value.kind is TroubleKind.DENIED
    assert caught.value.remedy is not None


async def test_an_object_that_cannot_be_understood_is_malformed(
    server: ScriptedServer, source: ObjectsSource[RawThing, Thing], page_json: Json
) -> None:
    server.json(PATH, page_json(thing("a")))
    server.live(PATH).send_event("ADDED", {"metadata": {"name": "b"}, "size": "large"})
    with pytest.raises(SourceError) as caught:
        [snapshot async for snapshot in source.stream()]
    assert caught.value.kind is TroubleKind.MALFORMED
    assert caught.value.remedy is not None
