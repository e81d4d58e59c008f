"""Lists in pages: each is asked for as early as can be, and all of them are read."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from support.api_server import ScriptedServer

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.paging import pages

PATH = "/api/v1/pods"

Json = Callable[..., dict[str, Any]]


def compact(content: Any) -> str:
    """Encode as API servers do."""
    return json.dumps(content, separators=(",", ":"))


def names(cluster: Cluster) -> list[list[str | None]]:
    return [[pod.metadata.name for pod in page.items or ()] for page in pages(cluster, PATH, wire.POD_PAGE_DECODER)]


def test_the_next_page_is_asked_for_before_anybody_wants_it(
    server: ScriptedServer, cluster: Cluster, pod_json: Json, page_json: Json
) -> None:
    server.text(PATH, compact(page_json(pod_json("a"), more='page "2"')))
    server.text(PATH, compact(page_json(pod_json("b"))))
    reading = pages(cluster, PATH, wire.POD_PAGE_DECODER)
    next(reading)
    for thread in threading.enumerate():
        if thread.name == "cockpit-page":
            thread.join(5)
    assert [asked.query for asked in server.asked] == [{"limit": "500"}, {"limit": "500", "continue": 'page "2"'}]
    assert [page.metadata.continue_token for page in reading] == [None]
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "first",
    [
        '{"metadata":{"continue":"page-2"},"items":[{"metadata":{"name":"a"}}]}',
        '{\n  "metadata": {"continue": "page-2"},\n  "items": [{"metadata": {"name": "a"}}]\n}',
        '{"items":[{"metadata":{"name":"a"}}],"metadata":{"continue":"page-2"}}',
    ],
    ids=["as servers write it", "indented", "metadata last"],
)
def test_all_pages_are_read_however_they_are_written(
    server: ScriptedServer, cluster: Cluster, pod_json: Json, page_json: Json, first: str
) -> None:
    server.text(PATH, first)
    server.text(PATH, compact(page_json(pod_json("b"))))
    assert names(cluster) == [["a"], ["b"]]


def test_labels_that_look_like_a_token_are_none(
    server: ScriptedServer, cluster: Cluster, pod_json: Json, page_json: Json
) -> None:
    server.text(PATH, compact(page_json(pod_json("a", metadata={"labels": {"continue": "page-2", "items": "["}}))))
    assert names(cluster) == [["a"]]
    assert len(server.asked) == 1


def test_a_page_that_cannot_be_read_is_trouble_after_the_pages_before_it(
    server: ScriptedServer, cluster: Cluster, pod_json: Json, page_json: Json
) -> None:
    server.text(PATH, compact(page_json(pod_json("a"), more="page-2")))
    server.status(PATH, 500, "the database is gone")
    reading = pages(cluster, PATH, wire.POD_PAGE_DECODER)
    assert next(reading).items
    with pytest.raises(SourceError, match="the database is gone") as caught:
        next(reading)
    assert caught.value.kind is TroubleKind.REFUSED
