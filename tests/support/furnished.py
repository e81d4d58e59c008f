"""A shop with objects of many kinds: a deployment whose newest revision crash-loops, and what stands around it."""

from typing import Any

from msgspec.structs import replace

from cockpit.sources.kubernetes.model import Pod
from support.objects import (
    ago,
    daemon_set,
    deployment,
    endpoints,
    event,
    meta,
    node,
    replica_set,
    service,
    stateful_set,
)
from support.shop import BROKEN_SHOP, Shop, pod

API = "/apis/apps/v1/namespaces/shop/deployments/api"
POD = "/api/v1/namespaces/shop/pods/api-12-x2k4p"
PODS: tuple[Pod, ...] = (
    replace(BROKEN_SHOP[0], name="api-12-x2k4p"),
    replace(BROKEN_SHOP[1], name="api-12-zz9qd"),
    pod("api-11-aa1bb"),
    pod("web-1-p0o9i"),
)
OTHERS: tuple[Any, ...] = (
    deployment("api", 3, image="shop/api:1.5.0", revision=12, updated=2, ready=1, available=1, replicas=3),
    deployment("web", 1, image="shop/web:2.8.0", revision=2),
    stateful_set(),
    daemon_set(),
    replica_set("api", 12, 2, image="shop/api:1.5.0", created=ago(minutes=15), ready=0, change_cause="release 1.5.0"),
    replica_set("api", 11, 1, image="shop/api:1.4.2", change_cause="release 1.4.2"),
    replica_set("api", 10, 0, image="shop/api:1.4.1"),
    service("api"),
    service("web"),
    endpoints("api", ("api-12-x2k4p", False), ("api-12-zz9qd", False), ("api-11-aa1bb", True)),
    endpoints("web", ("web-1-p0o9i", True)),
    node("node-1"),
    event(
        "BackOff",
        "Pod/api-12-x2k4p",
        "Back-off restarting failed container api in pod api-12-x2k4p_shop(1f) for the fourteenth time tonight",
        count=14,
        first_at=ago(minutes=14),
        reporter="kubelet",
    ),
    event("ScalingReplicaSet", "Deployment/api", "Scaled up api-12", type="Normal", last_at=ago(minutes=15)),
    event("Pulled", "Pod/web-1-p0o9i", "Successfully pulled", type="Normal", last_at=ago(minutes=40)),
)
"""What is there beside the pods."""


def furnished(*more: Any, without: tuple[type, ...] = ()) -> Shop:
    """Make the shop, with `more` objects, and `without` those of some types."""
    shop = Shop(PODS, [*(each for each in OTHERS if not isinstance(each, without)), *more])
    container = {
        "name": "api",
        "image": "shop/api:1.5.0",
        "env": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "PORT", "value": "8080"}],
    }
    metadata = {"name": "api", "namespace": "shop", "uid": "uid-api", "resourceVersion": "70"}
    template = {"metadata": {"labels": {"app": "api"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 3, "template": template, "selector": {"matchLabels": {"app": "api"}}}
    shop.documents[API] = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
    about = meta("api-12-x2k4p")
    shop.documents[POD] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": about.name, "namespace": "shop", "uid": about.uid},
        "spec": {"containers": [container]},
    }
    return shop
