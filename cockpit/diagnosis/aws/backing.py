"""Who stands behind the targets of balancers: pods by their address, or by the node port of their service."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from cockpit.diagnosis.view import View, workload_of
from cockpit.sources.aws.model import Target, TargetGroup
from cockpit.sources.kubernetes.model import Health, Pod
from cockpit.sources.kubernetes.objects import Node


class Backing:
    """Finds the pods and nodes that are targets."""

    def __init__(self, groups: Iterable[TargetGroup], view: View) -> None:
        self._wanted = {target.id for group in groups for target in group.targets}
        self._view = view

    @cached_property
    def _pods(self) -> Mapping[str, Sequence[Pod]]:
        """The pods by address. One that is done has none, and its address may have been given to another one."""
        found: dict[str, list[Pod]] = defaultdict(list)
        for pod in self._view.pods.values():
            if pod.ip in self._wanted and pod.health is not Health.DONE:
                found[pod.ip].append(pod)
        return found

    @cached_property
    def _nodes(self) -> Mapping[str, Node]:
        """The nodes by instance id and by address."""
        found: dict[str, Node] = {}
        for node in self._view.nodes.values():
            names = (node.provider_id.rpartition("/")[2], node.address)
            found.update((name, node) for name in names if name and name in self._wanted)
        return found

    @cached_property
    def _by_node_port(self) -> Mapping[int, Sequence[Pod]]:
        """The pods that a port of every node leads to."""
        return {
            port.node_port: self._view.pods_selected(service.meta.namespace, service.selector)
            for service in self._view.services.values()
            for port in service.ports
            if port.node_port
        }

    def node(self, target: Target) -> Node | None:
        """Give the node that is the target; None: it is none, or is not known."""
        return self._nodes.get(target.id)

    def pods(self, groups: Iterable[TargetGroup]) -> tuple[Pod, ...]:
        """Give the pods behind the targets of groups, if they are all of one workload: otherwise nobody is named."""
        found = {
            pod.key: pod for group in groups for target in group.targets for pod in self._behind(target, group.port)
        }
        of_one = len({workload_of(pod) for pod in found.values()}) == 1
        return tuple(found[key] for key in sorted(found)) if of_one else ()

    def _behind(self, target: Target, port: int | None) -> Sequence[Pod]:
        """Give the pods behind a target. A node has others too, so that its port decides, if need be the group's."""
        if target.id in self._nodes:
            return self._by_node_port.get(target.port or port or 0, ())
        return self._pods.get(target.id, ())
