"""What a person means by what has the cursor: the pods, the object, the finding that an action would be about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cockpit.diagnosis.finding import Finding, Suggestion
from cockpit.diagnosis.web.alerts import alert_of
from cockpit.reading import TroubleKind
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef, Service
from cockpit.ui.actions.offers import Selection
from cockpit.ui.actions.server_offers import POSTGRES_KIND, ServerSelection
from cockpit.ui.actions.silence_offers import SilenceSelection
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.kind_desk import KindDesk
from cockpit.ui.kubernetes.object_pages import pod_reference
from cockpit.ui.postgres.postgres_desk import PostgresDesk
from cockpit.ui.web.web_desk import WebDesk

if TYPE_CHECKING:
    from cockpit.ui.screen import CockpitScreen

_MOST_OBJECTS = 3
"""Of a finding, to which something can be done: the first of them matter most."""

_OTHER_SOURCES = ("postgres", "aws", "web")
"""Views in which no pod is in sight that could be meant."""

_HAVE_PODS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")


class Selected(NamedTuple):
    """A selection, and what a diagnosis suggests to do about it."""

    selection: Selection
    suggestions: Sequence[Suggestion] = ()


def selected(screen: "CockpitScreen", kinds: KindDesk) -> Selected | None:
    """Tell what the cursor stands on, in the pane that has the focus; None where that is nothing to act on."""
    if screen.findings.has_focus_within:
        finding = screen.findings.selected
        return None if finding is None or not finding.objects else _of_finding(finding, kinds.held)
    if screen.view in _OTHER_SOURCES:
        return None
    if screen.view == "logs":
        read = screen.logs.pods_read
        return _of_pods(read, kinds.held) if read else None
    reference = kinds.reference if screen.view == "pods" else None
    if reference is None:
        pods = screen.pods.chosen
        return _of_pods(pods, kinds.held) if pods else None
    under = kinds.pod_under_cursor or (kinds.held.pods.get(reference.key) if reference.kind == "Pod" else None)
    if under is not None:
        return _of_pods([under], kinds.held)
    return Selected(Selection(reference, revision=kinds.revision), _suggestions(kinds.held, reference))


def selected_server(screen: "CockpitScreen", postgres: PostgresDesk) -> tuple[str, ServerSelection] | None:
    """Tell which Postgres server an action would be about, and what of it; None where it is about none."""
    finding = screen.findings.selected if screen.findings.has_focus_within else None
    if finding is not None:
        about = finding.objects[0] if finding.objects else None
        server = about.name if about is not None and about.kind == POSTGRES_KIND else ""
        suggestions: Sequence[Suggestion] = finding.actions
        backend = None
    else:
        server = postgres.pane.server if screen.view == "postgres" else ""
        backend = postgres.selected_backend()
        suggestions = [each for found in screen.findings.known or () for each in _about_server(found, server)]
    reading = postgres.held.reading(server) if server else None
    if not server:
        return None
    blocked = reading is not None and reading.data is not None and bool(reading.data.activity.lock_waits)
    trouble = reading.trouble if reading is not None else None
    refused = trouble is not None and trouble.kind is TroubleKind.REFUSED
    return server, ServerSelection(backend, blocked, suggestions, refused)


def selected_alerts(screen: "CockpitScreen", web: WebDesk) -> tuple[str, SilenceSelection] | None:
    """Tell which alerts or silence of which Alertmanager an action would be about; None where it is about none."""
    finding = screen.findings.selected if screen.findings.has_focus_within else None
    if finding is None:
        return web.selected_alerts() if screen.view == "web" else None
    return web.alerts_named(*place) if (place := alert_of(finding.key)) is not None else None


def selected_pod(screen: "CockpitScreen", kinds: KindDesk) -> Pod | None:
    """Tell which single pod the cursor stands on."""
    found = selected(screen, kinds)
    return found.selection.pods[0] if found is not None and found.selection.pods else None


def ports_of(selection: Selection, kinds: KindDesk) -> tuple[str, str, list[int]]:
    """Tell what a port-forward to a selection would lead to: target, namespace, and the ports that are known.

    The target is empty where the selection is nothing that has ports.
    """
    about = selection.about
    if about.kind == "Service":
        service = kinds.held.objects(kind_names.SERVICES, Service).get(about.key)
        return f"service/{about.name}", about.namespace, [port.port for port in service.ports] if service else []
    if selection.pods:
        return f"pod/{selection.pods[0].name}", selection.pods[0].namespace, []
    return str(about) if about.kind in _HAVE_PODS else "", about.namespace, []


def _about_server(finding: Finding, server: str) -> Sequence[Suggestion]:
    about = finding.objects[0] if finding.objects else None
    return finding.actions if about is not None and (about.kind, about.name) == (POSTGRES_KIND, server) else ()


def _of_finding(finding: Finding, held: Holdings) -> Selected:
    about, *others = finding.objects[:_MOST_OBJECTS]
    pod = held.pods.get(about.key) if about.kind == "Pod" else None
    return Selected(Selection(about, tuple(others), () if pod is None else (pod,)), finding.actions)


def _of_pods(pods: Sequence[Pod], held: Holdings) -> Selected:
    """Select pods, and their workload where it is one for all of them."""
    about = pod_reference(pods[0])
    owners = {ObjectRef(pod.workload.kind, pod.namespace, pod.workload.name) for pod in pods}
    owner = tuple(owners) if len(owners) == 1 else ()
    return Selected(Selection(about, owner, tuple(pods)), _suggestions(held, *map(pod_reference, pods), *owner))


def _suggestions(held: Holdings, *abouts: ObjectRef) -> Sequence[Suggestion]:
    return [each for finding in held.findings_about(*abouts) for each in finding.actions]
