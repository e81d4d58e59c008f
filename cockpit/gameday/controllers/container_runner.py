"""One container's life: pulled, started, ready, ended, started again."""

import asyncio
from typing import Any, Literal, Protocol

from cockpit.gameday.api.store import Obj
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.chatter import Printer
from cockpit.gameday.controllers.environment import ConfigurationError, environment
from cockpit.gameday.controllers.image_pull import ImagePull
from cockpit.gameday.controllers.pod_state import ContainerStatus, waiting_status
from cockpit.gameday.controllers.surroundings import ContainerSurroundings
from cockpit.gameday.event_recorder import Event
from cockpit.gameday.postgres.client import DatabaseClient
from cockpit.gameday.quantity import MEBIBYTE, amount
from cockpit.gameday.registry import Image
from cockpit.gameday.timing import Pace, parse_timestamp, timestamp
from cockpit.gameday.workloads import Behaviour, Chatter, Failure, Trouble

NOTHING = Behaviour()
LOOK_AGAIN = 1.0
"""Seconds between two looks at whether a trouble has begun or passed."""
PROBE_PERIOD = 10.0


class PodOfContainer(Protocol):
    """What a container needs of its pod."""

    name: str
    namespace: str
    uid: str
    spec: Obj
    pulled: dict[str, Image]
    """Images that the node has, by tag."""

    @property
    def ip(self) -> str:
        """Its address."""
        ...

    @property
    def is_lost(self) -> bool:
        """Whether its node does not answer: nobody hears of it any more."""
        ...

    def publish(self) -> None:
        """Write the status of the pod."""

    def record(self, event: Event) -> None:
        """Record an event about the pod."""


