"""Every watched kind against the practice world: an API server that was written by someone else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import msgspec
import pytest

from cockpit.gameday.api.kinds import CERT_MANAGER
from cockpit.gameday.scenarios import steady
from cockpit.gameday.world import World
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.kinds import watched_kinds
from cockpit.sources.kubernetes.objects_source import ObjectsSource

PATIENCE = 8.0


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The shop on a quiet day, in a cluster that has cert-manager."""
    async with World(msgspec.structs.replace(steady(), extensions=CERT_MANAGER), speed=50, seed=1) as world:
        yield world


async def test_every_kind_lists_and_watches(world: World) -> None:
    cluster = Cluster(world.kubeconfig)
    for kind in watched_kinds():
        async with asyncio.timeout(PATIENCE), aclosing(ObjectsSource(cluster, kind, "shop").stream()) as snapshots:
            async for objects in snapshots:
                if objects.resource_version:
                    break
            watched = await anext(snapshots)
        assert watched.scope == ("shop" if kind.namespaced else "")
        assert all(each.meta.uid for each in watched.objects.values()), kind.name


async def test_a_kind_that_the_server_does_not_have_is_missing(world: World) -> None:
    kind = watched_kinds()[-1]._replace(path="/apis/cert-manager.io/v9")
    with pytest.raises(SourceError) as missing:
        await anext(ObjectsSource(Cluster(world.kubeconfig), kind, "shop").stream())
    assert missing.value.kind is TroubleKind.MISSING
    assert "certificates.cert-manager.io" in missing.value.message
