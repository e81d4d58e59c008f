"""The practice world: one cluster with its API server on loopback, and a kubeconfig to reach it."""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from cockpit.clock import Clock, utc_now
from cockpit.gameday.api.access import ADMIN_RULES, VIEWER_RULES, Access, User
from cockpit.gameday.api.faults import Faults
from cockpit.gameday.api.kinds import NODES, STORED_KINDS
from cockpit.gameday.api.server import HOST, ApiServer
from cockpit.gameday.api.store import Store
from cockpit.gameday.aws.practice_aws import PracticeAws
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.autoscalers import AutoscalerController
from cockpit.gameday.controllers.certificates import CertificateController
from cockpit.gameday.controllers.daemon_sets import DaemonSetController
from cockpit.gameday.controllers.deployments import DeploymentController
from cockpit.gameday.controllers.endpoints import EndpointController
from cockpit.gameday.controllers.garbage import GarbageCollector
from cockpit.gameday.controllers.jobs import JobController
from cockpit.gameday.controllers.kubelet import Kubelet
from cockpit.gameday.controllers.loop import run_controller
from cockpit.gameday.controllers.nodes import NodeController
from cockpit.gameday.controllers.quotas import BudgetController, QuotaController
from cockpit.gameday.controllers.replica_sets import ReplicaSetController
from cockpit.gameday.controllers.scheduler import Scheduler
from cockpit.gameday.controllers.stateful_sets import StatefulSetController
from cockpit.gameday.controllers.volumes import VolumeController
from cockpit.gameday.postgres.database import Database
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.timing import Pace
from cockpit.gameday.vital_signs import VitalSigns
from cockpit.gameday.web.practice_web import PracticeWeb

CONTEXT = "practice"
VIEWER_CONTEXT = "practice-viewer"
LOOK_AGAIN = 0.05
"""Seconds between two looks at what no change of an object tells."""
USERS = (
    User("practice-admin", "practice-admin-token", ADMIN_RULES),
    User("practice-viewer", "practice-viewer-token", VIEWER_RULES),
)
CONTROLLERS = (
    DeploymentController,
    ReplicaSetController,
    StatefulSetController,
    DaemonSetController,
    JobController,
    Scheduler,
    NodeController,
    EndpointController,
    AutoscalerController,
    VolumeController,
    QuotaController,
    BudgetController,
    CertificateController,
    GarbageCollector,
)

log = logging.getLogger(__name__)


class World:
    """A practice world that lives as long as its `async with` block.

    Args:
        scenario: What there is and what happens.
        speed: By how much waits are shortened.
        seed: Repeats names, uids and log lines.
        clock: Tells the time.
        denied: Resources that nobody may read or write, besides those of the scenario.
        database: What the pods use; it starts and ends with the world. None: they do without.
        aws: Starts and ends with the world, and follows it. None: there is no AWS.
        web: What stands around the shop on the web, likewise. None: nothing.
    """

    def __init__(  # noqa: PLR0913  (named at the call; each has a default)
        self,
        scenario: Scenario,
        *,
        speed: float = 1.0,
        seed: int = 0,
        clock: Clock = utc_now,
        denied: Iterable[str] = (),
        database: Database | None = None,
        aws: PracticeAws | None = None,
        web: PracticeWeb | None = None,
    ) -> None:
        self.scenario = scenario
        self.database = database
        self.aws = aws
        self.web = web
        pace = Pace(clock, speed)
        self.cluster = Cluster(scenario.images, pace, seed, scenario.timings, scenario.extensions, database)
        self.access = Access(USERS, (*scenario.denied, *denied))
        self._server = ApiServer(self.cluster, self.access)
        self._tasks: list[asyncio.Task[None]] = []
        self._directory: Path | None = None

    @property
    def store(self) -> Store:
        """The objects of the cluster."""
        return self.cluster.store

    @property
    def faults(self) -> Faults:
        """What goes wrong on demand."""
        return self._server.faults

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the API server."""
        return HOST, self._server.port

    @property
    def url(self) -> str:
        """The URL of the API server."""
        host, port = self.address
        return f"http://{host}:{port}"

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig with the contexts `practice` (may do everything) and `practice-viewer`."""
        if self._directory is None:
            raise RuntimeError("the practice world has not started")
        return self._directory / "kubeconfig"

    async def until(self, happened: Callable[[], bool], within: float = 10.0) -> None:
        """Wait until something is so, looking again after every change of an object and now and then.

        Args:
            happened: Tells whether it is so.
            within: Real seconds to wait at most.

        Raises:
            TimeoutError: It did not happen.
        """
        changes = self.store.follow(*STORED_KINDS)
        try:
            async with asyncio.timeout(within):
                while not happened():
                    await changes.batch(LOOK_AGAIN)
        finally:
            changes.close()

    async def __aenter__(self) -> Self:
        if self.database is not None:
            self.database.start()
        self.scenario.build(self.cluster)
        await self._server.open()
        self._directory = Path(tempfile.mkdtemp(prefix="cockpit-gameday-"))
        self.kubeconfig.touch(mode=0o600)
        self.kubeconfig.write_text(yaml.safe_dump(self._kubeconfig()), encoding="utf-8")
        nodes = frozenset(node.name for node in self.store.list(NODES) if node.name not in self.scenario.idle_nodes)
        work = [run_controller(self.cluster, make(self.cluster)) for make in CONTROLLERS]
        work += [Kubelet(self.cluster, nodes).run(), self.scenario.play(self.cluster), *await self._around()]
        self._tasks = [asyncio.create_task(each) for each in work]
        for task in self._tasks:
            task.add_done_callback(_report)
        await asyncio.sleep(0)  # every part has its first look, so that nobody finds a service without endpoints
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.close()
        for part in (self.aws, self.web):
            if part is not None:
                await part.close()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
        if self.database is not None:
            await self.database.close()

    async def _around(self) -> list[Coroutine[Any, Any, None]]:
        """Begin with what stands around the cluster; give what measures it."""
        if self.aws is None and self.web is None:
            return []
        signs = VitalSigns(self.cluster, self.scenario.namespace)
        if self.aws is not None:
            self.aws.start(self.cluster, self.scenario.namespace, signs)
        if self.web is not None:
            await self.web.start(self.cluster, self.scenario.namespace, signs, self.kubeconfig.parent)
        return [signs.run()]

    def _kubeconfig(self) -> dict[str, object]:
        namespace = self.scenario.namespace
        contexts = ((CONTEXT, USERS[0]), (VIEWER_CONTEXT, USERS[1]))
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "practice", "cluster": {"server": self.url}}],
            "users": [{"name": user.name, "user": {"token": user.token, "as": user.name}} for user in USERS],
            "contexts": [
                {"name": name, "context": {"cluster": "practice", "user": user.name, "namespace": namespace}}
                for name, user in contexts
            ],
            "current-context": CONTEXT,
        }


def _report(task: asyncio.Task[None]) -> None:
    """Say so when a part of the world has stopped by mistake."""
    if not task.cancelled() and task.exception() is not None:
        log.error("a part of the practice world has stopped", exc_info=task.exception())
