"""Health endpoints and the certificates that they show."""

from datetime import timedelta
from typing import Any

import pytest
from support.estate import Estate
from support.outside_looks import ago, certificate, check, found_on_web, health, only_on_web, trouble
from support.ward import NOW

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, Outside
from cockpit.diagnosis.finding import Finding, FindingSeverity, Verb
from cockpit.diagnosis.policy import Policy
from cockpit.reading import TroubleKind
from cockpit.sources.kubernetes.objects import Certificate, ObjectRef
from cockpit.sources.web.model import HealthLook, Outcome, Timing

WRONG, DOUBTFUL = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL
DOWN = health(check(Outcome.SERVER_ERROR, status=502, message="502 Bad Gateway, 2xx expected"))


def test_an_endpoint_that_is_well_gives_nothing() -> None:
    assert found_on_web(health={"shop": health(certificate=certificate(), slow_after=5)}) == []


def test_one_that_fails_says_how_and_since_when() -> None:
    finding = only_on_web(health={"shop": DOWN})
    assert finding.title == "health shop: answers with an error of its own: 502 Bad Gateway, 2xx expected"
    assert (finding.key, finding.severity, finding.scenario, finding.since) == (
        "web/health/shop",
        WRONG,
        "health-failing",
        ago(minutes=3),
    )
    assert [proof.fact for proof in finding.evidence] == [
        "https://shop.example.test/healthz: status 502: 502 Bad Gateway, 2xx expected",
        "90 of 100 checks were good since the session began",
    ]


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.GOOD])
def test_every_way_to_fail_is_told_in_words_of_its_own(outcome: Outcome) -> None:
    finding = only_on_web(health={"shop": health(check(outcome))})
    others = {only_on_web(health={"shop": health(check(each))}).title for each in Outcome if each is not Outcome.GOOD}
    assert finding.key == "web/health/shop"
    assert len(others) == len(Outcome) - 1


@pytest.mark.parametrize(
    ("outcome", "severity", "scenario"),
    [
        (Outcome.UNAUTHORIZED, DOUBTFUL, "health-failing"),
        (Outcome.LOGIN, DOUBTFUL, "health-failing"),
        (Outcome.LIMITED, DOUBTFUL, "rate-limited"),
        (Outcome.SERVER_ERROR, WRONG, "health-failing"),
    ],
)
def test_not_being_let_in_and_asking_too_often_are_no_outage(
    outcome: Outcome, severity: FindingSeverity, scenario: str
) -> None:
    finding = only_on_web(health={"shop": health(check(outcome))})
    assert (finding.severity, finding.scenario) == (severity, scenario)


def test_where_a_login_page_is_stands_in_the_evidence() -> None:
    newest = check(Outcome.LOGIN, redirects=("https://sso.example.test/login",))
    finding = only_on_web(health={"shop": health(newest)})
    assert "sends us to a login page: nothing is known of the service" in finding.title
    assert finding.evidence[1].fact == "sent on to https://sso.example.test/login"


def test_a_single_failure_proves_nothing_unless_it_was_never_good() -> None:
    failed = check(Outcome.TIMEOUT)
    assert found_on_web(health={"shop": health(failed, (check(), failed))}) == []
    assert only_on_web(health={"shop": health(failed, (failed,), good=0, checks=1)}).severity is WRONG


def timed(*seconds: float, **facts: Any) -> HealthLook:
    checks = [check(timing=Timing(name=0.01, first_byte=each - 0.1, total=each)) for each in seconds]
    return health(checks[-1], checks, **{"slow_after": 5.0, **facts})


def test_one_that_is_slow_for_some_time_is_told_with_where_the_time_goes() -> None:
    finding = only_on_web(health={"shop": timed(0.2, 0.2, 7, 8, 7.5)})
    assert (finding.title, finding.scenario) == ("health shop: takes 7.5 s to answer", "latency")
    assert finding.evidence[0].fact == "7.5 s, 7.4 s of it until the first byte; more than 5 s is slow"
    assert found_on_web(health={"shop": timed(0.2, 0.2, 0.2, 0.2, 60)}) == []
    assert found_on_web(health={"shop": timed(7, 7, 7, slow_after=None)}) == []


@pytest.mark.parametrize(
    ("facts", "severity", "said"),
    [
        ({"expires_at": NOW + timedelta(days=13, hours=2)}, DOUBTFUL, "expires in 13 days"),
        ({"expires_at": NOW + timedelta(hours=5)}, DOUBTFUL, "expires in 5 hours"),
        ({"expires_at": ago(days=1), "verified": False, "why_not": "has expired"}, WRONG, "has expired"),
        ({"verified": False, "why_not": "self-signed certificate"}, WRONG, "does not verify: self-signed certificate"),
    ],
)
def test_a_certificate_that_is_no_good_or_soon_will_not_be_is_told(
    facts: dict[str, Any], severity: FindingSeverity, said: str
) -> None:
    finding = only_on_web(health={"shop": health(certificate=certificate(**facts))})
    assert finding.title == f"certificate shop.example.test: {said}; health shop shows it"
    assert (finding.severity, finding.scenario) == (severity, "certificate")


