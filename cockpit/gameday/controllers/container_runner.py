"""One container's life: pulled, started, ready, ended, started again."""

import asyncio
import contextlib
from typing import Any, Literal, Protocol

from cockpit.gameday.api.store import Obj
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.chatter import Printer
from cockpit.gameday.controllers.pod_state import ContainerStatus, waiting_status
from cockpit.gameday.event_recorder import Event
from cockpit.gameday.timing import Pace, parse_timestamp, timestamp
from cockpit.gameday.workloads import Behaviour, Failure

NOTHING = Behaviour()


class PodOfContainer(Protocol):
    """What a container needs of its pod."""

    name: str
    namespace: str
    uid: str
    spec: Obj
    pulled: set[str]
    """Images that the node has."""

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
    """

    def __init__(self, cluster: Cluster, pod: PodOfContainer, container: Obj, status: ContainerStatus | None) -> None:
        self._cluster = cluster
        self._pace = cluster.pace
        self._pod = pod
        self._container = container
        self.name: str = container["name"]
        self.image: str = container["image"]
        self._backoff = 0.0
        self.status = status or waiting_status(container, "ContainerCreating")

    @property
    def behaviour(self) -> Behaviour:
        """What containers of the image do."""
        return self._cluster.images.get(self.image, NOTHING)

    async def run(self) -> None:
        """Live until the restart policy says that it is over, or until cancelled."""
        state = self.status["state"]
        if "terminated" in state:
            self._remember_end()
            return
        if "running" in state:
            ended = await self._live(self._resume())
        else:
            await self._pull()
            ended = await self._live(self._start())
        while self._restarts(ended):
            await self._wait_for_restart()
            self._record("Normal", "Pulled", f'Container image "{self.image}" already present on machine')
            ended = await self._live(self._start())

    def _restarts(self, ended: Failure) -> bool:
        policy = self._pod.spec.get("restartPolicy", "Always")
        return policy == "Always" or (policy == "OnFailure" and ended.exit_code != 0)

    def _record(self, event_type: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        self._pod.record(Event(event_type, reason, message, self.name))

    def _change(self, **fields: Any) -> None:
        self.status = {**self.status, **fields}
        self._pod.publish()

    async def _pull(self) -> None:
        """Get the image onto the node; never returns when it does not exist."""
        backoff = self._cluster.timings.backoff
        while self.image not in self._cluster.images:
            self._record("Normal", "Pulling", f'Pulling image "{self.image}"')
            await self._pace.sleep(self._cluster.timings.pull_image)
            problem = f'failed to pull and unpack image "{self.image}": {self.image}: not found'
            self._record("Warning", "Failed", f'Failed to pull image "{self.image}": {problem}')
            self._record("Warning", "Failed", "Error: ErrImagePull")
            self._change(state={"waiting": {"reason": "ErrImagePull", "message": problem}})
            await self._pace.sleep(self._cluster.timings.pull_image)
            message = f'Back-off pulling image "{self.image}"'
            self._record("Normal", "BackOff", message)
            self._record("Warning", "Failed", "Error: ImagePullBackOff")
            waiting = {"reason": "ImagePullBackOff", "message": f"{message}: ErrImagePull: {problem}"}
            self._change(state={"waiting": waiting})
            await self._pace.sleep(backoff)
            backoff = min(2 * backoff, self._cluster.timings.backoff_limit)
        if self.image in self._pod.pulled:
            self._record("Normal", "Pulled", f'Container image "{self.image}" already present on machine')
        else:
            took = self._cluster.timings.pull_image
            self._record("Normal", "Pulling", f'Pulling image "{self.image}"')
            await self._pace.sleep(took)
            self._pod.pulled.add(self.image)
            self._record("Normal", "Pulled", f'Successfully pulled image "{self.image}" in {took}s')
        await self._pace.sleep(self._cluster.timings.create_container)

    def _start(self) -> Printer:
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
            imageID=image_id(self._cluster, self.image),
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
        self._pod.pulled.add(self.image)
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
        """Serve until the behaviour's failure strikes; without one, for ever."""
        failure = self.behaviour.failure_in(self._container)
        began = self._pace.now()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(failure.after / self._pace.speed if failure else None):
                if not self.status["ready"]:
                    await self._pace.sleep(self.behaviour.ready_after)
                    self._change(ready=True)
                await printer.chat()
        if failure is None:
            raise AssertionError("a container without a failure has ended")
        printer.say(*failure.says)
        self.end(failure.exit_code, failure.reason)
        if (self._pace.now() - began).total_seconds() > self._cluster.timings.backoff_reset / self._pace.speed:
            self._backoff = 0.0
        return failure

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
        self._change(state={"terminated": terminated}, ready=False, started=False)

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
        message = f"back-off {span} restarting failed container={self.name} pod={where}"
        waiting = {"reason": "CrashLoopBackOff", "message": message}
        self._change(state={"waiting": waiting}, lastState={"terminated": self._ended_state})
        await self._pace.sleep(self._backoff)
        self._backoff = min(2 * self._backoff, timings.backoff_limit)


def image_id(cluster: Cluster, image: str) -> str:
    """Give the digest of an image: the same for every container of it."""
    return f"sha256:{cluster.rng('image', image).getrandbits(256):064x}"


def _go_duration(seconds: float) -> str:
    """Write a time span as Go does: `10s`, `2m40s`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
