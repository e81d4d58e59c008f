"""What would change nothing is not offered, and nothing is offered twice."""

from typing import Any

import pytest
from msgspec.structs import replace
from support.objects import condition, deployment, node
from support.shop import NOW, pod

from cockpit.diagnosis import finding
from cockpit.diagnosis.finding import Suggestion
from cockpit.reading import Reading
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.model import PODS, Pod, Pods
from cockpit.sources.kubernetes.objects import Autoscaler, ObjectRef, Objects, Owner
from cockpit.ui.actions.futile import useful
from cockpit.ui.actions.offers import Selection, offers_for, suggested
from cockpit.ui.kubernetes.holdings import Holdings

NODE = ObjectRef("Node", "", "node-1")
API = ObjectRef("Deployment", "shop", "api")


def held(*pods: Pod, **objects: Any) -> Holdings:
    holdings = Holdings()
    holdings.take(Reading(PODS, Pods("shop", {each.key: each for each in pods}), NOW))
    for source, each in objects.items():
        kind = getattr(kind_names, source)
        holdings.take(Reading(kind, Objects("shop", {each.meta.key: each}), NOW))
    return holdings


def titles(about: ObjectRef, holdings: Holdings) -> list[str]:
    return [offer.title for offer in useful(offers_for(Selection(about)), holdings)]


@pytest.mark.parametrize(("cordoned", "offered"), [(True, "uncordon"), (False, "cordon")])
def test_a_node_is_cordoned_or_uncordoned(cordoned: bool, offered: str) -> None:
    assert titles(NODE, held(NODES=node(unschedulable=cordoned))) == [f"{offered} node/node-1", "drain node/node-1"]


def test_what_is_not_known_is_offered() -> None:
    assert "cordon node/node-1" in titles(NODE, held())


def test_a_node_with_pods_that_do_not_end_has_them_let_go() -> None:
    stuck = replace(pod("api-1", status="Terminating"), node="node-1")
    gone = node(conditions=(condition("Ready", "Unknown"),), unschedulable=True)
    assert "force delete the Terminating pods of node/node-1" in titles(NODE, held(stuck, NODES=gone))


def test_a_pod_that_is_terminating_is_not_deleted_again() -> None:
    stuck = pod("api-1", status="Terminating")
    selection = Selection(ObjectRef("Pod", "shop", "api-1"), (), (stuck,))
    assert [offer.title for offer in useful(offers_for(selection), held(stuck))] == ["force delete pod/api-1"]


@pytest.mark.parametrize(
    ("verb", "about", "parameters"),
    [
        (finding.Verb.SCALE, API, {"replicas": "3"}),
        (finding.Verb.SET_MAXIMUM, ObjectRef("HorizontalPodAutoscaler", "shop", "api"), {"maximum": "5"}),
    ],
)
def test_a_number_is_not_changed_to_what_it_is(
    verb: finding.Verb, about: ObjectRef, parameters: dict[str, str]
) -> None:
    scaler = Autoscaler(deployment().meta, Owner("Deployment", "api", "u"), 1, 5)
    holdings = held(DEPLOYMENTS=deployment(pods=3), AUTOSCALERS=scaler)
    assert useful(suggested([Suggestion(verb, about, "why", parameters)]), holdings) == []
    (name,) = parameters
    assert len(useful(suggested([Suggestion(verb, about, "why", {name: "9"})]), holdings)) == 1


def test_what_two_findings_suggest_is_offered_once() -> None:
    back = [Suggestion(finding.Verb.ROLLBACK, API, why, {"revision": "3"}) for why in ("first", "second")]
    (offer,) = useful(suggested(back), held())
    assert offer.why == "first"
