"""The three kinds of patches."""

from typing import Any

import pytest

from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.patch import apply_patch

JSON = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
POD: dict[str, Any] = {
    "metadata": {"name": "p", "labels": {"a": "1", "b": "2"}, "finalizers": ["x"]},
    "spec": {
        "containers": [
            {"name": "one", "image": "one:1", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
            {"name": "two", "image": "two:1"},
        ],
        "tolerations": [{"key": "t"}],
    },
}


def containers(patch: list[dict[str, Any]], **others: Any) -> list[dict[str, Any]]:
    patched = apply_patch(STRATEGIC, POD, {"spec": {"containers": patch, **others}})
    found: list[dict[str, Any]] = patched["spec"]["containers"]
    return found


def test_containers_and_their_variables_are_merged_by_name() -> None:
    merged = containers([{"name": "one", "env": [{"name": "B", "value": "9"}, {"name": "C", "value": "3"}]}])
    assert [each["image"] for each in merged] == ["one:1", "two:1"]
    assert merged[0]["env"] == [
        {"name": "A", "value": "1"},
        {"name": "B", "value": "9"},
        {"name": "C", "value": "3"},
    ]


def test_elements_can_be_deleted_replaced_and_put_in_order() -> None:
    assert [each["name"] for each in containers([{"name": "one", "$patch": "delete"}])] == ["two"]
    assert containers([{"$patch": "replace"}, {"name": "x", "image": "x"}]) == [{"name": "x", "image": "x"}]
    order = {"$setElementOrder/containers": [{"name": "two"}, {"name": "one"}]}
    assert [each["name"] for each in containers([], **order)] == ["two", "one"]


def test_a_list_without_a_key_is_replaced() -> None:
    patched = apply_patch(STRATEGIC, POD, {"spec": {"tolerations": [{"key": "u"}]}})
    assert patched["spec"]["tolerations"] == [{"key": "u"}]


def test_a_strategy_keeps_only_its_retained_keys() -> None:
    before = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert apply_patch(STRATEGIC, before, patch) == {"spec": {"strategy": {"type": "Recreate"}}}


def test_finalizers_are_a_set() -> None:
    patched = apply_patch(STRATEGIC, POD, {"metadata": {"finalizers": ["y", "x"]}})
    assert patched["metadata"]["finalizers"] == ["x", "y"]
    patch = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x"]}}
    assert apply_patch(STRATEGIC, POD, patch)["metadata"]["finalizers"] == []


@pytest.mark.parametrize("kind", [MERGE, STRATEGIC])
def test_null_deletes(kind: str) -> None:
    assert apply_patch(kind, POD, {"metadata": {"labels": {"a": None}}})["metadata"]["labels"] == {"b": "2"}


def test_a_merge_patch_replaces_lists() -> None:
    assert apply_patch(MERGE, POD, {"spec": {"containers": []}})["spec"]["containers"] == []


def test_a_json_patch_works_through_its_operations() -> None:
    operations = [
        {"op": "test", "path": "/spec/containers/0/image", "value": "one:1"},
        {"op": "replace", "path": "/spec/containers/0/image", "value": "one:2"},
        {"op": "remove", "path": "/spec/containers/1"},
        {"op": "add", "path": "/metadata/labels/example.com~1x", "value": "y"},
        {"op": "add", "path": "/spec/containers/-", "value": {"name": "three"}},
        {"op": "move", "from": "/metadata/labels/a", "path": "/metadata/labels/c"},
        {"op": "copy", "from": "/metadata/labels/c", "path": "/metadata/labels/d"},
    ]
    patched = apply_patch(JSON, POD, operations)
    assert [each.get("image") for each in patched["spec"]["containers"]] == ["one:2", None]
    assert patched["metadata"]["labels"] == {"b": "2", "c": "1", "d": "1", "example.com/x": "y"}


@pytest.mark.parametrize(
    ("kind", "patch", "code"),
    [
        (JSON, [{"op": "test", "path": "/metadata/name", "value": "other"}], 422),
        (JSON, [{"op": "remove", "path": "/nowhere/at/all"}], 422),
        (JSON, {"op": "remove"}, 400),
        (MERGE, [1], 400),
        ("application/apply-patch+yaml", {}, 415),
    ],
)
def test_a_patch_that_cannot_be_applied_is_refused(kind: str, patch: Any, code: int) -> None:
    with pytest.raises(ApiError) as refusal:
        apply_patch(kind, POD, patch)
    assert refusal.value.code == code


def test_the_patched_object_stays_as_it_was() -> None:
    before = str(POD)
    apply_patch(STRATEGIC, POD, {"spec": {"containers": [{"name": "one", "image": "z"}]}})
    apply_patch(JSON, POD, [{"op": "remove", "path": "/spec/containers/0"}])
    assert str(POD) == before
