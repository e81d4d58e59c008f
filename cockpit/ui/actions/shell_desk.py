"""A shell in a container, and a debugger beside it."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from textual.app import App, SuspendNotSupported

from cockpit.actions.resource import Ref
from cockpit.actions.shell import Child, Kubectls, require
from cockpit.clock import Clock
from cockpit.incident.errors import IncidentFileError
from cockpit.reading import SourceError
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.rights import Rights
from cockpit.ui.actions.lent_terminal import lend
from cockpit.ui.actions.permitted import Refused, Way, choose
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.question import Question

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.incident.incident_desk import IncidentDesk

_DEBUG_IMAGE = "busybox:stable"


class ShellDesk:
    """Opens shells with kubectl, which needs a terminal of its own. Belongs to one cluster."""

    def __init__(
        self,
        app: App[None],
        cluster: Cluster,
        record: "Callable[[], IncidentDesk | None]",
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Reach `cluster`.

        Args:
            app: which stands aside while a shell has the terminal.
            cluster: where the pods are.
            record: gives the incident log once it is open.
            tell: says how it goes.
            clock: tells the time.
        """
        self._app = app
        self._kubectls = Kubectls(cluster.kubectl, cluster.profile)
        self._rights = Rights(cluster, clock)
        self._record = record
        self._tell = tell

    async def shell(self, pod: Pod, *, protected: bool) -> None:
        """Ask for the container, in a protected context for the name of the pod, and open a shell."""
        running = [each.name for each in pod.containers if each.state == "running"]
        if not running:
            self._tell(f"no container of pod/{pod.name} is running: p shows the log of its last run", "doubtful")
            return
        ref = Ref("Pod", pod.name, pod.namespace, pod.uid)
        shells = {f"shell in {name}": self._kubectls.execute(ref, name) for name in running}
        debuggers = {f"debug {name}": name for name in running}
        ways = [Way(title, "bash, or else sh", child.rights) for title, child in shells.items()]
        rights = self._kubectls.debug(ref, "", "").rights
        ways += [Way(title, "a container beside it, for images without a shell", rights) for title in debuggers]
        try:
            way = await choose(self._app, self._rights, f"Open in pod/{pod.name}", ways)
        except Refused as error:
            self._tell(str(error), "wrong")
            return
        if way is None or (protected and not await self._confirmed(pod)):
            return
        if way.title in shells:
            child = shells[way.title]
        else:
            image = await self._app.push_screen_wait(Question("Debug with the image", _DEBUG_IMAGE))
            if not image:
                return
            child = self._kubectls.debug(ref, debuggers[way.title], image)
        await self._open(f"{way.title} of pod/{pod.name}", child)

    async def _confirmed(self, pod: Pod) -> bool:
        def check(typed: str) -> None:
            if typed != pod.name:
                raise ValueError(f"type {pod.name}, or escape")

        title = "This context is protected: type the name of the pod"
        return await self._app.push_screen_wait(Question(title, hint=pod.name, check=check)) is not None

    async def _open(self, title: str, child: Child) -> None:
        """Lend the terminal. What is typed there is not recorded; that it was opened is."""
        try:
            require(child)
        except SourceError as error:
            self._tell(f"{error.message}; try: {error.remedy}", "wrong")
            return
        token = uuid4().hex
        await self._write(lambda record: record.intend(token, title, child.command))
        try:
            status, complaint = await lend(self._app, child.argv, child.environment)
        except SuspendNotSupported:
            outcome, summary = "failed", "this terminal cannot be lent to another program"
        except OSError as error:
            outcome, summary = "failed", f"kubectl cannot be started: {error.strerror}"
        else:
            said = f": {complaint}" if complaint else ""
            outcome, summary = ("done", "left") if status == 0 else ("failed", f"ended with status {status}{said}")
        await self._write(lambda record: record.settle(token, title, outcome, summary))
        self._tell(f"{title}: {summary}", "" if outcome == "done" else "wrong")

    async def _write(self, entry: "Callable[[IncidentDesk], Coroutine[Any, Any, None]]") -> None:
        """Write into the incident log. An entry that cannot be saved is kept there, and no reason to open no shell."""
        record = self._record()
        if record is None:
            self._tell("not recorded: the incident log is not open yet", "doubtful")
            return
        try:
            await entry(record)
        except IncidentFileError as error:
            self._tell(f"NOT SAVED: {error}", "wrong")
