"""What is sent to the API server, to the byte where a mistake would be costly."""

import msgspec
import pytest

from cockpit.actions.plan import MERGE, Delete, Evict, Guard, Operation, Patch, Target
from cockpit.actions.request import Call, call_for
from cockpit.actions.resource import Ref

POD = Ref("Pod", "api-1", "shop")
GUARD = Guard("u-1", "7", {})


def call(operation: Operation, ref: Ref = POD, *, version: str = "8", dry_run: bool = False) -> Call:
    return call_for(Target(ref, GUARD, operation), version, answer_within=10, dry_run=dry_run)


def test_a_patch_carries_uid_and_version_beside_its_own_metadata() -> None:
    api = Ref("Deployment", "api", "shop")
    asked = call(Patch({"metadata": {"annotations": {"a": None}}, "spec": {"replicas": 3}}, "scale", MERGE), api)
    assert (asked.method, asked.path) == ("PATCH", "/apis/apps/v1/namespaces/shop/deployments/api/scale")
    assert (asked.content_type, asked.query) == (MERGE, {"timeout": "10s"})
    metadata = {"annotations": {"a": None}, "uid": "u-1", "resourceVersion": "8"}
    assert msgspec.json.decode(asked.body) == {"metadata": metadata, "spec": {"replicas": 3}}


def test_a_deletion_and_an_eviction_have_preconditions() -> None:
    conditions = {"uid": "u-1", "resourceVersion": "8"}
    deletion, eviction = call(Delete()), call(Evict())
    assert (deletion.method, deletion.path) == ("DELETE", "/api/v1/namespaces/shop/pods/api-1")
    assert msgspec.json.decode(deletion.body)["preconditions"] == conditions
    assert (eviction.method, eviction.path) == ("POST", "/api/v1/namespaces/shop/pods/api-1/eviction")
    assert msgspec.json.decode(eviction.body)["deleteOptions"]["preconditions"] == conditions


def test_a_node_has_no_namespace() -> None:
    assert call(Patch({}), Ref("Node", "node1")).path == "/api/v1/nodes/node1"


@pytest.mark.parametrize("operation", [Patch({}), Delete(), Evict()])
def test_a_trial_says_so_in_the_query_and_holds_to_no_version(operation: Operation) -> None:
    asked = call(operation, version="", dry_run=True)
    assert asked.query["dryRun"] == "All"
    assert b"resourceVersion" not in asked.body
    assert b"u-1" in asked.body


def test_a_deletion_that_is_a_trial_says_so_in_its_body_which_alone_counts() -> None:
    assert msgspec.json.decode(call(Delete(), dry_run=True).body)["dryRun"] == ["All"]
    assert msgspec.json.decode(call(Evict(), dry_run=True).body)["deleteOptions"]["dryRun"] == ["All"]
    assert b"dryRun" not in call(Delete()).body
