"""Actions in the incident log: recorded before, receipted after, told in the report."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.reports import markdown_of

from cockpit.actions.cluster_executor import ClusterExecutor
from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan
from cockpit.actions.planner import Planner
from cockpit.actions.receipt import Outcome, Receipt
from cockpit.actions.resource import Ref
from cockpit.actions.runner import Runner
from cockpit.clock import utc_now
from cockpit.gameday.api.kinds import DEPLOYMENTS
from cockpit.gameday.world import World
from cockpit.incident import action
from cockpit.incident.entry import EntryKind
from cockpit.incident.log import IncidentLog
from cockpit.runbooks.load import load_builtin
from cockpit.sources.kubernetes.connection import Cluster

WORKER = Ref("Deployment", "worker", "shop")


class LogRecorder:
    """Joins the runner and the incident log, as the session does."""

    def __init__(self, log: IncidentLog) -> None:
        self._log = log

    async def intend(self, token: str, plan: Plan) -> None:
        await self._log.append(action.intent(token, plan.title, plan.command, "ana"))

    async def settle(self, token: str, receipt: Receipt) -> None:
        await self._log.append(action.receipt(token, receipt.title, receipt.outcome, receipt.summary, "ana"))


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[IncidentLog]:
    log = IncidentLog(tmp_path / "incidents", clock=utc_now)
    yield log
    await log.aclose()


async def test_the_report_tells_what_was_done(
    cluster: Cluster, planner: Planner, permit: Permit, log: IncidentLog
) -> None:
    runner = Runner(ClusterExecutor(cluster), LogRecorder(log))
    plan = await planner.set_env(WORKER, "worker", {"API_TOKEN": "hunter2", "LEVEL": "debug"})
    receipt = await runner.run(plan, permit)
    assert receipt.unrecorded == ""
    assert [entry.kind for entry in log.entries] == [EntryKind.DECLARED, EntryKind.ACTION, EntryKind.RECEIPT]
    told = markdown_of(log.entries, load_builtin(), utc_now())
    assert "set env of worker in deployment/worker \N{EM DASH} done in 0." in told
    assert "LEVEL=debug" in told
    assert "hunter2" not in told


async def test_an_action_whose_intent_cannot_be_written_is_not_run(
    world: World, cluster: Cluster, planner: Planner, permit: Permit, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    runner = Runner(ClusterExecutor(cluster), LogRecorder(IncidentLog(in_the_way, clock=utc_now)), pace=Pace())
    plan = await planner.scale(WORKER, 4)
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.said.startswith("not run, because it cannot be recorded: ")
    assert world.store.get(DEPLOYMENTS, "shop", "worker").obj["spec"]["replicas"] != 4
