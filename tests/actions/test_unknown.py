"""A change whose answer never came: whether it was made is found out, and said."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from support.practice import told
from support.recorder import Memory

from cockpit.actions.cluster_executor import ClusterExecutor
from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan
from cockpit.actions.planner import Planner
from cockpit.actions.receipt import Outcome, Receipt
from cockpit.actions.resource import Ref
from cockpit.actions.runner import Runner
from cockpit.gameday.api.kinds import DEPLOYMENTS, PODS
from cockpit.gameday.world import World
from cockpit.reading import TroubleKind
from cockpit.sources.kubernetes.api_errors import Unanswered
from cockpit.sources.kubernetes.connection import Cluster

WORKER = Ref("Deployment", "worker", "shop")
API = Ref("Deployment", "api", "shop")
DB = Ref("Pod", "db-0", "shop")
NODE = Ref("Node", "node1")
SCALER = Ref("HorizontalPodAutoscaler", "api", "shop")
CERTIFICATE = Ref("Certificate", "shop-tls", "shop")
IMPATIENT = Pace(answer=0.2, find_out=0.3, look_again=0.02)


class LosesAnswers(Cluster):
    """A way to the server on which requests arrive, and the answers to changes are lost."""

    afterwards: Callable[[], object] | None = None
    """Done after a change was made, before its answer is lost."""
    deaf = False
    """From the first change on no request can be answered at all."""

    def __init__(self, kubeconfig: Path) -> None:
        super().__init__(kubeconfig)
        self._sent = False

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        content_type: str = "application/json",
        query: Mapping[str, str] | None = None,
        timeout: float = 15,
    ) -> bytes:
        super().send(method, path, body, content_type, query, timeout)
        self._sent = True
        if self.afterwards is not None:
            self.afterwards()
        raise Unanswered(TroubleKind.TIMEOUT, "no answer in time")

    def get(self, path: str, query: Mapping[str, str] | None = None, timeout: float = 10, *, accept: str = "") -> bytes:
        if self.deaf and self._sent:
            raise Unanswered(TroubleKind.TIMEOUT, "no answer in time")
        return super().get(path, query, timeout, accept=accept)


@pytest.fixture
def lossy(world: World) -> LosesAnswers:
    return LosesAnswers(world.kubeconfig)


async def run(cluster: Cluster, plan: Plan, permit: Permit) -> Receipt:
    return await Runner(ClusterExecutor(cluster), Memory(), pace=IMPATIENT).run(plan, permit)


@pytest.mark.parametrize("verb", ["restart", "rollback", "scale", "env", "delete", "evict", "cordon", "maximum"])
async def test_what_was_carried_out_is_found_to_be_done(
    world: World, lossy: LosesAnswers, planner: Planner, permit: Permit, verb: str
) -> None:
    plans = {
        "restart": lambda: planner.restart(WORKER),
        "rollback": lambda: planner.rollback(API, 2),
        "scale": lambda: planner.scale(WORKER, 4),
        "env": lambda: planner.set_env(WORKER, "worker", {"QUEUE": "other", "NEW": "1"}),
        "delete": lambda: planner.delete_pods([DB]),
        "evict": lambda: planner.evict([DB]),
        "cordon": lambda: planner.cordon(NODE),
        "maximum": lambda: planner.set_maximum(SCALER, 9),
    }
    receipt = await run(lossy, await plans[verb](), permit)
    assert (receipt.outcome, receipt.targets[0].said) == (Outcome.DONE, "confirmed by reading it again")


async def test_a_renewal_is_unknown_when_the_status_went_on_before_it_was_seen(
    world: World, lossy: LosesAnswers, planner: Planner, permit: Permit
) -> None:
    loop, plan = asyncio.get_running_loop(), await planner.renew(CERTIFICATE)
    is_issued = partial(world.until, lambda: "The certificate has been successfully issued" in told(world, "Issuing"))
    lossy.afterwards = lambda: asyncio.run_coroutine_threadsafe(is_issued(), loop).result(5)
    receipt = await run(lossy, plan, permit)
    assert receipt.outcome is Outcome.UNKNOWN
    assert "check with: kubectl get certificate/shop-tls -n shop -o yaml" in receipt.targets[0].said


async def test_a_renewal_that_was_not_carried_out_is_found_to_be_not_done(
    world: World, cluster: Cluster, planner: Planner, permit: Permit
) -> None:
    plan = await planner.renew(CERTIFICATE)
    world.faults.hang(f"{CERTIFICATE.path}/status")
    receipt = await run(cluster, plan, permit)
    assert (receipt.outcome, receipt.targets[0].said[:8]) == (Outcome.FAILED, "not done")


async def test_what_was_not_carried_out_is_found_to_be_not_done(
    world: World, cluster: Cluster, planner: Planner, permit: Permit
) -> None:
    plan = await planner.scale(WORKER, 4)
    world.faults.hang(f"{WORKER.path}/scale")
    receipt = await run(cluster, plan, permit)
    assert receipt.outcome is Outcome.FAILED
    assert receipt.targets[0].said.startswith("not done: it is as it was 0 s after the request (no answer from ")
    assert world.store.get(DEPLOYMENTS, "shop", "worker").obj["spec"]["replicas"] != 4


async def test_an_error_of_the_server_is_found_out_too(
    world: World, cluster: Cluster, planner: Planner, permit: Permit
) -> None:
    plan = await planner.scale(WORKER, 4)
    world.faults.answer(f"{WORKER.path}/scale", 504)
    receipt = await run(cluster, plan, permit)
    assert receipt.outcome is Outcome.FAILED
    assert "HTTP 504" in receipt.targets[0].said


async def test_what_cannot_be_found_out_stays_unknown_and_says_how_to_look(
    world: World, lossy: LosesAnswers, planner: Planner, permit: Permit
) -> None:
    plan = await planner.delete_pods([DB, Ref("Pod", pod_of(world, "web"), "shop")])
    lossy.deaf = True
    receipt = await run(lossy, plan, permit)
    assert [each.outcome for each in receipt.targets] == [Outcome.UNKNOWN, Outcome.NOT_TRIED]
    look = f"kubectl get pod/db-0 -n shop -o yaml{lossy.kubectl.options}"
    assert receipt.targets[0].said == f"it may have been done: no answer in time; check with: {look}"
    assert receipt.outcome is Outcome.UNKNOWN


async def test_an_answer_that_is_none_of_an_api_server_is_not_believed(
    world: World, cluster: Cluster, planner: Planner, permit: Permit
) -> None:
    plan = await planner.scale(WORKER, 4)
    world.faults.answer(f"{WORKER.path}/scale", 200, body=b"<html>welcome to the hotel</html>")
    receipt = await run(cluster, plan, permit)
    assert receipt.outcome is Outcome.FAILED
    assert "the answer is not one of an API server" in receipt.targets[0].said


async def test_after_a_conflict_nothing_is_unknown_even_if_nothing_can_be_read(
    world: World, cluster: Cluster, planner: Planner, permit: Permit
) -> None:
    plan = await planner.restart(WORKER)
    world.faults.answer(WORKER.path, 409, times=1)
    world.faults.answer(WORKER.path, 503)
    receipt = await run(cluster, plan, permit)
    assert (receipt.outcome, receipt.targets[0].said[:8]) == (Outcome.FAILED, "HTTP 503")


async def test_what_was_deleted_meanwhile_is_not_said_to_be_done(
    world: World, cluster: Cluster, planner: Planner, permit: Permit
) -> None:
    plan = await planner.scale(WORKER, 4)
    world.faults.hang(f"{WORKER.path}/scale")
    running = asyncio.create_task(run(cluster, plan, permit))
    world.store.remove(world.store.get(DEPLOYMENTS, "shop", "worker"))
    receipt = await running
    assert receipt.summary == "failed: it was deleted meanwhile"


async def test_a_server_that_cannot_be_reached_was_not_told(
    world: World, cluster: Cluster, planner: Planner, permit: Permit
) -> None:
    plan = await planner.scale(WORKER, 4)
    await world.faults.refuse_connections()
    receipt = await run(cluster, plan, permit)
    assert receipt.outcome is Outcome.FAILED
    assert receipt.targets[0].said.startswith("cannot connect to ")


def pod_of(world: World, app: str) -> str:
    return next(pod.name for pod in world.store.list(PODS, "shop") if pod.name.startswith(f"{app}-"))
