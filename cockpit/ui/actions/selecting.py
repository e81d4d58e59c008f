"""What a person means by what has the cursor: the pods, the object, the finding that an action would be about."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from cockpit.diagnosis.finding import Finding, Suggestion
from cockpit.diagnosis.postgres.said import says_not_serving
from cockpit.diagnosis.web.alerts import alert_of
from cockpit.reading import Trouble, TroubleKind
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.model import Health as PodHealth
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef, Service
from cockpit.ui.actions.directions import Directions, directions_for
from cockpit.ui.actions.offers import Selection, Worst, offers_for, suggested
from cockpit.ui.actions.server_offers import POSTGRES_KIND, ServerSelection
from cockpit.ui.actions.silence_offers import SilenceSelection
from cockpit.ui.aws.aws_desk import AwsDesk
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.kind_desk import KindDesk
from cockpit.ui.kubernetes.object_pages import pod_reference
from cockpit.ui.postgres.postgres_desk import PostgresDesk
from cockpit.ui.web.web_desk import WebDesk
from cockpit.ui.widgets.format import clock

if TYPE_CHECKING:
    from cockpit.ui.screen import CockpitScreen

_MOST_OBJECTS = 3
"""Of a finding, to which something can be done: the first of them matter most."""

_OTHER_SOURCES = ("postgres", "aws", "web")
"""Views in which no pod is in sight that could be meant, but behind a target of a balancer."""

_HAVE_PODS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")


class Selected(NamedTuple):
    """A selection, and what a diagnosis suggests to do about it."""

    selection: Selection
    suggestions: Sequence[Suggestion] = ()
    worst: Worst | None = None
    """What is wrong, where the cursor stands on a pod that is well and something could be done about it."""


def selected(screen: "CockpitScreen", kinds: KindDesk) -> Selected | None:
    """Tell what the cursor stands on, in the pane that has the focus; None where that is nothing to act on."""
    if screen.findings.has_focus_within:
        finding = screen.findings.selected
        return None if finding is None or not finding.objects else _of_finding(finding, kinds.held)
    if screen.view in _OTHER_SOURCES:
        behind = screen.aws.selected_pods() if screen.view == "aws" and screen.aws is not None else ()
        return _of_pods(behind, kinds.held) if behind else None
    if screen.view == "logs":
        read = screen.logs.pods_read
        return _of_pods(read, kinds.held) if read else None
    reference = kinds.reference if screen.view == "pods" else None
    if reference is None:
        pods = screen.pods.chosen
        return _beside_the_worst(screen, _of_pods(pods, kinds.held)) if pods else None
    under = kinds.pod_under_cursor or (kinds.held.pods.get(reference.key) if reference.kind == "Pod" else None)
    if under is not None:
        return _of_pods([under], kinds.held)
    return Selected(Selection(reference, revision=kinds.revision), _suggestions(kinds.held, reference))


def can_act_on(found: Selected) -> bool:
    """Tell whether anything can be done to a selection."""
    return found.worst is not None or bool(suggested(found.suggestions) or offers_for(found.selection))


def selected_server(
    screen: "CockpitScreen", postgres: PostgresDesk, aws: AwsDesk
) -> tuple[str, ServerSelection] | None:
    """Tell which Postgres server an action would be about, and what of it; None where it is about none.

    What is chosen of RDS is about the server that it is, as far as that one is read.
    """
    finding = screen.findings.selected if screen.findings.has_focus_within else None
    if finding is not None:
        about = finding.objects[0] if finding.objects else None
        server = _server_of(finding) or (aws.server_of(about) if about is not None else "")
        return (server, on_server(postgres, server, finding.actions)) if server else None
    if screen.view == "aws" and (about := aws.selected) is not None and (server := aws.server_of(about)):
        concerned = [found for found in screen.findings.findings if about in found.objects]
        suggestions = [each for found in concerned for each in found.actions]
        suggestions += [each for found in screen.findings.findings for each in _about_server(found, server)]
        return server, on_server(postgres, server, suggestions)
    if screen.view != "postgres" or not (server := postgres.pane.subject_name):
        return None
    suggestions = [each for found in screen.findings.known or () for each in _about_server(found, server)]
    return server, on_server(postgres, server, suggestions)._replace(backend=postgres.selected_backend())


def worst_on_server(found: Selected | None, postgres: PostgresDesk) -> tuple[str, ServerSelection] | None:
    """Tell on which Postgres server something is wrong while the cursor stands on a pod that is well; None: on none."""
    if found is None or found.worst is None:
        return None
    targets = (each.target for each in found.worst.suggestions)
    server = next((each.name for each in targets if each.kind == POSTGRES_KIND), "")
    if not server:
        return None
    selection = on_server(postgres, server, found.worst.suggestions)
    return server, selection._replace(worst=found.worst, besides=found.selection)


def on_server(postgres: PostgresDesk, server: str, suggestions: Sequence[Suggestion]) -> ServerSelection:
    """Select a server as a whole, with what a diagnosis suggests about it."""
    reading = postgres.held.reading(server)
    blocked = reading is not None and reading.data is not None and bool(reading.data.activity.lock_waits)
    trouble = reading.trouble if reading is not None else None
    refused = trouble is not None and trouble.kind is TroubleKind.REFUSED and not says_not_serving(trouble.message)
    away = "" if trouble is None else away_since(trouble, postgres.held.zone)
    return ServerSelection(None, blocked, suggestions, refused, away)


def away_since(trouble: Trouble, zone: tzinfo) -> str:
    """Say since when a server is away, and why; empty: it only has no room for another connection, or no time."""
    if trouble.kind is not TroubleKind.UNREACHABLE and not says_not_serving(trouble.message):
        return ""
    return f"away since {clock(trouble.since, zone)}: {trouble.message}"


def selected_elsewhere(screen: "CockpitScreen", aws: AwsDesk) -> Directions | None:
    """Tell where to go with what nothing can be done to from here; None where there is nothing to say."""
    finding = screen.findings.selected if screen.findings.has_focus_within else None
    if finding is not None:
        about = finding.objects[0] if finding.objects else None
        found = [finding]
    else:
        about = aws.selected if screen.view == "aws" else None
        found = list(screen.findings.findings)
    return None if about is None else directions_for(about, found, aws.commands_about(about))


def selected_alerts(screen: "CockpitScreen", web: WebDesk) -> tuple[str, SilenceSelection] | None:
    """Tell which alerts or silence of which Alertmanager an action would be about; None where it is about none."""
    finding = screen.findings.selected if screen.findings.has_focus_within else None
    if finding is None:
        return web.selected_alerts() if screen.view == "web" else None
    return web.alerts_named(*place) if (place := alert_of(finding.key)) is not None else None


def alerts_told_with_their_cause(screen: "CockpitScreen", web: WebDesk) -> tuple[str, SilenceSelection] | None:
    """Tell which alerts the selected finding takes in: they can be silenced where nothing can be done to the cause."""
    finding = screen.findings.selected if screen.findings.has_focus_within else None
    places = [place for key in (finding.covers if finding is not None else ()) if (place := alert_of(key)) is not None]
    return web.alerts_named(*places[0]) if places else None


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


def _server_of(finding: Finding) -> str:
    """Name the server that a finding is about, or the one to which something could be done about it."""
    targets = (each.target for each in finding.actions)
    return next((each.name for each in (*finding.objects[:1], *targets) if each.kind == POSTGRES_KIND), "")


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


def _beside_the_worst(screen: "CockpitScreen", found: Selected) -> Selected:
    """Put the worst of what is wrong first, in the overview, while all is well with what has the cursor."""
    worst = next(iter(screen.findings.findings), None)
    selection = found.selection
    well = all(pod.health in (PodHealth.WELL, PodHealth.DONE) for pod in selection.pods)
    if screen.view != "overview" or not well or worst is None or not worst.actions:
        return found
    mine = {*map(pod_reference, selection.pods), *selection.others}
    if any(each.target in mine for each in worst.actions):
        return found
    return found._replace(worst=Worst(worst.title, worst.actions))


def _suggestions(held: Holdings, *abouts: ObjectRef) -> Sequence[Suggestion]:
    return [each for finding in held.findings_about(*abouts) for each in finding.actions]
