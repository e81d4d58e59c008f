"""What can be done to what a person has selected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cockpit.actions.plan import Right, Verb
from cockpit.actions.resource import RESOURCES, Ref
from cockpit.actions.rights import rights_for
from cockpit.diagnosis import finding
from cockpit.diagnosis.web.kinds import STATUS_PAGE
from cockpit.sources.kubernetes.model import TERMINATING, Pod
from cockpit.sources.kubernetes.objects import ObjectRef

WRONG = "wrong now"
"""Heading of what is offered about a finding."""
UNDER_CURSOR = "under the cursor"
"""Heading of what is offered about the selection, where something else is wrong."""


class Selection(NamedTuple):
    """What an action would be about."""

    about: ObjectRef
    others: tuple[ObjectRef, ...] = ()
    """What else it is about, less important."""
    pods: tuple[Pod, ...] = ()
    """The pods that are marked, or the one under the cursor; none where other kinds are shown."""
    revision: int | None = None
    """The one under the cursor, where the revisions of a deployment are shown."""


class Worst(NamedTuple):
    """The worst of what is wrong, where the cursor stands on something that is well."""

    title: str
    suggestions: Sequence[finding.Suggestion]


class Offer(NamedTuple):
    """Something that can be done, before it is known exactly how."""

    verb: Verb
    refs: tuple[Ref, ...]
    """What it is done to, at least one."""
    rights: tuple[Right, ...]
    """What one must be allowed to do."""
    parameters: Mapping[str, str] = {}
    """What is known already of how to do it."""
    why: str = ""
    """What speaks for it, or what it does."""

    @property
    def deed(self) -> tuple[object, ...]:
        """What is done, without the reason: what has the same deed is offered once."""
        return self.verb, self.refs, *sorted(self.parameters.items())

    @property
    def title(self) -> str:
        """Say it in a few words: `restart deployment/api`, `set env DATABASE_URL of api in deployment/api`."""
        whom = str(self.refs[0]) if len(self.refs) == 1 else f"{len(self.refs)} {self.refs[0].resource.plural}"
        if self.verb is Verb.FORCE_DELETE and self.refs[0].kind == "Node":
            whom = f"the Terminating pods of {whom}"
        known = dict(self.parameters)
        container = known.pop("container", "")
        match self.verb:
            case Verb.ROLLBACK if "revision" in known:
                return f"{self.verb} {whom} to revision {known['revision']}"
            case Verb.SCALE if "replicas" in known:
                return f"{self.verb} {whom} to {known['replicas']}"
            case Verb.SET_MAXIMUM:
                return f"{self.verb} of {whom}{f' to {most}' if (most := known.get('maximum')) else ''}"
        what = ", ".join(value if key in ("name", "image") else f"{key}={value}" for key, value in known.items())
        if container:
            return f"{self.verb}{f' {what}' if what else ''} of {container} in {whom}"
        return f"{self.verb} {whom}"


_OF_PODS = {
    Verb.DELETE: "its controller makes another one",
    Verb.EVICT: "as delete, but only as far as the disruption budgets allow",
}
_OF_ENDING_PODS = {Verb.FORCE_DELETE: "its node does not end it: the cluster forgets it"}
_ROLLING = {
    Verb.RESTART: "makes its pods anew, a few at a time",
    Verb.ROLLBACK: "back to the pod template of an earlier revision",
    Verb.SCALE: "more pods, or fewer",
    Verb.SET_IMAGE: "runs another image",
    Verb.SET_ENV: "sets or removes environment variables",
    Verb.SET_RESOURCES: "what a container asks for, and its limits",
}
_NODES = {
    Verb.CORDON: "no new pod comes to it",
    Verb.UNCORDON: "pods may come to it again",
    Verb.DRAIN: "cordons it, and evicts its pods",
    Verb.FORCE_DELETE: "where the node does not end them: the cluster forgets them",
}
_AUTOSCALERS = {Verb.SET_MAXIMUM: "how many pods it may make at most"}
_CERTIFICATES = {Verb.RENEW: "has cert-manager issue it anew"}
_VERBS: Mapping[str, Mapping[Verb, str]] = {
    "Deployment": _ROLLING,
    "StatefulSet": {verb: why for verb, why in _ROLLING.items() if verb is not Verb.ROLLBACK},
    "DaemonSet": {verb: why for verb, why in _ROLLING.items() if verb not in (Verb.ROLLBACK, Verb.SCALE)},
    "ReplicaSet": {Verb.SCALE: _ROLLING[Verb.SCALE]},
    "Node": _NODES,
    "HorizontalPodAutoscaler": _AUTOSCALERS,
    "Certificate": _CERTIFICATES,
}
_SUGGESTED = {
    finding.Verb.RESTART: Verb.RESTART,
    finding.Verb.ROLLBACK: Verb.ROLLBACK,
    finding.Verb.SCALE: Verb.SCALE,
    finding.Verb.DELETE_POD: Verb.DELETE,
    finding.Verb.SET_IMAGE: Verb.SET_IMAGE,
    finding.Verb.SET_ENV: Verb.SET_ENV,
    finding.Verb.SET_RESOURCES: Verb.SET_RESOURCES,
    finding.Verb.CORDON: Verb.CORDON,
    finding.Verb.UNCORDON: Verb.UNCORDON,
    finding.Verb.EVICT: Verb.EVICT,
    finding.Verb.FORCE_DELETE: Verb.FORCE_DELETE,
    finding.Verb.SET_MAXIMUM: Verb.SET_MAXIMUM,
    finding.Verb.RENEW: Verb.RENEW,
}


def offers_for(selection: Selection) -> list[Offer]:
    """List what can be done to the selection: to the pods themselves, and to the workload that they belong to.

    What makes pods anew comes last where it is about a service of others: its outage would be there for them, too.
    """
    offers = list(_offers(selection))
    if selection.about.kind == STATUS_PAGE:
        offers.sort(key=lambda offer: offer.verb in (Verb.RESTART, Verb.ROLLBACK))
    return offers


def suggested(suggestions: Iterable[finding.Suggestion]) -> list[Offer]:
    """List what a diagnosis suggests."""
    offers: list[Offer] = []
    for each in suggestions:
        ref = Ref(each.target.kind, each.target.name, each.target.namespace)
        if each.target.kind in RESOURCES:
            offers.append(_offer(_SUGGESTED[each.verb], (ref,), each.why, each.parameters))
    return offers


def _offers(selection: Selection) -> Iterator[Offer]:
    if selection.pods:
        refs = tuple(Ref("Pod", pod.name, pod.namespace, pod.uid) for pod in selection.pods)
        one_namespace = len({ref.namespace for ref in refs}) == 1
        if one_namespace:
            ending = all(pod.status == TERMINATING for pod in selection.pods)
            yield from (_offer(verb, refs, why) for verb, why in (_OF_ENDING_PODS if ending else _OF_PODS).items())
    known = {"revision": str(selection.revision)} if selection.revision is not None else {}
    for about in (selection.about, *selection.others):
        for verb, why in _VERBS.get(about.kind, {}).items():
            ref = Ref(about.kind, about.name, about.namespace)
            yield _offer(verb, (ref,), why, known if verb is Verb.ROLLBACK else {})


def _offer(verb: Verb, refs: tuple[Ref, ...], why: str, parameters: Mapping[str, str] | None = None) -> Offer:
    return Offer(verb, refs, rights_for(verb, refs[0]), parameters or {}, why)
