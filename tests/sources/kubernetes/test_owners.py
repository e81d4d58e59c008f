"""Who made an object."""

import msgspec
from support.api_objects import recorded

from cockpit.sources.kubernetes.kind_names import DEPLOYMENTS, REPLICA_SETS
from cockpit.sources.kubernetes.objects import Deployment, Objects, Owner, ReplicaSet
from cockpit.sources.kubernetes.owners import owner_chain


def watched() -> dict[str, Objects[ReplicaSet] | Objects[Deployment]]:
    replica_sets, deployments = recorded(ReplicaSet, "replicasets"), recorded(Deployment, "deployments")
    return {
        REPLICA_SETS: Objects("shop", {each.meta.key: each for each in replica_sets.values()}, "1"),
        DEPLOYMENTS: Objects("shop", {each.meta.key: each for each in deployments.values()}, "1"),
    }


def test_a_pod_was_made_by_a_replica_set_and_that_by_a_deployment() -> None:
    chain = owner_chain(Owner("ReplicaSet", "api-86b5479747"), "shop", watched())
    assert [f"{owner.kind}/{owner.name}" for owner in chain] == ["ReplicaSet/api-86b5479747", "Deployment/api"]


def test_the_chain_ends_where_nothing_is_known() -> None:
    job = Owner("Job", "import")
    assert owner_chain(job, "shop", watched()) == (job,)
    assert owner_chain(Owner("ReplicaSet", "gone"), "shop", watched()) == (Owner("ReplicaSet", "gone"),)
    assert owner_chain(None, "shop", watched()) == ()


def test_a_namesake_that_came_later_is_not_the_owner() -> None:
    old = Owner("ReplicaSet", "api-86b5479747", "another uid")
    assert owner_chain(old, "shop", watched()) == (old,)


def test_objects_that_own_each_other_do_not_go_on_for_ever() -> None:
    replica_set = recorded(ReplicaSet, "replicasets")["api-86b5479747"]
    itself = Owner("ReplicaSet", "api-86b5479747", replica_set.meta.uid)
    deployment = recorded(Deployment, "deployments")["api"]
    meta = msgspec.structs.replace(deployment.meta, owner=itself)
    circle = watched() | {
        DEPLOYMENTS: Objects("shop", {"shop/api": msgspec.structs.replace(deployment, meta=meta)}, "1")
    }
    assert len(owner_chain(itself, "shop", circle)) == 2
