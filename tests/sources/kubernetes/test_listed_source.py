"""Kinds that are listed once: secrets, config maps, budgets and their like."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from support.api_server import ScriptedServer

from cockpit.gameday.scenarios import steady
from cockpit.gameday.world import World
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.listed_kinds import (
    CONFIG_MAPS,
    CRON_JOBS,
    DISRUPTION_BUDGETS,
    NAMESPACES,
    QUOTAS,
    SECRETS,
    VOLUMES,
    Listed,
    ListedKind,
)
from cockpit.sources.kubernetes.listed_source import ListedSource
from cockpit.sources.kubernetes.objects import Objects

SECRETS_PATH = "/api/v1/namespaces/shop/secrets"
MADE = datetime(2026, 11, 1, 8, tzinfo=UTC)


def stored(name: str, *writes: dict[str, Any], **parts: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "creationTimestamp": "2026-11-01T08:00:00Z"}
    return {"metadata": {**metadata, "managedFields": list(writes)}, **parts}


async def listed(cluster: Cluster, kind: ListedKind, namespace: str | None = "shop") -> Objects[Listed]:
    return await anext(ListedSource(cluster, kind, namespace).stream())


async def test_of_secrets_only_the_metadata_is_asked_for(server: ScriptedServer, cluster: Cluster) -> None:
    server.json(SECRETS_PATH, {"metadata": {"resourceVersion": "7"}, "items": [stored("db")]})
    secrets = await listed(cluster, SECRETS)
    assert server.asked[0].headers["Accept"] == "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    assert (secrets.scope, list(secrets.objects), secrets.resource_version) == ("shop", ["shop/db"], "7")


@pytest.mark.parametrize("kind", [SECRETS, CONFIG_MAPS])
async def test_what_a_secret_holds_is_kept_nowhere_even_if_the_server_sends_it(
    server: ScriptedServer, cluster: Cluster, kind: ListedKind
) -> None:
    copy = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"aHVudGVyMg=="}}'}
    secret = stored("db", data={"password": "aHVudGVyMg=="}, stringData={"password": "aHVudGVyMg=="})
    secret["metadata"]["annotations"] = copy
    server.json(kind.path_in("shop"), {"metadata": {}, "items": [secret]})
    assert b"aHVudGVyMg==" not in msgspec.json.encode(await listed(cluster, kind))


async def test_every_page_is_asked_for_in_the_same_form(server: ScriptedServer, cluster: Cluster) -> None:
    server.json(SECRETS_PATH, {"metadata": {"continue": "more"}, "items": [stored("a")]})
    server.json(SECRETS_PATH, {"metadata": {}, "items": [stored("b")]})
    assert list((await listed(cluster, SECRETS)).objects) == ["shop/a", "shop/b"]
    assert len({asked.headers["Accept"] for asked in server.asked}) == 1


async def test_who_wrote_an_object_last_is_told_and_its_status_does_not_count(
    server: ScriptedServer, cluster: Cluster
) -> None:
    writes = (
        {"manager": "helm", "time": "2026-11-02T09:00:00Z"},
        {"manager": "kubectl-edit", "time": "2026-11-21T14:06:00Z"},
        {"manager": "controller", "time": "2026-11-21T14:30:00Z", "subresource": "status"},
    )
    server.json(SECRETS_PATH, {"metadata": {}, "items": [stored("db", *writes), stored("old")]})
    secrets = (await listed(cluster, SECRETS)).objects
    edited = secrets["shop/db"]
    assert (edited.changed_at, edited.changed_by) == (datetime(2026, 11, 21, 14, 6, tzinfo=UTC), "kubectl-edit")
    assert (secrets["shop/old"].changed_at, secrets["shop/old"].changed_by) == (MADE, "")


async def test_other_kinds_come_with_what_decides_about_them(server: ScriptedServer, cluster: Cluster) -> None:
    budget = stored("api", spec={"minAvailable": 2}, status={"disruptionsAllowed": 0})
    server.json("/apis/policy/v1/poddisruptionbudgets", {"metadata": {}, "items": [budget]})
    budgets = await listed(cluster, DISRUPTION_BUDGETS, None)
    assert budgets.objects["shop/api"].status == {"disruptionsAllowed": 0}
    assert budgets.scope == ""


async def test_a_kind_of_the_whole_cluster_is_in_no_namespace(server: ScriptedServer, cluster: Cluster) -> None:
    metadata = {"name": "pv-1", "deletionTimestamp": "2026-11-21T14:20:07Z"}
    volume = {"metadata": metadata, "spec": {}, "status": {"phase": "Bound"}}
    server.json("/api/v1/persistentvolumes", {"metadata": {}, "items": [volume]})
    volumes = await listed(cluster, VOLUMES)
    assert (volumes.scope, list(volumes.objects)) == ("", ["pv-1"])
    assert volumes.objects["pv-1"].meta.deleting_since == datetime(2026, 11, 21, 14, 20, 7, tzinfo=UTC)


async def test_a_right_that_is_missing_is_named(server: ScriptedServer, cluster: Cluster) -> None:
    message = 'secrets is forbidden: User "ana" cannot list resource "secrets" in API group "" in the namespace "shop"'
    server.status(SECRETS_PATH, 403, message, reason="Forbidden")
    with pytest.raises(SourceError) as denied:
        await listed(cluster, SECRETS)
    assert denied.value.kind is TroubleKind.DENIED
    assert denied.value.message.startswith("may not list secrets")


async def test_the_practice_world_lists_what_it_has() -> None:
    async with World(steady(), speed=50, seed=1) as world:
        cluster = Cluster(world.kubeconfig)
        found = {
            kind.kind: (await listed(cluster, kind)).objects
            for kind in (SECRETS, CONFIG_MAPS, CRON_JOBS, QUOTAS, DISRUPTION_BUDGETS, NAMESPACES)
        }
    assert "shop/shop-tls" in found["Secret"]
    assert "shop" in found["Namespace"]
    assert all(each.meta.uid and each.changed_at for objects in found.values() for each in objects.values())
