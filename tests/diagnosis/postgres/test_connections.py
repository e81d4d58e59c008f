"""Servers whose connections are nearly all taken."""

import msgspec
import pytest
from support.estate import Estate
from support.postgres_looks import ACTIVE, HIDDEN, IDLE, IN_TRANSACTION, ago, backend, backends, found, look
from support.ward import NOW, Ward

from cockpit.diagnosis.beginning import Beginning
from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import PostgresFacts
from cockpit.diagnosis.finding import Finding, FindingSeverity, Verb
from cockpit.diagnosis.policy import Policy
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import Gap


def crowded(used: int, **slots: int) -> list[Finding]:
    return found(look(*backends(used), slots=slots))


@pytest.mark.parametrize(
    ("used", "severity"),
    [(81, FindingSeverity.NOTICE), (86, FindingSeverity.DOUBTFUL), (96, FindingSeverity.WRONG)],
)
def test_the_fuller_the_worse(used: int, severity: FindingSeverity) -> None:
    (finding,) = crowded(used, superuser_reserved=0)
    assert finding.severity is severity
    assert (finding.key, finding.scenario) == ("postgres/connections/shop-db", "too-many-connections")


@pytest.mark.parametrize("used", [0, 3, 80])
def test_up_to_the_threshold_all_is_well(used: int) -> None:
    assert crowded(used, superuser_reserved=0) == []


def test_what_is_reserved_cannot_be_used() -> None:
    (finding,) = crowded(81, superuser_reserved=3, reserved=5, rds_reserved=2)
    assert finding.severity is FindingSeverity.DOUBTFUL
    assert finding.title.startswith("shop-db: 81 of 90 usable connections")
    assert finding.evidence[0].fact == (
        "81 in use, 90 usable of max_connections 100, reserved: 3 for superusers, "
        "5 for pg_use_reserved_connections, 2 for rds_superuser"
    )


def test_the_policy_moves_the_thresholds() -> None:
    policy = Policy(connections_percent=10, connections_high_percent=20, connections_critical_percent=30)
    (finding,) = found(look(*backends(31), slots={"superuser_reserved": 0}), policy)
    assert finding.severity is FindingSeverity.WRONG


def test_the_title_names_who_holds_most_and_how_many_transactions_are_idle(ward: Ward) -> None:
    seen = look(
        *backends(61, IN_TRANSACTION, first=100),
        *backends(11, ACTIVE, first=200, client_address="10.9.9.9", application="reports"),
        *backends(10, IDLE, first=300, client_address="10.9.9.9", application="reports"),
    )
    (finding,) = found(seen, pods=ward.pods(ward.pod("api-1")))
    assert finding.title == "shop-db: 82 of 97 usable connections, 61 idle in transaction ← api"
    assert finding.objects == (ObjectRef("Postgres", "", "shop-db"), ObjectRef("Deployment", "shop", "api"))
    assert [(proof.source, proof.ref, proof.fact) for proof in finding.evidence[1:]] == [
        (
            "postgres/shop-db",
            "api",
            "61 connections: 61 idle in transaction, the oldest transaction idle since 14:22:59Z",
        ),
        ("postgres/shop-db", "reports", "21 connections: 11 active, 10 idle"),
    ]


def test_without_idle_transactions_the_most_common_state_is_told() -> None:
    (finding,) = found(look(*backends(70, IDLE), *backends(20, ACTIVE, first=300)))
    assert finding.title == "shop-db: 90 of 97 usable connections, 70 idle ← api"


def test_the_number_before_a_name_is_that_of_the_name(ward: Ward) -> None:
    others = backends(5, IDLE, first=300, client_address="10.9.9.9", application="worker")
    (finding,) = found(
        look(*backends(31, IDLE), *others, slots={"max_connections": 40}), pods=ward.pods(ward.pod("api-1"))
    )
    assert finding.title == "shop-db: 36 of 37 usable connections, 31 idle ← api"
    assert [proof.fact for proof in finding.evidence[1:]] == ["31 connections: 31 idle", "5 connections: 5 idle"]


def test_hidden_states_are_told_as_such_and_never_as_idle() -> None:
    (finding,) = found(look(*backends(90, HIDDEN, application="", client_address="")))
    assert finding.title == "shop-db: 90 of 97 usable connections, 90 hidden from this role ← unknown"
    assert finding.actions == ()


def test_transactions_that_take_the_connections_are_told_once() -> None:
    (finding,) = found(look(*backends(83, IN_TRANSACTION, since=ago(minutes=7))))
    assert finding.title == (
        "shop-db: 83 of 97 usable connections, 83 idle in transaction ← api; 83 transactions idle for more than 5 min"
    )
    assert finding.covers == ("postgres/idle-in-transaction/shop-db",)
    assert finding.severity is FindingSeverity.DOUBTFUL


@pytest.mark.parametrize(("minutes", "suggested"), [(12, "10"), (7, "5"), (2, "1")])
def test_ending_what_is_idle_for_long_is_suggested(minutes: int, suggested: str) -> None:
    (finding,) = found(look(*backends(90, IDLE, since=ago(minutes=minutes))))
    assert [(each.verb, each.target.name, each.parameters) for each in finding.actions] == [
        (Verb.TERMINATE_IDLE, "shop-db", {"minutes": suggested})
    ]


def test_a_workload_that_holds_most_may_be_restarted(ward: Ward) -> None:
    (finding,) = found(look(*backends(90)), pods=ward.pods(ward.pod("api-1")))
    assert [(each.verb, str(each.target.kind), each.target.name, each.why) for each in finding.actions] == [
        (Verb.RESTART, "Deployment", "api", "it holds 90 of 90 connections")
    ]


def test_a_revision_that_was_rolled_out_shortly_before_is_named_and_may_be_rolled_back(estate: Estate) -> None:
    """The deployment that holds most, not the server, is what changed."""
    revisions = (estate.revision(11), estate.revision(12, created=ago(minutes=6)))
    facts = estate.facts(estate.pod("api-r12-1"), *revisions, estate.deployment())
    facts = msgspec.structs.replace(
        facts,
        postgres={"shop-db": PostgresFacts(look(*backends(90)))},
        begun={"postgres/connections/shop-db": Beginning(ago(minutes=5))},
    )
    (finding,) = diagnose(facts, NOW, Policy())
    assert finding.title == "shop-db: 90 of 97 usable connections, 90 idle ← api, 60 s after revision 12"
    assert [(each.verb, each.target.name) for each in finding.actions] == [
        (Verb.ROLLBACK, "api"),
        (Verb.RESTART, "api"),
    ]
    assert finding.actions[0].parameters == {"revision": "11"}


def test_a_role_that_sees_little_still_sees_how_many_there_are() -> None:
    gaps = {"activity": Gap("states and statements of other roles are hidden from this role")}
    (finding,) = found(look(*backends(96, HIDDEN), gaps=gaps, server={"sees_all": False}))
    assert finding.severity is FindingSeverity.WRONG


def test_a_name_that_steers_a_terminal_does_not_reach_the_title() -> None:
    (finding,) = found(look(*(backend(pid, application="\x1b[2Jnasty") for pid in range(90))))
    assert finding.title.endswith("← nasty")
