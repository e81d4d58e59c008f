"""Services that nobody answers for."""

from typing import Any

from support.estate import Estate

from cockpit.diagnosis.finding import FindingSeverity, Verb
from cockpit.sources.kubernetes.model import Health, Pod
from cockpit.sources.kubernetes.objects import ObjectRef, Objects, ServicePort

WRONG, DOUBTFUL = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL
LABELS = {"app": "api", "tier": "frontend"}


def unready(estate: Estate, name: str, **facts: Any) -> Pod:
    return estate.ill(name, estate.container(ready=False), **{"health": Health.DOUBTFUL, "labels": LABELS, **facts})


def test_pods_that_are_not_ready_the_service_and_the_ingress_are_one_finding(estate: Estate) -> None:
    probe = estate.event("Unhealthy", "Pod/api-1", "Readiness probe failed: HTTP probe failed with statuscode: 500")
    endpoints = estate.slice("api", **{"api-1": False, "api-2": False})
    finding = estate.only(
        unready(estate, "api-1"), unready(estate, "api-2"), probe, estate.service(), endpoints, estate.ingress()
    )
    assert finding.title == (
        "api: 2 of 2 pods are not ready: the readiness probe fails: HTTP probe failed with statuscode: 500; "
        "service api has no endpoint, shop.example.test/ answers 503"
    )
    assert (finding.scenario, finding.severity) == ("not-ready", WRONG)
    assert {ObjectRef("Service", "shop", "api"), ObjectRef("Ingress", "shop", "shop")} <= set(finding.objects)
    assert ("kubernetes/endpointslices", "shop/api-x1") in [(each.source, each.ref) for each in finding.evidence]


def test_a_service_with_an_endpoint_left_is_in_order(estate: Estate) -> None:
    endpoints = estate.slice("api", **{"api-1": False, "api-2": True})
    finding = estate.only(unready(estate, "api-1"), estate.pod("api-2", labels=LABELS), estate.service(), endpoints)
    assert "service" not in finding.title


def test_pods_that_are_starting_explain_a_service_without_endpoints(estate: Estate) -> None:
    starting = unready(estate, "api-1", health=Health.CHANGING, not_ready_since=estate.ago(seconds=10))
    assert estate.find(starting, estate.service(), estate.slice("api", **{"api-1": False})) == []


def test_when_every_pod_has_lost_its_readiness_nobody_waits_for_the_minute_of_a_start(estate: Estate) -> None:
    def lost(name: str, seconds: float, **facts: Any) -> Pod:
        return unready(estate, name, health=Health.CHANGING, not_ready_since=estate.ago(seconds=seconds), **facts)

    endpoints = estate.service(), estate.slice("api", **{"api-1": False, "api-2": False})
    finding = estate.only(lost("api-1", 12), lost("api-2", 15), *endpoints)
    assert finding.title == "api: 2 of 2 pods are not ready; service api has no endpoint"
    assert (finding.severity, finding.since) == (WRONG, estate.ago(seconds=15))
    assert estate.only(lost("api-1", 2), lost("api-2", 1), *endpoints).severity is WRONG
    assert estate.find(lost("api-1", 12), estate.pod("api-2", labels=LABELS), *endpoints) == []
    leaving = lost("api-2", 5, deleting_since=estate.ago(seconds=5))
    assert estate.only(lost("api-1", 12), leaving, *endpoints).title.startswith("api: 1 of 1 pod is not ready")


def test_a_lone_pod_that_has_lost_its_readiness_may_just_come_back(estate: Estate) -> None:
    def lost(seconds: float) -> Pod:
        return unready(estate, "api-1", health=Health.CHANGING, not_ready_since=estate.ago(seconds=seconds))

    assert estate.find(lost(10)) == []
    assert estate.only(lost(11)).title == "api: 1 of 1 pod is not ready"


def test_what_makes_a_slow_start_doubtful_is_wrong_when_nobody_else_answers(estate: Estate) -> None:
    creating = estate.container(ready=False, state="waiting", reason="ContainerCreating", started_at=None)
    facts = {"status": "ContainerCreating", "not_ready_since": estate.ago(minutes=3), "labels": LABELS}
    pod = estate.ill("api-1", creating, **facts)
    assert estate.only(pod).severity is DOUBTFUL
    assert estate.only(pod, estate.service(), estate.slice("api")).severity is WRONG


def test_a_workload_scaled_to_zero_behind_a_service_is_doubtful(estate: Estate) -> None:
    scaled = estate.event(
        "ScalingReplicaSet", "Deployment/api", "Scaled down replica set api-r12 from 3 to 0", type="Normal"
    )
    finding = estate.only(estate.deployment(desired=0), estate.service(), estate.slice("api"), scaled)
    assert finding.title == "api: is scaled to zero; service api has no endpoint"
    assert (finding.scenario, finding.severity) == ("scaled-to-zero", DOUBTFUL)
    assert finding.since == estate.ago(minutes=1)
    (action,) = finding.actions
    assert (action.verb, action.parameters) == (Verb.SCALE, {"replicas": "3"})


def test_a_workload_scaled_to_zero_that_nobody_asks_for_is_nothing(estate: Estate) -> None:
    assert estate.find(estate.deployment(desired=0), estate.slice("other")) == []


def test_a_service_behind_an_ingress_that_selects_nothing_is_wrong(estate: Estate) -> None:
    other = estate.pod("web-1", labels={"app": "web"})
    finding = estate.only(other, estate.service(), estate.slice("api"), estate.ingress())
    assert finding.title == ("api: service api has no endpoint, shop.example.test/ answers 503: no pod has app=api")
    assert finding.key == "services/no-endpoints/shop/api"


def test_an_ingress_to_a_service_that_is_not_there_is_wrong(estate: Estate) -> None:
    finding = estate.only(estate.service("web"), estate.slice("web", **{"web-1": True}), estate.ingress())
    assert finding.title == "ingress shop: there is no service api, shop.example.test/ cannot be answered"


def test_services_without_a_selector_and_leftovers_are_nothing(estate: Estate) -> None:
    external = estate.service("db", selector={}, ports=(ServicePort(5432),))
    elsewhere = estate.service("mail", type="ExternalName")
    leftover = estate.service("old")
    assert estate.find(external, elsewhere, leftover, estate.slice("other")) == []


def test_while_the_endpoints_are_not_known_nothing_is_said_of_services(estate: Estate) -> None:
    half: Objects[Any] = Objects("shop", {}, "")
    finding = estate.only(unready(estate, "api-1"), estate.service(), endpoint_slices=half)
    assert "service" not in finding.title
