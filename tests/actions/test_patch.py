"""A strategic merge patch as the actions write it, against the practice world's server, which somebody else wrote."""

from typing import Any

import pytest

from cockpit.actions.changes import describe
from cockpit.actions.patch import apply, holds
from cockpit.gameday.api.patch import strategic_merge

OBJECT: dict[str, Any] = {
    "metadata": {"annotations": {"a": "1", "b": "2"}},
    "spec": {
        "replicas": 3,
        "template": {
            "metadata": {"labels": {"app": "api"}},
            "spec": {
                "containers": [
                    {"name": "api", "image": "a:1", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
                    {"name": "proxy", "image": "p:1"},
                ]
            },
        },
    },
}


def container(**fields: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": [{"name": "api", **fields}]}}}}


@pytest.mark.parametrize(
    "patch",
    [
        {"spec": {"replicas": 5}},
        {"metadata": {"annotations": {"a": None, "c": "3"}}},
        container(image="a:2"),
        container(env=[{"name": "B", "value": "x"}, {"name": "C", "value": "3"}, {"name": "A", "$patch": "delete"}]),
        container(resources={"limits": {"memory": "1Gi"}}),
        {"spec": {"template": {"$patch": "replace", "metadata": {}, "spec": {"containers": []}}}},
        {"spec": {"unschedulable": None}},
    ],
)
def test_the_server_makes_the_same_of_a_patch(patch: dict[str, Any]) -> None:
    patched = apply(OBJECT, patch)
    assert patched == strategic_merge(OBJECT, patch)
    assert holds(patched, patch)
    assert OBJECT["spec"]["replicas"] == 3


def test_what_is_not_yet_so_does_not_hold() -> None:
    assert not holds(OBJECT, container(image="a:2"))
    assert not holds(OBJECT, container(env=[{"name": "A", "$patch": "delete"}]))


def test_a_change_of_any_field_is_told_without_its_value() -> None:
    before = {"containers": [{"name": "api", "readinessProbe": {"httpGet": {"path": "/token"}}}], "volumes": [1]}
    after = {"containers": [{"name": "api"}, {"name": "new"}], "nodeName": "node1"}
    assert describe(before, after) == (
        "api: readinessProbe removed",
        "container new added",
        "volumes removed",
        "nodeName none → node1",
    )


def test_a_hostile_name_cannot_steer_the_terminal() -> None:
    line = describe({}, {"containers": [{"name": "\x1b[2Japi", "image": "x"}]})[0]
    assert line == "container api added"
