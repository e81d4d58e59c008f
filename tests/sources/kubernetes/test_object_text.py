"""An object as a person asks for it, and as YAML."""

from typing import Any

import pytest
import yaml
from support.api_objects import raw_samples
from support.api_server import ScriptedServer

from cockpit.gameday.scenarios import steady
from cockpit.gameday.world import World
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.object_text import READABLE_KINDS, read_object, yaml_lines
from cockpit.threads import call_in_thread

DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/api"
SECRET = "/api/v1/namespaces/shop/secrets/db"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@pytest.fixture
def api() -> dict[str, Any]:
    """A recorded deployment, with what a server adds to a single object."""
    recorded = raw_samples("deployments")["api"]
    metadata = {**recorded["metadata"], "managedFields": [{"manager": "kubectl"}]}
    return {"kind": "Deployment", "apiVersion": "apps/v1", **recorded, "metadata": metadata}


def test_an_object_comes_without_what_nobody_reads(
    server: ScriptedServer, cluster: Cluster, api: dict[str, Any]
) -> None:
    server.json(DEPLOYMENT, api)
    read = read_object(cluster, "Deployment", "shop", "api")
    assert "managedFields" not in read["metadata"]
    assert set(read["metadata"]["annotations"]) == {"deployment.kubernetes.io/revision", "kubernetes.io/change-cause"}
    assert read["spec"] == api["spec"]


@pytest.mark.parametrize("text", ["y", "N", "12e4", "4e5", "1.5E-3", "0o17", "true", "on", "0017", "~"])
def test_a_text_that_kubectl_would_read_as_something_else_is_quoted(text: str) -> None:
    """Such as the first digits of a commit in a label: whoever pastes the YAML gets the same object."""
    assert yaml_lines({"release": text}) == (f"release: '{text}'",)


@pytest.mark.parametrize("text", ["y1", "12e4x", "abc", "v1.4.0", "0o18"])
def test_any_other_text_is_not_quoted(text: str) -> None:
    assert yaml_lines({"release": text}) == (f"release: {text}",)


def test_the_yaml_says_the_same(server: ScriptedServer, cluster: Cluster, api: dict[str, Any]) -> None:
    server.json(DEPLOYMENT, api)
    read = read_object(cluster, "Deployment", "shop", "api")
    lines = yaml_lines(read)
    assert lines[:3] == ("apiVersion: apps/v1", "kind: Deployment", "metadata:")
    assert yaml.safe_load("\n".join(lines)) == read


def test_a_text_of_several_lines_stays_one() -> None:
    lines = yaml_lines({"kind": "ConfigMap", "data": {"nginx.conf": "worker 1;\n  listen 80;\n"}})
    assert lines == ("data:", "  nginx.conf: |", "    worker 1;", "      listen 80;", "kind: ConfigMap")


def test_hostile_text_cannot_steer_the_terminal() -> None:
    lines = yaml_lines({"a": "\x1b[2J\u202egnp", "b": "\u202e\x9b31m\nline"})
    assert all(line.isprintable() for line in lines)
    assert len(lines) == 2


def test_of_a_secret_only_the_metadata_is_asked_for(server: ScriptedServer, cluster: Cluster) -> None:
    metadata = {
        "name": "db",
        "namespace": "shop",
        "annotations": {LAST_APPLIED: '{"data":{"password":"aHVudGVyMg=="}}'},
    }
    server.json(SECRET, {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata})
    read = read_object(cluster, "Secret", "shop", "db")
    assert server.asked[0].headers["Accept"] == "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
    assert read == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "namespace": "shop", "annotations": {}},
    }
    assert yaml_lines(read)[0] == "# keys and values of secrets are not read"


def test_a_server_that_sends_a_secret_whole_does_not_get_it_onto_the_screen(
    server: ScriptedServer, cluster: Cluster
) -> None:
    server.json(SECRET, {"kind": "Secret", "metadata": {"name": "db"}, "data": {"password": "aHVudGVyMg=="}})
    assert "aHVudGVyMg==" not in "\n".join(yaml_lines(read_object(cluster, "Secret", "shop", "db")))


def test_what_is_gone_or_unknown_is_said(server: ScriptedServer, cluster: Cluster) -> None:
    server.status(DEPLOYMENT, 404, 'deployments.apps "api" not found')
    for kind, message in (("Deployment", 'deployments.apps "api" not found'), ("Rollout", "does not know")):
        with pytest.raises(SourceError) as missing:
            read_object(cluster, kind, "shop", "api")
        assert missing.value.kind is TroubleKind.MISSING
        assert message in missing.value.message


def test_an_answer_that_is_no_object_is_said(server: ScriptedServer, cluster: Cluster) -> None:
    server.text(DEPLOYMENT, "<html>")
    with pytest.raises(SourceError) as malformed:
        read_object(cluster, "Deployment", "shop", "api")
    assert malformed.value.kind is TroubleKind.MALFORMED


def test_a_name_cannot_lead_elsewhere(server: ScriptedServer, cluster: Cluster) -> None:
    with pytest.raises(SourceError):
        read_object(cluster, "Pod", "shop", "../secrets/db")
    assert server.asked[0].path == "/api/v1/namespaces/shop/pods/..%2Fsecrets%2Fdb"


async def test_the_practice_world_gives_its_objects() -> None:
    async with World(steady(), speed=50, seed=1) as world:
        cluster = Cluster(world.kubeconfig)
        for kind, name in (("Deployment", "api"), ("Service", "web"), ("Node", "node1"), ("Ingress", "shop")):
            assert kind in READABLE_KINDS
            read = await call_in_thread(read_object, cluster, kind, "shop", name)
            assert read["metadata"]["name"] == name
