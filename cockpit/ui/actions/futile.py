"""What would change nothing is not offered: a node that is cordoned is not cordoned again."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cockpit.actions.plan import Verb
from cockpit.actions.resource import Ref
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.model import TERMINATING, Pod
from cockpit.sources.kubernetes.objects import Autoscaler, Node, ObjectRef
from cockpit.ui.actions.offers import Offer
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_pages import revisions_of

_SCALED: Final = {"Deployment": kind_names.DEPLOYMENTS, "StatefulSet": kind_names.STATEFUL_SETS}

_NUMBERS: Final = {Verb.ROLLBACK: "revision", Verb.SCALE: "replicas", Verb.SET_MAXIMUM: "maximum"}
"""What is changed to a number, by the parameter that holds it."""


def useful(offers: Iterable[Offer], held: Holdings) -> list[Offer]:
    """Keep the offers that would change something, as far as it is known, each of them once."""
    first: dict[tuple[object, ...], Offer] = {}
    for offer in offers:
        if not _changes_nothing(offer, held):
            first.setdefault(offer.deed, offer)
    return list(first.values())


def _changes_nothing(offer: Offer, held: Holdings) -> bool:
    ref = offer.refs[0]
    match offer.verb:
        case Verb.CORDON | Verb.UNCORDON:
            node = held.objects(kind_names.NODES, Node).get(ref.name)
            return node is not None and node.unschedulable is (offer.verb is Verb.CORDON)
        case Verb.FORCE_DELETE:
            return not any(pod.status == TERMINATING for pod in _meant(offer, held))
        case Verb.DELETE | Verb.EVICT:
            pods = _meant(offer, held)
            return bool(pods) and all(pod.status == TERMINATING for pod in pods)
    wanted = offer.parameters.get(_NUMBERS.get(offer.verb, ""))
    return wanted is not None and wanted == _present(offer.verb, ref, held)


def _present(verb: Verb, ref: Ref, held: Holdings) -> str | None:
    """Give the number that an offer would change as it is now; None: it is not known."""
    key = f"{ref.namespace}/{ref.name}"
    if verb is Verb.ROLLBACK:
        revisions = revisions_of(ObjectRef(ref.kind, ref.namespace, ref.name), held)
        return str(revisions[0].revision) if revisions else None
    if verb is Verb.SET_MAXIMUM:
        scaler = held.objects(kind_names.AUTOSCALERS, Autoscaler).get(key)
        return None if scaler is None else str(scaler.most)
    workloads: Mapping[str, Any] = held.objects(_SCALED.get(ref.kind, ""), object)
    return str(workloads[key].desired) if key in workloads else None


def _meant(offer: Offer, held: Holdings) -> list[Pod]:
    """Give the pods that an offer is about, as far as they are known: those that are named, or those of the node."""
    about = offer.refs[0]
    if about.kind == "Node":
        return [pod for pod in held.pods.values() if pod.node == about.name]
    found = (held.pods.get(f"{ref.namespace}/{ref.name}") for ref in offer.refs)
    return [pod for pod in found if pod is not None]
