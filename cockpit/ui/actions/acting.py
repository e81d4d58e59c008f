"""What of the cockpit changes the outside world, put together for the cluster and the servers that are looked at."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.app import App

from cockpit.clock import Clock
from cockpit.diagnosis.finding import Suggestion
from cockpit.session import Session
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.model import Pod
from cockpit.ui.actions.action_desk import ActionDesk
from cockpit.ui.actions.offers import Offer, Selection, Worst
from cockpit.ui.actions.ports_desk import PortsDesk
from cockpit.ui.actions.recorder import IncidentRecorder
from cockpit.ui.actions.server_desk import ServerDesk
from cockpit.ui.actions.server_offers import ServerSelection
from cockpit.ui.actions.shell_desk import ShellDesk
from cockpit.ui.actions.write_switch import WriteSwitch
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.tones import Tone

if TYPE_CHECKING:
    from cockpit.ui.incident.incident_desk import IncidentDesk

NOT_YET = "no cluster is looked at yet"
READ_ONLY = "the cockpit is read-only: W allows it to write in this context"


class _Desks(NamedTuple):
    """Who acts in one cluster."""

    cluster: Cluster
    actions: ActionDesk
    shell: ShellDesk
    ports: PortsDesk


class Acting:
    """Hands wishes to the desks of the present cluster. What runs in a cluster that was left goes on to its receipt."""

    def __init__(
        self,
        app: App[None],
        session: Session,
        held: Holdings,
        switch: WriteSwitch,
        record: "Callable[[], IncidentDesk | None]",
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Act in the cluster and on the servers of `session`, as far as `switch` allows."""
        self._app = app
        self._session = session
        self._held = held
        self._switch = switch
        self._record = record
        self._tell = tell
        self._clock = clock
        self._desks: list[_Desks] = []
        recorder, servers = IncidentRecorder(record), session.servers
        self._servers = {
            target.name: ServerDesk(app, servers, target, self._named, recorder, tell, clock)
            for target in servers.targets
        }

    async def offer(
        self, selection: Selection, suggestions: Sequence[Suggestion] = (), worst: Worst | None = None
    ) -> None:
        """Offer what can be done to a selection; to what is wrong elsewhere before that."""
        if (desks := self._here()) is None:
            self._tell(NOT_YET, "doubtful")
        else:
            await desks.actions.offer(selection, self._switch.permit, suggestions, worst)

    async def offer_on_server(self, name: str, selection: ServerSelection) -> None:
        """Offer what can be done to a Postgres server."""
        await self.server(name).offer(selection, self._switch.permit, self._take_up)

    def server(self, name: str) -> ServerDesk:
        """Give who acts on a Postgres server."""
        return self._servers[name]

    async def prepare(self) -> None:
        """Get a connection for actions to every server, which may have no room for it later."""
        await asyncio.gather(*(server.prepare() for server in self._servers.values()))

    async def shell(self, pod: Pod) -> None:
        """Open a shell in a container of a pod."""
        if (desks := self._here()) is None:
            self._tell(NOT_YET, "doubtful")
        elif not self._switch.on:
            self._tell(READ_ONLY, "doubtful")
        else:
            await desks.shell.shell(pod, protected=self._switch.protected)

    async def forwards(self, target: str, namespace: str, ports: Sequence[int]) -> None:
        """Show the ports that are open on this machine, and open one of `target`."""
        if (desks := self._here()) is None:
            self._tell(NOT_YET, "doubtful")
        else:
            await desks.ports.show(target, namespace, ports)

    async def aclose(self) -> None:
        """Wait until what is running has its receipt; close all ports."""
        ends = [each.aclose() for desks in self._desks for each in (desks.actions, desks.ports)]
        await asyncio.gather(*ends, *(server.aclose() for server in self._servers.values()))

    def _named(self, address: str) -> str:
        """Tell the workload whose pod has an address; empty where it is none, or several on the network of a node."""
        names = {pod.workload.name for pod in self._held.pods.values() if pod.ip == address}
        return names.pop() if len(names) == 1 else ""

    async def _take_up(self, offer: Offer) -> None:
        if (desks := self._here()) is None:
            self._tell(NOT_YET, "doubtful")
        else:
            await desks.actions.take_up(offer, self._switch.permit)

    def _here(self) -> _Desks | None:
        """Give the desks of the cluster that is looked at."""
        cluster = self._session.cluster
        if cluster is None:
            return None
        desks = next((each for each in self._desks if each.cluster is cluster), None)
        if desks is None:
            desks = self._made_for(cluster)
            self._desks.append(desks)
        return desks

    def _made_for(self, cluster: Cluster) -> _Desks:
        app, tell, clock, recorder = self._app, self._tell, self._clock, IncidentRecorder(self._record)
        return _Desks(
            cluster,
            ActionDesk(app, self._session, cluster, self._held, recorder, tell, clock),
            ShellDesk(app, cluster, self._record, tell, clock),
            PortsDesk(app, cluster, tell, clock),
        )
