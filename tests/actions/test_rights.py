"""Whether a person may do what is planned is known before it is tried."""

import pytest

from cockpit.actions.plan import Right, Verb
from cockpit.actions.planner import Planner
from cockpit.actions.resource import Ref
from cockpit.actions.rights import denial, rights_for
from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.rights import Rights

WORKER = Ref("Deployment", "worker", "shop")
NODE = Ref("Node", "node1")
TLS = Ref("Certificate", "tls", "shop")
HPA = Ref("HorizontalPodAutoscaler", "api", "shop")
EVICTIONS = Right("create", "", "pods", "eviction")


@pytest.mark.parametrize(
    ("verb", "ref", "wanted"),
    [
        (Verb.RESTART, WORKER, (Right("patch", "apps", "deployments", "", "shop", "worker"),)),
        (Verb.SCALE, WORKER, (Right("patch", "apps", "deployments", "scale", "shop", "worker"),)),
        (Verb.DELETE, Ref("Pod", "", "shop"), (Right("delete", "", "pods", "", "shop"),)),
        (Verb.EVICT, Ref("Pod", "a", "shop"), (Right("create", "", "pods", "eviction", "shop", "a"),)),
        (Verb.CORDON, NODE, (Right("patch", "", "nodes", "", "", "node1"),)),
        (Verb.RENEW, TLS, (Right("patch", "cert-manager.io", "certificates", "status", "shop", "tls"),)),
        (Verb.SET_MAXIMUM, HPA, (Right("patch", "autoscaling", "horizontalpodautoscalers", "", "shop", "api"),)),
        (Verb.DRAIN, NODE, (Right("patch", "", "nodes", "", "", "node1"), EVICTIONS)),
    ],
)
def test_the_rights_that_a_verb_needs(verb: Verb, ref: Ref, wanted: tuple[Right, ...]) -> None:
    assert rights_for(verb, ref) == wanted


async def test_what_is_denied_is_said_with_a_way_to_see_it(world: World) -> None:
    cluster = Cluster(world.kubeconfig, "practice-viewer")
    plan = await Planner(cluster).scale(WORKER, 4)
    told = await denial(Rights(cluster), plan.rights)
    look = f"kubectl auth can-i patch deployments.apps/worker --subresource scale -n shop{cluster.kubectl.options}"
    assert told.startswith("may not patch deployments.apps/scale in shop")
    assert told.endswith(f"({look})")


async def test_of_several_pods_it_is_asked_once_for_all(world: World) -> None:
    cluster = Cluster(world.kubeconfig, "practice-viewer")
    web = [Ref("Pod", pod.name, "shop") for pod in world.store.list(PODS, "shop") if pod.name.startswith("web-")]
    plan = await Planner(cluster).delete_pods(web)
    assert (await denial(Rights(cluster), plan.rights)).startswith("may not delete pods in shop")


async def test_what_is_allowed_is_not_denied_nor_is_what_the_server_does_not_say(
    world: World, cluster: Cluster, planner: Planner
) -> None:
    plan = await planner.drain(NODE)
    assert await denial(Rights(cluster), plan.rights) == ""
    world.faults.answer("/apis/authorization.k8s.io", 500)
    assert await denial(Rights(cluster), plan.rights) == ""