class ContainerRunner:
    """Runs one container as its image's behaviour says.

    Args:
        cluster: Where it runs.
        pod: The pod that it belongs to.
        container: Its entry in the pod's spec.
        status: Its status if it ran before the world began.
        is_init: Whether it has to end well before the others start.
    """

    def __init__(
        self,
        cluster: Cluster,
        pod: PodOfContainer,
        container: Obj,
        status: ContainerStatus | None,
        *,
        is_init: bool = False,
    ) -> None:
        self._cluster = cluster
        self._pace = cluster.pace
        self._pod = pod
        self._container = container
        self._is_init = is_init
        self.name: str = container["name"]
        self._pull = ImagePull(cluster, container, pod.pulled, self._record, self._wait)
        self._backoff = 0.0
        self._here = ContainerSurroundings(cluster, pod.namespace, {})
        first = "PodInitializing" if pod.spec.get("initContainers") else "ContainerCreating"
        self.status = status or waiting_status(container, first)

    @property
    def behaviour(self) -> Behaviour:
        """What containers of the image do."""
        image = self._cluster.registry.find(self.status["imageID"])
        return image.behaviour if image is not None else NOTHING

    @property
    def has_succeeded(self) -> bool:
        """Whether it has ended well."""
        ended = self.status["state"].get("terminated")
        return ended is not None and ended["exitCode"] == 0

    async def run(self) -> None:
        """Live until the restart policy says that it is over, or until cancelled."""
        state = self.status["state"]
        if "terminated" in state:
            self._remember_end()
            return
        ended = await (self._live(self._resume()) if "running" in state else self._run_once())
        while self._restarts(ended):
            await self._wait_for_restart()
            ended = await self._run_once()

    async def _run_once(self) -> Failure:
        image = await self._pull.run()
        variables = await self._configure()
        await self._pace.sleep(self._cluster.timings.create_container)
        self._here = ContainerSurroundings(self._cluster, self._pod.namespace, variables)
        return await self._live(self._start(image))

    def _restarts(self, ended: Failure) -> bool:
        policy = self._pod.spec.get("restartPolicy", "Always")
        if self._is_init:
            return policy != "Never" and ended.exit_code != 0
        return policy == "Always" or (policy == "OnFailure" and ended.exit_code != 0)

    def _record(self, event_type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        where = "initContainers" if self._is_init else "containers"
        self._pod.record(Event(event_type, reason, message, f"spec.{where}{{{self.name}}}"))

    def _change(self, **fields: Any) -> None:
        self.status = {**self.status, **fields}
        self._pod.publish()

    def _wait(self, reason: str, message: str) -> None:
        """Say why it waits; how it ended before then stands in lastState."""
        last = {"terminated": self._ended_state} if self._ended_state else {}
        self._change(state={"waiting": {"reason": reason, "message": message}}, lastState=last)

    async def _configure(self) -> dict[str, str]:
        """Give the environment variables, as soon as all that they come from is there."""
        while True:
            try:
                return environment(self._cluster.store, self._pod.namespace, self._container)
            except ConfigurationError as problem:
                self._record("Warning", "Failed", f"Error: {problem}")
                self._wait("CreateContainerConfigError", str(problem))
                await self._pace.sleep(self._cluster.timings.configuration_retry)

    def _start(self, image: Image) -> Printer:
        restarts = self.status["restartCount"] + (1 if self.status.get("containerID") else 0)
        rng = self._cluster.rng("container", self._pod.name, self.name, restarts)
        container_id = f"containerd://{rng.getrandbits(256):064x}"
        last = {"terminated": self._ended_state} if self._ended_state else {}
        run = self._cluster.logs.start(self._pod.uid, self.name, container_id)
        self._record("Normal", "Created", f"Created container: {self.name}")
        self._record("Normal", "Started", f"Started container {self.name}")
        self._change(
            state={"running": {"startedAt": timestamp(self._pace.now())}},
            lastState=last,
            restartCount=restarts,
            containerID=container_id,
            imageID=image.id,
            started=True,
            ready=False,
        )
        printer = Printer(run, self.behaviour, rng, self._pace)
        printer.say(*self.behaviour.says)
        return printer

    @property
    def _ended_state(self) -> dict[str, Any]:
        """The end of the run before: `terminated` while that is the state, otherwise in lastState."""
        state: dict[str, Any] = self.status["state"].get("terminated") or self.status["lastState"].get("terminated", {})
        return state

    def _resume(self) -> Printer:
        """Go on with a container that already runs; it has a past in its log."""
        rng = self._cluster.rng("container", self._pod.name, self.name, self.status["restartCount"])
        run = self._cluster.logs.start(self._pod.uid, self.name, self.status["containerID"])
        printer = Printer(run, self.behaviour, rng, self._pace)
        started = parse_timestamp(self.status["state"]["running"]["startedAt"])
        printer.recall((self._pace.now() - started).total_seconds())
        image = self._cluster.registry.find(self.status["imageID"])
        if image is not None:
            self._pod.pulled[self._container["image"]] = image
        try:
            variables = environment(self._cluster.store, self._pod.namespace, self._container)
        except ConfigurationError:
            variables = {}  # it has been taken away since
        self._here = ContainerSurroundings(self._cluster, self._pod.namespace, variables)
        return printer

    def _remember_end(self) -> None:
        """Write the log of a container that ended before the world began."""
        run = self._cluster.logs.start(self._pod.uid, self.name, self.status["containerID"])
        rng = self._cluster.rng("container", self._pod.name, self.name, "ended")
        finished = parse_timestamp(self.status["state"]["terminated"]["finishedAt"])
        failure = self.behaviour.failure
        Printer(run, self.behaviour, rng, Pace(lambda: finished)).say(
            *self.behaviour.says, *(failure.says if failure else ())
        )
        run.end()

    async def _live(self, printer: Printer) -> Failure:
        """Serve until a failure strikes; without one, for ever."""
        began = self._pace.now()
        client = self._database_client(printer)
        async with asyncio.TaskGroup() as tasks:
            others = [tasks.create_task(self._probe()), tasks.create_task(printer.chat(self._voice))]
            if client is not None:
                await client.migrate()
                others.append(tasks.create_task(self._use(client)))
            failure = await self._failure()
            for other in others:
                other.cancel()
        printer.say(*failure.says)
        self.end(failure.exit_code, failure.reason)
        if (self._pace.now() - began).total_seconds() > self._cluster.timings.backoff_reset / self._pace.speed:
            self._backoff = 0.0
        return failure

    def _database_client(self, printer: Printer) -> DatabaseClient | None:
        """Give what uses the database as the image says, where there is one."""
        database, use, source = self._cluster.database, self.behaviour.database, self._pod.ip
        if database is None or use is None:
            return None
        rng = self._cluster.rng("database", self._pod.name, self.name)
        return DatabaseClient(lambda role: database.connect(role, source), use, rng, self._pace, printer.say)

    async def _use(self, client: DatabaseClient) -> None:
        if not self.status["ready"]:
            await self._pace.sleep(self.behaviour.ready_after)
        await client.run()

    async def _failure(self) -> Failure:
        """Wait for the failure that ends it."""
        while True:
            failure = self._doom()
            if failure is not None:
                await self._pace.sleep(failure.after)
                return failure
            if not any(trouble.failure for trouble in self.behaviour.troubles):
                await asyncio.Event().wait()
            await self._pace.sleep(LOOK_AGAIN)

    def _doom(self) -> Failure | None:
        """Tell how it will end, as things stand."""
        behaviour = self.behaviour
        limit = ((self._container.get("resources") or {}).get("limits") or {}).get("memory")
        mebibytes = float(amount(limit)) / MEBIBYTE if limit is not None else None
        if mebibytes is not None and mebibytes < behaviour.memory_mebibytes:
            return Failure(after=behaviour.seconds_to(mebibytes), says=(), exit_code=137, reason="OOMKilled")
        trouble = self._trouble()
        return (trouble.failure if trouble else None) or behaviour.failure

    def _trouble(self) -> Trouble | None:
        return self.behaviour.trouble(self._here)

    def _voice(self) -> Chatter | None:
        """Give what makes its lines at the moment."""
        if self._pod.is_lost:
            return None
        trouble = self._trouble()
        return (trouble.chatter if trouble else None) or self.behaviour.chatter

    async def _probe(self) -> None:
        """Keep its readiness up to date."""
        probe = self._container.get("readinessProbe")
        period = (probe or {}).get("periodSeconds", PROBE_PERIOD)
        passed = self.behaviour.ready_after
        if not self.status["ready"]:
            await self._pace.sleep(passed)
        while True:
            trouble = self._trouble() if probe else None
            after = trouble.unready_after if trouble else None
            fails = trouble is not None and after is not None and passed >= after
            if fails and trouble is not None:
                problem = trouble.probe_says.format(ip=self._pod.ip)
                self._record("Warning", "Unhealthy", f"Readiness probe failed: {problem}")
            if self.status["ready"] is fails:
                self._change(ready=not fails)
            if not any(trouble.unready_after is not None for trouble in self.behaviour.troubles):
                return
            await self._pace.sleep(period)
            passed += period

    def end(self, exit_code: int, reason: str) -> None:
        """Let the container end; nothing happens if it does not run."""
        running = self.status["state"].get("running")
        if running is None:
            return
        run = self._cluster.logs.find(self.status["containerID"])
        if run is not None:
            run.end()
        terminated = {
            "exitCode": exit_code,
            "reason": reason,
            "startedAt": running["startedAt"],
            "finishedAt": timestamp(self._pace.now()),
            "containerID": self.status["containerID"],
        }
        is_done = self._is_init and exit_code == 0  # a finished init container counts as ready
        self._change(state={"terminated": terminated}, ready=is_done, started=False)

    async def _wait_for_restart(self) -> None:
        """Restart at once the first time, then after a back-off that doubles."""
        timings = self._cluster.timings
        if not self._backoff:
            await self._pace.sleep(timings.first_restart)
            self._backoff = timings.backoff
            return
        where = f"{self._pod.name}_{self._pod.namespace}({self._pod.uid})"
        await self._pace.sleep(timings.first_restart)
        self._record("Warning", "BackOff", f"Back-off restarting failed container {self.name} in pod {where}")
        span = _go_duration(self._backoff)
        self._wait("CrashLoopBackOff", f"back-off {span} restarting failed container={self.name} pod={where}")
        await self._pace.sleep(self._backoff)
        self._backoff = min(2 * self._backoff, timings.backoff_limit)


def _go_duration(seconds: float) -> str:
    """Write a time span as Go does: `10s`, `2m40s`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
