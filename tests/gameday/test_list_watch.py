"""Lists and watches behave as the recorded server did."""

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import aiohttp

from cockpit.gameday.api.kinds import CONFIG_MAPS, PODS
from cockpit.gameday.world import World

SAMPLES = Path(__file__).parents[1] / "samples" / "kubernetes"
PODS_URL = "/api/v1/namespaces/shop/pods"
MAPS_URL = "/api/v1/namespaces/shop/configmaps"


async def fetch(api: aiohttp.ClientSession, path: str, **query: str) -> dict[str, Any]:
    async with api.get(path, params=query) as answer:
        assert answer.status == 200, await answer.text()
        decoded: dict[str, Any] = await answer.json()
        return decoded


async def watch(api: aiohttp.ClientSession, path: str, **query: str) -> list[dict[str, Any]]:
    """Read a watch to its end."""
    async with api.get(path, params={"watch": "1", "timeoutSeconds": "1", **query}) as answer:
        assert answer.status == 200, await answer.text()
        return [json.loads(line) async for line in answer.content]


def put(world: World, name: str, **labels: str) -> None:
    world.store.create(CONFIG_MAPS, {"metadata": {"name": name, "namespace": "shop", "labels": labels}})


def relabel(world: World, name: str, **labels: str) -> None:
    before = world.store.get(CONFIG_MAPS, "shop", name)
    obj = before.copy()
    obj["metadata"]["labels"] = labels
    world.store.replace(before, obj)


async def test_a_list_has_the_shape_of_a_recorded_one(api: aiohttp.ClientSession) -> None:
    recorded = json.loads((SAMPLES / "pods.json").read_text())
    listed = await fetch(api, PODS_URL)
    assert {key: listed[key] for key in ("kind", "apiVersion")} == {"kind": "PodList", "apiVersion": "v1"}
    assert listed.keys() == recorded.keys()
    pod = next(pod for pod in listed["items"] if pod["metadata"]["name"].startswith("api-"))
    real = next(pod for pod in recorded["items"] if pod["metadata"]["name"].startswith("api-"))
    assert pod.keys() == real.keys()
    assert pod["metadata"].keys() == real["metadata"].keys() - {"managedFields"}
    assert pod["status"].keys() <= real["status"].keys()
    own, theirs = pod["status"]["containerStatuses"][0], real["status"]["containerStatuses"][0]
    assert own.keys() <= theirs.keys()
    assert own["state"].keys() == theirs["state"].keys()
    types = {condition["type"] for condition in pod["status"]["conditions"]}
    assert types == {condition["type"] for condition in real["status"]["conditions"]}


