"""Who holds the connections of a Postgres server: the workload whose pod has the client's address, if one has it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from cockpit.diagnosis.view import workload_of
from cockpit.sources.kubernetes.model import Pod, Pods
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import Activity, Backend, BackendState

CLIENT = "client backend"
"""`backend_type` of the connections that count against `max_connections`."""
ON_THE_SERVER = "on the server itself"
"""Whoever comes over a socket and gives no name."""
UNKNOWN = "unknown"
"""Whoever gives no name, and whose address is hidden from the role that looks."""
NO_POD = " (no pod)"
"""Stands behind the name of an application that is also that of a workload, where no pod has its address."""

_MAPPED = "::ffff:"
"""An IPv4 address as a socket of IPv6 tells it (RFC 4291, 2.5.5.2)."""


class Client(NamedTuple):
    """Who is at the other end of a connection, as well as it can be told."""

    name: str
    """Of the workload; else the application's own; else the address. No other client of the server has the same."""
    workload: ObjectRef | None = None


class Holder(msgspec.Struct, frozen=True):
    """All connections of one client."""

    name: str
    """The workload, the application or the address: hostile text."""
    states: Mapping[BackendState, int]
    """How many connections are in which state. Those that are hidden are neither idle nor active."""
    workload: ObjectRef | None = None
    """The workload whose pods hold the connections; None: no cluster is read, or no pod of it has the address."""
    pods: tuple[str, ...] = ()
    """`namespace/name` of those pods."""
    applications: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    pids: tuple[int, ...] = ()
    idle_in_transaction_since: datetime | None = None
    """Since when the oldest of its idle transactions has been idle."""

    @property
    def connections(self) -> int:
        """How many connections there are in all."""
        return sum(self.states.values())

    @property
    def active(self) -> int:
        """How many run a statement, or wait in one."""
        return self.states.get(BackendState.ACTIVE, 0)

    @property
    def idle_in_transaction(self) -> int:
        """How many hold a transaction open and do nothing, also in a transaction that has failed."""
        states = self.states
        return states.get(BackendState.IDLE_IN_TRANSACTION, 0) + states.get(BackendState.IDLE_IN_TRANSACTION_ABORTED, 0)

    @property
    def hidden(self) -> int:
        """How many connections there are whose state this role may not see."""
        return self.states.get(BackendState.HIDDEN, 0)


class Clients:
    """Tells who is at the other end of each connection of one look at a server."""

    def __init__(self, activity: Activity, pods: Pods | None) -> None:
        """Find the pods that have the addresses of the clients.

        Args:
            activity: Who is connected.
            pods: The pods of the cluster; None: none is read.
        """
        wanted = {_address(backend) for backend in activity.backends} - {""}
        self._pods = _pods_by_address(wanted, pods.pods.values() if pods is not None else ())
        self._namesakes: dict[str, set[ObjectRef]] = defaultdict(set)
        """The workloads that clients belong to, by their name."""
        for pod in self._pods.values():
            self._namesakes[pod.workload.name].add(workload_of(pod))

    def pod(self, backend: Backend) -> Pod | None:
        """Give the pod that a connection comes from, if one has its address.

        None also when pods of several workloads have it, such as those on the network of their node.
        """
        return self._pods.get(_address(backend))

    def client(self, backend: Backend) -> Client:
        """Say who is at the other end of a connection."""
        pod = self.pod(backend)
        if pod is not None:
            name, workload = pod.workload.name, workload_of(pod)
            several = len(self._namesakes[name]) > 1
            return Client(f"{workload.namespace}/{workload.kind}/{name}" if several else name, workload)
        nameless = UNKNOWN if backend.state is BackendState.HIDDEN else ON_THE_SERVER
        name = backend.application or backend.client_address or nameless
        return Client(f"{name}{NO_POD}" if name in self._namesakes else name)


def holders(activity: Activity, pods: Pods | None = None) -> tuple[Holder, ...]:
    """Tell who holds the connections, whoever has most first.

    Only client backends count: a standby's walsender or a parallel worker takes none of `max_connections`.

    Args:
        activity: Who is connected.
        pods: The pods of the cluster, to name the workload by the client's address; None: none is read.
    """
    clients = Clients(activity, pods)
    groups: dict[Client, list[Backend]] = defaultdict(list)
    for backend in activity.backends:
        if backend.backend_type == CLIENT:
            groups[clients.client(backend)].append(backend)
    found = [_holder(client, group, clients) for client, group in groups.items()]
    return tuple(sorted(found, key=lambda each: (-each.connections, each.name, str(each.workload))))


def _holder(client: Client, backends: list[Backend], clients: Clients) -> Holder:
    idle = [each.state_since for each in backends if each.in_transaction_idle and each.state_since is not None]
    pods = (clients.pod(each) for each in backends)
    return Holder(
        name=client.name,
        states=dict(Counter(each.state for each in backends)),
        workload=client.workload,
        pods=_distinct(pod.key for pod in pods if pod is not None),
        applications=_distinct(each.application for each in backends),
        users=_distinct(each.user for each in backends),
        addresses=_distinct(each.client_address for each in backends),
        pids=tuple(sorted(each.pid for each in backends)),
        idle_in_transaction_since=min(idle, default=None),
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))


def _address(backend: Backend) -> str:
    """Give the client's address as the cluster would write it."""
    return backend.client_address.removeprefix(_MAPPED)


def _pods_by_address(wanted: set[str], pods: Iterable[Pod]) -> dict[str, Pod]:
    """Find the one workload behind each address: its first pod by name stands for it.

    A pod that no longer runs holds nothing, and its address may have been given to another one.
    """
    found: dict[str, list[Pod]] = defaultdict(list)
    for pod in pods:
        if pod.ip in wanted and any(container.state == "running" for container in pod.containers):
            found[pod.ip].append(pod)
    return {
        address: min(group, key=lambda pod: pod.key)
        for address, group in found.items()
        if len({workload_of(pod) for pod in group}) == 1
    }
