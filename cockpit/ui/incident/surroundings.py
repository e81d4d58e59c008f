"""What a command of the runbook finds: where the cockpit looks, what is selected, and which panes show the same."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cockpit.actions.commands.environment import ClusterPlace, Place
from cockpit.config import Config
from cockpit.runbooks.live import Live
from cockpit.session import Session
from cockpit.sources.kubernetes.model import Pod
from cockpit.ui.actions.selecting import selected
from cockpit.ui.kubernetes.kind_desk import KindDesk
from cockpit.ui.kubernetes.object_pages import pod_reference
from cockpit.ui.logs.logs_desk import LogsDesk
from cockpit.ui.postgres.postgres_desk import PostgresDesk

if TYPE_CHECKING:
    from cockpit.sources.postgres.target import Target
    from cockpit.ui.screen import CockpitScreen

_IN_CLUSTER = "in-cluster"
_HAVE_PODS = ("Deployment", "StatefulSet", "DaemonSet", "Service", "ReplicaSet")


class Surroundings:
    """Looks at the screen and the session on behalf of commands."""

    def __init__(
        self,
        screen: "CockpitScreen",
        session: Session,
        config: Config,
        kinds: KindDesk,
        postgres: PostgresDesk,
        logs: LogsDesk,
    ) -> None:
        """Look at what these show."""
        self._screen = screen
        self._session = session
        self._config = config
        self._kinds = kinds
        self._postgres = postgres
        self._logs = logs

    def place(self) -> Place:
        """Tell where the cockpit looks."""
        info, scope = self._session.info, self._session.scope
        cluster = None
        if info is not None and info.context != _IN_CLUSTER:
            cluster = ClusterPlace(info.context, scope.namespace or "", scope.kubeconfig)
        account = next((account for _, account in self._config.aws.looked_at()), None)
        profile = account.profile if account is not None else None
        region = account.region if account is not None else None
        return Place(cluster, self._server(), profile, region)

    def facts(self) -> Mapping[str, str]:
        """Tell what is known of the things that placeholders ask for, by `cockpit.runbooks.ready.fact_of`."""
        place, found = self.place(), selected(self._screen, self._kinds)
        facts: dict[str, str] = {}
        if place.cluster is not None:
            facts |= {"context": place.cluster.context, "namespace": place.cluster.namespace}
        if place.server is not None:
            given = place.server.parameters
            facts |= {"database": given.get("dbname", ""), "host": given.get("host", ""), "user": given.get("user", "")}
        facts |= {"profile": place.profile or "", "region": place.region or ""}
        if found is not None:
            facts |= _of_pods(found.selection.pods)
            abouts = (found.selection.about, *found.selection.others)
            if owner := next((each.name for each in abouts if each.kind in _HAVE_PODS), ""):
                facts["workload"] = owner
            if found.selection.about.kind == "Node":
                facts["node"] = found.selection.about.name
        if self._screen.view == "postgres" and (backend := self._postgres.selected_backend()) is not None:
            facts["pid"] = str(backend.pid)
        return {fact: value for fact, value in facts.items() if value}

    def shows(self, live: Live) -> bool:
        """Tell whether a pane shows what a command asks, in the same namespace."""
        if live.view == "postgres":
            return bool(self._session.servers.targets)
        namespace = self._session.namespace
        if live.namespace == "*":
            return not namespace and live.view == "kind"
        if live.namespace and namespace and live.namespace != namespace:
            return False
        return live.view == "kind" or bool(self._pods(live))

    def open(self, live: Live) -> None:
        """Show it."""
        match live.view:
            case "postgres":
                server = self._server()
                self._postgres.open(server.name if server is not None else "")
                self._screen.action_view("postgres")
            case "logs":
                pods = self._pods(live)
                self._logs.choose(pods, previous=False, workload=pods[0].name != live.name)
                self._screen.action_view("logs")
            case "describe":
                self._screen.action_view("pods")
                self._kinds.open(pod_reference(self._pods(live)[0]), "describe")
            case _:
                self._screen.action_view("pods")
                self._kinds.choose_kind(live.name)

    def _pods(self, live: Live) -> list[Pod]:
        return [
            pod
            for pod in self._kinds.held.pods.values()
            if live.name in {pod.name, pod.workload.name} and live.namespace in {"", pod.namespace}
        ]

    def _server(self) -> "Target | None":
        """Give the server that is shown, or the first."""
        targets = self._session.servers.targets
        shown = self._postgres.pane.subject_name if self._screen.view == "postgres" else ""
        return next((target for target in targets if target.name == shown), targets[0] if targets else None)


def _of_pods(pods: tuple[Pod, ...]) -> dict[str, str]:
    if not pods:
        return {}
    first = pods[0]
    containers = {"container": first.containers[0].name} if first.containers else {}
    return {"pod": first.name, "workload": first.workload.name, "node": first.node or "", **containers}
