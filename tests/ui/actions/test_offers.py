"""What is offered for what is selected, and how it is called."""

import pytest
from support.objects import stateful_set
from support.shop import pod

from cockpit.diagnosis import finding
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.actions.offers import Selection, offers_for, suggested

API = ObjectRef("Deployment", "shop", "api")


def titles(selection: Selection) -> list[str]:
    return [offer.title for offer in offers_for(selection)]


def test_a_pod_is_offered_with_the_workload_that_it_belongs_to() -> None:
    one = pod("api-1-a", workload="api")
    assert titles(Selection(ObjectRef("Pod", "shop", "api-1-a"), (API,), (one,)))[:3] == [
        "delete pod/api-1-a",
        "evict pod/api-1-a",
        "restart deployment/api",
    ]


def test_what_makes_pods_anew_comes_last_in_an_outage_of_others() -> None:
    offered = titles(Selection(ObjectRef("StatusPage", "", "paywell"), (API,)))
    assert offered[-2:] == ["restart deployment/api", "rollback deployment/api"]
    assert "set env deployment/api" in offered[:-2]


def test_several_pods_are_offered_together() -> None:
    pods = (pod("api-1-a"), pod("api-1-b"))
    assert titles(Selection(ObjectRef("Pod", "shop", "api-1-a"), (), pods)) == ["delete 2 pods", "evict 2 pods"]


@pytest.mark.parametrize(
    ("kind", "lacks"),
    [("StatefulSet", {"rollback"}), ("DaemonSet", {"rollback", "scale"})],
)
def test_what_a_kind_cannot_do_is_not_offered(kind: str, lacks: set[str]) -> None:
    offered = {offer.verb.value for offer in offers_for(Selection(ObjectRef(kind, "shop", stateful_set().meta.name)))}
    assert offered == {"restart", "rollback", "scale", "set image", "set env", "set resources"} - lacks


@pytest.mark.parametrize("kind", ["Service", "Event", "Secret"])
def test_kinds_that_nothing_can_be_done_to(kind: str) -> None:
    assert titles(Selection(ObjectRef(kind, "shop", "x"))) == []


@pytest.mark.parametrize(
    ("kind", "title"),
    [("Certificate", "renew certificate/x"), ("HorizontalPodAutoscaler", "set maximum of hpa/x")],
)
def test_kinds_to_which_one_thing_can_be_done(kind: str, title: str) -> None:
    assert titles(Selection(ObjectRef(kind, "shop", "x"))) == [title]


def test_the_revision_under_the_cursor_is_the_one_to_go_back_to() -> None:
    offered = {offer.title: offer.parameters for offer in offers_for(Selection(API, revision=11))}
    assert offered["rollback deployment/api to revision 11"] == {"revision": "11"}


@pytest.mark.parametrize(
    ("verb", "parameters", "title"),
    [
        (finding.Verb.ROLLBACK, {"revision": "11"}, "rollback deployment/api to revision 11"),
        (finding.Verb.SCALE, {"replicas": "3"}, "scale deployment/api to 3"),
        (finding.Verb.RESTART, {}, "restart deployment/api"),
        (finding.Verb.SET_ENV, {"container": "api", "name": "URL"}, "set env URL of api in deployment/api"),
        (finding.Verb.SET_IMAGE, {"container": "api", "image": "a:1"}, "set image a:1 of api in deployment/api"),
        (
            finding.Verb.SET_RESOURCES,
            {"container": "api", "memory_limit": "256Mi"},
            "set resources memory_limit=256Mi of api in deployment/api",
        ),
    ],
)
def test_a_suggestion_says_in_a_few_words_what_it_would_do(
    verb: finding.Verb, parameters: dict[str, str], title: str
) -> None:
    assert [offer.title for offer in suggested([finding.Suggestion(verb, API, "why", parameters)])] == [title]


@pytest.mark.parametrize(
    ("verb", "kind", "parameters", "title"),
    [
        (finding.Verb.SET_MAXIMUM, "HorizontalPodAutoscaler", {"maximum": "9"}, "set maximum of hpa/api to 9"),
        (finding.Verb.RENEW, "Certificate", {}, "renew certificate/api"),
    ],
)
def test_a_suggestion_about_an_autoscaler_or_a_certificate(
    verb: finding.Verb, kind: str, parameters: dict[str, str], title: str
) -> None:
    about = ObjectRef(kind, "shop", "api")
    assert [offer.title for offer in suggested([finding.Suggestion(verb, about, "why", parameters)])] == [title]


def test_a_suggestion_about_something_that_cannot_be_changed_is_left_out() -> None:
    assert suggested([finding.Suggestion(finding.Verb.RESTART, ObjectRef("Service", "shop", "api"), "why")]) == []