async def test_pages_join_to_the_list_of_the_first_page_s_version(world: World, api: aiohttp.ClientSession) -> None:
    for number in range(7):
        put(world, f"map-{number}")
    first = await fetch(api, MAPS_URL, limit="3")
    assert first["metadata"]["remainingItemCount"] == 5
    world.store.remove(world.store.get(CONFIG_MAPS, "shop", "map-6"))
    put(world, "map-5b")
    names, page = [], first
    while True:
        names += [item["metadata"]["name"] for item in page["items"]]
        assert page["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
        if "continue" not in page["metadata"]:
            break
        query = {"limit": "3", "continue": page["metadata"]["continue"]}
        page = await fetch(api, MAPS_URL, **query)
    assert names == ["api-config", *(f"map-{number}" for number in range(7))]


async def test_a_list_from_the_cache_is_whole_whatever_the_limit(world: World, api: aiohttp.ClientSession) -> None:
    put(world, "another")
    listed = await fetch(api, MAPS_URL, limit="1", resourceVersion="0")
    assert len(listed["items"]) == 2


async def test_an_expired_page_is_gone_and_offers_a_fresh_token(world: World, api: aiohttp.ClientSession) -> None:
    put(world, "another")
    first = await fetch(api, MAPS_URL, limit="1")
    world.faults.expire_history()
    async with api.get(MAPS_URL, params={"limit": "1", "continue": first["metadata"]["continue"]}) as answer:
        status = await answer.json()
    assert (answer.status, status["reason"]) == (410, "Expired")
    rest = await fetch(api, MAPS_URL, **{"continue": status["metadata"]["continue"]})
    assert [item["metadata"]["name"] for item in rest["items"]] == ["api-config"]


async def test_an_exact_version_is_listed_as_it_was(world: World, api: aiohttp.ClientSession) -> None:
    version = str(world.store.version)
    put(world, "later")
    listed = await fetch(api, MAPS_URL, resourceVersion=version, resourceVersionMatch="Exact")
    assert [item["metadata"]["name"] for item in listed["items"]] == ["api-config"]


async def test_selectors_choose(api: aiohttp.ClientSession) -> None:
    async def names(**query: str) -> set[str]:
        listed = await fetch(api, PODS_URL, **query)
        return {item["metadata"]["name"].split("-")[0] for item in listed["items"]}

    assert await names(labelSelector="app in (api,web)") == {"api", "web"}
    assert await names(labelSelector="app!=api,app") == {"db", "log", "web", "worker"}
    assert await names(labelSelector="!app") == {"cleanup", "import"}
    assert await names(fieldSelector="status.phase!=Running") == {"cleanup", "import"}
    assert await names(fieldSelector="metadata.name=db-0,spec.nodeName=node1") == {"db"}


async def test_an_unknown_field_is_refused(api: aiohttp.ClientSession) -> None:
    async with api.get(PODS_URL, params={"fieldSelector": "spec.colour=red"}) as answer:
        assert answer.status == 400
        assert "field label not supported: spec.colour" in (await answer.json())["message"]


async def test_an_unknown_namespace_is_empty_and_an_unknown_group_is_no_json(api: aiohttp.ClientSession) -> None:
    assert (await fetch(api, "/api/v1/namespaces/nowhere/pods"))["items"] == []
    async with api.get("/apis/nobody.example/v1/things") as answer:
        assert (answer.status, answer.content_type) == (404, "text/plain")


async def test_long_answers_are_compressed_for_those_who_ask(world: World) -> None:
    long = {"metadata": {"name": "long", "namespace": "shop"}, "data": {"text": "a" * 200_000}}
    world.store.create(CONFIG_MAPS, long)
    headers = {"Authorization": "Bearer practice-admin-token"}
    async with aiohttp.ClientSession(world.url, headers=headers, auto_decompress=False) as api:
        async with api.get(MAPS_URL, headers={"Accept-Encoding": "gzip"}) as answer:
            raw = await answer.read()
        async with api.get(MAPS_URL, headers={"Accept-Encoding": "identity"}) as plain:
            assert gzip.decompress(raw) == await plain.read()
    assert len(raw) < 2000


async def test_a_watch_without_a_version_replays_and_marks_the_end(api: aiohttp.ClientSession) -> None:
    lines = await watch(api, PODS_URL, labelSelector="app=api", allowWatchBookmarks="true")
    assert [line["type"] for line in lines] == ["ADDED"] * 3 + ["BOOKMARK"]
    recorded = [json.loads(line) for line in (SAMPLES / "watch-worker.jsonl").read_text().splitlines()]
    assert list(lines[0]["object"])[:2] == list(recorded[0]["object"])[:2] == ["kind", "apiVersion"]
    bookmark, real = lines[-1]["object"], recorded[-1]["object"]
    assert {**bookmark, "metadata": {**bookmark["metadata"], "resourceVersion": ""}} == {
        **real,
        "metadata": {**real["metadata"], "resourceVersion": ""},
    }


async def test_a_watch_goes_on_from_a_version_and_ends_cleanly(world: World, api: aiohttp.ClientSession) -> None:
    version = (await fetch(api, MAPS_URL))["metadata"]["resourceVersion"]
    put(world, "new")
    relabel(world, "new", colour="red")
    world.store.remove(world.store.get(CONFIG_MAPS, "shop", "new"))
    lines = await watch(api, MAPS_URL, resourceVersion=version)
    assert [line["type"] for line in lines] == ["ADDED", "MODIFIED", "DELETED"]
    versions = [int(line["object"]["metadata"]["resourceVersion"]) for line in lines]
    assert versions == sorted(set(versions))


async def test_objects_that_leave_the_selection_are_deleted_for_the_watcher(
    world: World, api: aiohttp.ClientSession
) -> None:
    version = str(world.store.version)
    put(world, "leaf", colour="green")
    relabel(world, "leaf", colour="red")
    relabel(world, "leaf", colour="green")
    lines = await watch(api, MAPS_URL, resourceVersion=version, labelSelector="colour=green")
    assert [line["type"] for line in lines] == ["ADDED", "DELETED", "ADDED"]
    left = lines[1]["object"]["metadata"]
    assert left["labels"] == {"colour": "green"}
    assert int(left["resourceVersion"]) > int(lines[0]["object"]["metadata"]["resourceVersion"])


async def test_a_watch_that_is_too_old_gets_the_recorded_error(world: World, api: aiohttp.ClientSession) -> None:
    world.faults.expire_history()
    (line,) = await watch(api, PODS_URL, resourceVersion="1")
    recorded = json.loads((SAMPLES / "watch-expired.jsonl").read_text())
    assert {**line["object"], "message": ""} == {**recorded["object"], "message": ""}
    assert (line["type"], line["object"]["message"][:29]) == ("ERROR", "too old resource version: 1 (")


async def test_a_watch_of_the_future_sends_not_even_headers(world: World, api: aiohttp.ClientSession) -> None:
    version = str(world.store.version + 2)
    asking = asyncio.create_task(api.get(MAPS_URL, params={"watch": "1", "resourceVersion": version}).__aenter__())
    done, _ = await asyncio.wait({asking}, timeout=0.1)
    assert not done
    for name in ("one", "two", "three"):
        put(world, name)
    answer = await asking
    assert json.loads(await answer.content.readline())["object"]["metadata"]["name"] == "three"
    answer.close()


async def test_initial_events_need_their_match(api: aiohttp.ClientSession) -> None:
    async with api.get(PODS_URL, params={"watch": "1", "sendInitialEvents": "true"}) as answer:
        assert answer.status == 422
    query = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    lines = await watch(api, PODS_URL, labelSelector="app=db", **query)
    assert [line["type"] for line in lines] == ["ADDED", "BOOKMARK"]


async def test_a_table_has_rows_instead_of_objects(api: aiohttp.ClientSession) -> None:
    headers = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}
    async with api.get(PODS_URL, headers=headers, params={"labelSelector": "app=db"}) as answer:
        table = await answer.json()
    names = [column["name"] for column in table["columnDefinitions"]]
    assert (table["kind"], names[:5]) == ("Table", ["Name", "Ready", "Status", "Restarts", "Age"])
    assert table["rows"][0]["cells"][:5] == ["db-0", "1/1", "Running", "0", "41d"]
    assert table["rows"][0]["object"]["metadata"]["name"] == "db-0"


async def test_every_stored_version_is_larger_than_the_ones_before(world: World) -> None:
    before = world.store.version
    put(world, "next")
    assert world.store.get(CONFIG_MAPS, "shop", "next").version == before + 1
    assert all(pod.version <= world.store.version for pod in world.store.list(PODS))
