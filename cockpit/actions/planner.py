"""Makes plans: reads what they have to know, fresh from the server, and hands it to the pure functions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cockpit.actions.autoscaling import plan_set_maximum
from cockpit.actions.budgets import read_budgets
from cockpit.actions.certificates import plan_renew
from cockpit.actions.force import plan_force_delete
from cockpit.actions.live import Live, read, read_all
from cockpit.actions.nodes import plan_cordon, plan_drain
from cockpit.actions.plan import Plan
from cockpit.actions.pods import plan_delete_pods, plan_evict
from cockpit.actions.resource import RESOURCES, Ref
from cockpit.actions.rollouts import plan_restart, plan_rollback
from cockpit.actions.room import Room, read_quotas
from cockpit.actions.scaling import plan_scale
from cockpit.actions.scene import Scene
from cockpit.actions.settings import plan_set_env, plan_set_image, plan_set_resources
from cockpit.actions.silence import answering, is_silent, silent_nodes
from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.model import Pods
from cockpit.sources.kubernetes.objects import Autoscaler, Node
from cockpit.threads import call_in_thread

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.connection import Cluster


class Planner:
    """Plans actions on one cluster. Reads only.

    Every method raises a SourceError when what the plan needs cannot be read, or is not what the screen showed.
    """

    def __init__(self, cluster: "Cluster", clock: Clock = utc_now) -> None:
        """Plan for `cluster`."""
        self._cluster = cluster
        self._clock = clock

    async def restart(self, ref: Ref) -> Plan:
        """Plan to make all pods of a Deployment, StatefulSet or DaemonSet anew."""
        return plan_restart(await self._scene(), await self._read(ref))

    async def rollback(self, ref: Ref, revision: int) -> Plan:
        """Plan to go back to a revision of a Deployment."""
        live = await self._read(ref)
        labels = (live.spec.get("selector") or {}).get("matchLabels") or {}
        query = {"labelSelector": ",".join(f"{key}={value}" for key, value in sorted(labels.items()))}
        replica_sets, pods = [
            await read_all(self._cluster, kind, RESOURCES[kind].path(ref.namespace), query)
            for kind in ("ReplicaSet", "Pod")
        ]
        return plan_rollback(await self._scene(), live, revision, replica_sets, pods)

    async def scale(self, ref: Ref, replicas: int, autoscalers: Sequence[Autoscaler] = ()) -> Plan:
        """Plan to change how many pods a Deployment, StatefulSet or ReplicaSet has."""
        return plan_scale(await self._scene(), await self._read(ref), replicas, autoscalers)

    async def set_maximum(self, ref: Ref, maximum: int, nodes: Sequence[Node] = (), pods: Pods | None = None) -> Plan:
        """Plan to let a HorizontalPodAutoscaler make more pods, or fewer; nodes and pods tell what room there is."""
        live = await self._read(ref)
        room = Room(await self._pod_spec(live), await read_quotas(self._cluster, ref.namespace), nodes, pods)
        return plan_set_maximum(await self._scene(), live, maximum, room)

    async def renew(self, ref: Ref) -> Plan:
        """Plan to have a Certificate issued anew."""
        return plan_renew(await self._scene(), await self._read(ref))

    async def set_image(self, ref: Ref, container: str, image: str) -> Plan:
        """Plan to run another image."""
        return plan_set_image(await self._scene(), await self._read(ref), container, image)

    async def set_env(self, ref: Ref, container: str, values: Mapping[str, str | None]) -> Plan:
        """Plan to change environment variables; None removes one."""
        return plan_set_env(await self._scene(), await self._read(ref), container, values)

    async def set_resources(
        self,
        ref: Ref,
        container: str,
        requests: Mapping[str, str] | None = None,
        limits: Mapping[str, str] | None = None,
    ) -> Plan:
        """Plan to change what a container asks for and may use at most."""
        return plan_set_resources(await self._scene(), await self._read(ref), container, requests, limits)

    async def delete_pods(self, refs: Sequence[Ref]) -> Plan:
        """Plan to delete pods of one namespace."""
        pods = [await self._read(ref) for ref in refs]
        budgets = await read_budgets(self._cluster, [refs[0].namespace])
        silent = await silent_nodes(self._cluster, pods)
        return plan_delete_pods(await self._scene(), pods, budgets, await self._owners(pods), silent)

    async def evict(self, refs: Sequence[Ref]) -> Plan:
        """Plan to delete pods of one namespace as far as the disruption budgets allow."""
        pods = [await self._read(ref) for ref in refs]
        budgets = await read_budgets(self._cluster, [refs[0].namespace])
        silent = await silent_nodes(self._cluster, pods)
        return plan_evict(await self._scene(), pods, budgets, await self._owners(pods), silent)

    async def force_delete(self, refs: Sequence[Ref]) -> Plan:
        """Plan to have the cluster forget what is Terminating of pods of one namespace, or on one node."""
        about = refs[0]
        if about.kind == "Node":
            node, pods = await self._read(about), await self._pods_on(about)
            return plan_force_delete(await self._scene(), about, pods, {about.name: not is_silent(node)})
        pods = [await self._read(ref) for ref in refs]
        return plan_force_delete(await self._scene(), about, pods, await answering(self._cluster, pods))

    async def cordon(self, ref: Ref) -> Plan:
        """Plan to keep new pods away from a node."""
        return plan_cordon(await self._scene(), await self._read(ref))

    async def uncordon(self, ref: Ref) -> Plan:
        """Plan to let pods come to a node again."""
        return plan_cordon(await self._scene(), await self._read(ref), cordon=False)

    async def drain(self, ref: Ref) -> Plan:
        """Plan to cordon a node and evict its pods."""
        node = await self._read(ref)
        pods = await self._pods_on(ref)
        budgets = await read_budgets(self._cluster, sorted({pod.ref.namespace for pod in pods}))
        return plan_drain(await self._scene(), node, pods, budgets)

    async def _scene(self) -> Scene:
        info = await call_in_thread(self._cluster.describe)
        return Scene(info.context, self._cluster.kubectl, self._clock())

    async def _pods_on(self, node: Ref) -> list[Live]:
        query = {"fieldSelector": f"spec.nodeName={node.name}"}
        return await read_all(self._cluster, "Pod", RESOURCES["Pod"].path(""), query)

    async def _read(self, ref: Ref) -> Live:
        live = await read(self._cluster, ref)
        if ref.uid and live.ref.uid != ref.uid:
            message = f"{ref} is not the one that was shown: it was deleted and made anew"
            raise SourceError(TroubleKind.MISSING, message)
        return live

    async def _owners(self, pods: Sequence[Live]) -> list[Live]:
        """Read the controllers of pods; what may not be read is left out, for they only serve to warn."""
        owners: list[Live] = []
        for ref in {pod.controller for pod in pods if pod.controller is not None and pod.controller.kind in RESOURCES}:
            try:
                owners.append(await read(self._cluster, ref))
            except SourceError:
                continue
        return owners

    async def _pod_spec(self, scaler: Live) -> Mapping[str, Any]:
        """Read what the target of an autoscaler makes its pods from; empty when that cannot be read."""
        target = scaler.spec.get("scaleTargetRef") or {}
        if target.get("kind") not in RESOURCES:
            return {}
        try:
            live = await read(self._cluster, Ref(target["kind"], target["name"], scaler.ref.namespace))
        except SourceError:
            return {}
        spec: Mapping[str, Any] = (live.spec.get("template") or {}).get("spec") or {}
        return spec
