"""Services that nobody answers for, and the ingresses that send requests to them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.explanation import event_evidence
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View, workload_of
from cockpit.diagnosis.wording import listed, one_line
from cockpit.sources.kubernetes.kind_names import ENDPOINT_SLICES, INGRESSES, SERVICES
from cockpit.sources.kubernetes.model import Health, Pod
from cockpit.sources.kubernetes.objects import Deployment, Ingress, ObjectRef, Service, StatefulSet

_EXTERNAL_NAME = "ExternalName"


class Outage(NamedTuple):
    """A service without a ready endpoint."""

    service: Service
    text: str
    """`service web has no endpoint, shop.example.test/ answers 503`."""
    evidence: tuple[Evidence, ...]
    objects: tuple[ObjectRef, ...]
    """The service and its ingresses."""
    pods: Sequence[Pod]
    """Those that the service selects."""
    idle: Sequence[Deployment | StatefulSet]
    """Workloads that the service selects and that are scaled to zero."""
    absent: Sequence[ObjectRef]
    """Workloads that the service selects and that have no pod, although they should."""
    exposed: bool
    """An ingress sends requests to it."""

    @property
    def ref(self) -> ObjectRef:
        """The service."""
        return self.objects[0]


def outages(view: View) -> Iterator[Outage]:
    """Find the services without a ready endpoint; none while endpoints are not known."""
    slices = view.slices
    if slices is None:
        return
    for service in view.services.values():
        place = service.meta.namespace, service.meta.name
        if not service.selector or service.type == _EXTERNAL_NAME or service.meta.deleting_since is not None:
            continue
        if not any(endpoint.ready for each in slices.get(place, ()) for endpoint in each.endpoints):
            yield _outage(service, view)


def problems(view: View, unexplained: Sequence[Outage]) -> Iterator[Problem]:
    """Judge the services without endpoints that no other problem explains, and ingresses to no service.

    Pods that are just starting explain a service without endpoints, too: they become a problem when they take too long.
    """
    for outage in unexplained:
        if outage.idle:
            yield _scaled_to_zero(outage, view)
        elif outage.exposed and not outage.pods and not outage.absent and _is_settled(outage, view):
            yield _selects_nothing(outage, view)
    if view.facts.services is not None and view.facts.services.resource_version:
        for ingress in view.ingresses.values():
            yield from _service_missing(ingress, view)


def workloads_behind(outage: Outage) -> set[ObjectRef]:
    """Name the workloads that should answer for the service."""
    return {workload_of(pod) for pod in outage.pods} | set(outage.absent)


def _outage(service: Service, view: View) -> Outage:
    ref = ObjectRef("Service", service.meta.namespace, service.meta.name)
    pods = [pod for pod in view.pods_selected(ref.namespace, service.selector) if pod.health is not Health.DONE]
    idle, absent = _without_pods(service, view) if not pods else ((), ())
    ingresses = [
        ingress
        for ingress in view.ingresses.values()
        if ingress.meta.namespace == ref.namespace and any(rule.service == ref.name for rule in ingress.rules)
    ]
    routes = [_route(rule.host, rule.path) for each in ingresses for rule in each.rules if rule.service == ref.name]
    answers = f", {one_line(listed(routes, 2))} {'answers' if len(routes) == 1 else 'answer'} 503" if routes else ""
    refs = tuple(ObjectRef("Ingress", ref.namespace, each.meta.name) for each in ingresses)
    slices = (view.slices or {}).get((ref.namespace, ref.name), ())
    evidence = [Evidence(ENDPOINT_SLICES, each.meta.key, "no endpoint is ready") for each in slices[:1]]
    if not slices:
        evidence.append(Evidence(SERVICES, service.meta.key, "it has no endpoint slice"))
    evidence.extend(
        Evidence(INGRESSES, each.meta.key, f"sends requests to service {ref.name}") for each in ingresses[:1]
    )
    text = f"service {one_line(view.name(ref))} has no endpoint{answers}"
    return Outage(service, text, tuple(evidence), (ref, *refs[:3]), pods, idle, absent, bool(ingresses))


def _without_pods(service: Service, view: View) -> tuple[Sequence[Deployment | StatefulSet], Sequence[ObjectRef]]:
    """Find the workloads whose pods a service would select if they had any."""
    wanted = service.selector.items()
    idle: list[Deployment | StatefulSet] = []
    absent: list[ObjectRef] = []
    for kind, workloads in (("Deployment", view.deployments), ("StatefulSet", view.stateful_sets)):
        for workload in workloads.values():
            if workload.meta.namespace == service.meta.namespace and wanted <= workload.template.labels.items():
                if workload.desired:
                    absent.append(ObjectRef(kind, workload.meta.namespace, workload.meta.name))
                else:
                    idle.append(workload)
    return idle, absent


def _is_settled(outage: Outage, view: View) -> bool:
    return view.now - outage.service.meta.created > view.policy.creating


def _route(host: str, path: str) -> str:
    return f"{host or '*'}{path or '/'}"


def _scaled_to_zero(outage: Outage, view: View) -> Problem:
    workload = outage.idle[0]
    kind = "Deployment" if isinstance(workload, Deployment) else "StatefulSet"
    subject = ObjectRef(kind, workload.meta.namespace, workload.meta.name)
    scaled = [event for event in view.events(subject, "ScalingReplicaSet") if event.message.endswith(" to 0")]
    return Problem(
        cause=Cause.SCALED_TO_ZERO,
        key=f"workloads/{Cause.SCALED_TO_ZERO}/{subject.namespace}/{kind}/{subject.name}",
        severity=FindingSeverity.DOUBTFUL,
        subject=subject,
        name=view.name(subject),
        what="is scaled to zero",
        consequences=(outage.text,),
        evidence=(*outage.evidence, *(event_evidence(event) for event in scaled[:1])),
        since=scaled[0].last_at if scaled else None,
        objects=outage.objects,
    )


def _selects_nothing(outage: Outage, view: View) -> Problem:
    service = outage.service
    selector = one_line(", ".join(f"{name}={value}" for name, value in sorted(service.selector.items())), 100)
    return Problem(
        cause=Cause.NO_ENDPOINTS,
        key=f"services/{Cause.NO_ENDPOINTS}/{outage.ref.namespace}/{outage.ref.name}",
        severity=FindingSeverity.WRONG,
        subject=outage.ref,
        name=view.name(outage.ref),
        what=outage.text,
        why=f"no pod has {selector}",
        evidence=(*outage.evidence, Evidence(SERVICES, service.meta.key, f"selects {selector}")),
        objects=outage.objects,
    )


def _service_missing(ingress: Ingress, view: View) -> Iterator[Problem]:
    if ingress.meta.deleting_since is not None or view.now - ingress.meta.created <= view.policy.creating:
        return
    namespace = ingress.meta.namespace
    for name in sorted({rule.service for rule in ingress.rules if rule.service}):
        if f"{namespace}/{name}" in view.services:
            continue
        routes = [_route(rule.host, rule.path) for rule in ingress.rules if rule.service == name]
        subject = ObjectRef("Ingress", namespace, ingress.meta.name)
        yield Problem(
            cause=Cause.NO_ENDPOINTS,
            key=f"ingresses/{Cause.NO_ENDPOINTS}/{namespace}/{ingress.meta.name}/{name}",
            severity=FindingSeverity.WRONG,
            subject=subject,
            name=f"ingress {one_line(view.name(subject))}",
            what=f"there is no service {one_line(name)}, {one_line(listed(routes, 2))} cannot be answered",
            evidence=(Evidence(INGRESSES, ingress.meta.key, f"sends requests to service {one_line(name)}"),),
            objects=(ObjectRef("Service", namespace, name),),
        )