def test_a_certificate_that_several_show_is_told_once_and_so_is_the_failure_that_it_causes() -> None:
    expired = certificate(expires_at=ago(days=1), verified=False, why_not="certificate has expired")
    look = health(check(Outcome.TLS, message="certificate has expired"), certificate=expired)
    finding = only_on_web(health={"shop": look, "admin": look})
    assert finding.title == "certificate shop.example.test: has expired; health admin, shop show it"


def test_a_certificate_of_the_cluster_explains_what_an_endpoint_shows(estate: Estate) -> None:
    soon = NOW + timedelta(days=5, hours=1)
    own = Certificate(estate.meta("shop-tls"), secret="shop-tls", names=("*.example.test",), not_after=soon)
    look = Outside(health(certificate=certificate(expires_at=soon)))
    finding = estate.only(own, health={"shop": look})
    assert finding.key == "certificates/certificate/shop/shop-tls"
    assert finding.title.endswith(": expires in 5 days; health shop shows it")


def test_a_certificate_that_is_shown_at_an_address_is_known_by_its_name_and_its_end(estate: Estate) -> None:
    soon = NOW + timedelta(days=5, hours=1)
    own = Certificate(estate.meta("shop-tls"), secret="shop-tls", names=("shop.example.test",), not_after=soon)

    def found(**facts: Any) -> list[Finding]:
        look = health(url="https://10.0.0.7:8443/", certificate=certificate(**facts))
        return estate.find(own, health={"shop": Outside(look)})

    assert [each.key for each in found(expires_at=soon)] == ["certificates/certificate/shop/shop-tls"]
    assert len(found(expires_at=soon - timedelta(days=1))) == 2


def test_a_renewed_certificate_that_is_not_loaded_is_told_with_the_workload_to_restart(estate: Estate) -> None:
    soon = NOW + timedelta(hours=4)
    renewed = Certificate(
        estate.meta("shop-tls"), names=("shop.example.test",), not_after=NOW + timedelta(days=60), secret="shop-tls"
    )
    look = Outside(health(certificate=certificate(expires_at=soon), workload="shop/deployment/api"))
    finding = estate.only(renewed, estate.pod("api-1"), health={"shop": look})
    assert "expires in 4 hours: certificate shop-tls has been renewed until 2027-01-20T" in finding.title
    assert "and is not loaded; health shop shows it" in finding.title
    (action,) = finding.actions
    assert (action.verb, action.target) == (Verb.RESTART, ObjectRef("Deployment", "shop", "api"))


def test_a_certificate_that_is_loaded_and_ends_soon_needs_no_restart(estate: Estate) -> None:
    soon = NOW + timedelta(days=3)
    other = Certificate(
        estate.meta("admin-tls"), names=("admin.example.test",), not_after=NOW + timedelta(days=60), secret="admin-tls"
    )
    look = Outside(health(certificate=certificate(expires_at=soon), workload="shop/deployment/api"))
    finding = estate.only(other, estate.pod("api-1"), health={"shop": look})
    assert "renewed" not in finding.title
    assert not finding.actions


def test_the_workload_behind_it_is_named_and_what_changed_with_it(estate: Estate) -> None:
    look = Outside(health(DOWN.newest, workload="shop/deployment/api"))
    revisions = [estate.revision(11), estate.revision(12, created=estate.ago(minutes=3, seconds=40))]
    finding = estate.only(estate.pod("api-r12-1"), *revisions, health={"shop": look})
    assert finding.title.startswith("health shop: answers with an error of its own, 40 s after revision 12 of api: ")
    assert ("Deployment", "api") in [(ref.kind, ref.name) for ref in finding.objects]


def test_it_is_a_consequence_of_what_is_wrong_with_its_workload(estate: Estate) -> None:
    crashed = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, last_exit_code=1)
    look = Outside(health(DOWN.newest, workload="shop/deployment/api"))
    finding = estate.only(estate.ill("api-1", crashed), health={"shop": look})
    assert finding.scenario == "crash-loop"
    assert "; health shop: answers with an error of its own" in finding.title


def test_an_endpoint_that_we_cannot_ask_is_told_with_what_mends_it() -> None:
    missing = trouble(TroubleKind.MISSING, "SHOP_TOKEN is not set", remedy="vault login")
    (finding,) = diagnose(Facts(health={"shop": Outside(None, missing)}), NOW, Policy())
    assert (finding.key, finding.severity) == ("unreadable/web/health/shop", DOUBTFUL)
    assert finding.evidence[-1].fact == "try: vault login"
