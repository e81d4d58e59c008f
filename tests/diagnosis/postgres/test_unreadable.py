"""Servers that cannot be read now."""

import pytest
from support.postgres_looks import IN_TRANSACTION, ago, backends, found_in_trouble, look, trouble
from support.ward import Ward

from cockpit.diagnosis.finding import FindingSeverity, Verb
from cockpit.reading import TroubleKind

FULL = "connection failed: FATAL:  sorry, too many clients already"


@pytest.mark.parametrize(
    "message",
    [
        FULL,
        "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
        'FATAL:  remaining connection slots are reserved for roles with privileges of the "rds_reserved" role',
        'FATAL:  too many connections for role "shop"',
        "FATAL:  no more connections allowed (max_client_conn)",
    ],
)
def test_a_server_that_refuses_another_connection_says_why(message: str) -> None:
    (finding,) = found_in_trouble(trouble(TroubleKind.REFUSED, message))
    assert (finding.severity, finding.scenario) == (FindingSeverity.WRONG, "too-many-connections")
    assert finding.title == f"shop-db: refuses connections: {' '.join(message.split())}"
    assert finding.since == ago(minutes=2)


def test_what_to_try_is_told_step_by_step_after_the_remedy() -> None:
    (finding,) = found_in_trouble(trouble(TroubleKind.REFUSED, FULL, remedy="psql service=shop-emergency"))
    facts = [proof.fact for proof in finding.evidence]
    assert facts[0] == f"refused since 14:21:00Z: {' '.join(FULL.split())}"
    assert facts[1] == "try: psql service=shop-emergency"
    assert [fact[0] for fact in facts[2:]] == ["1", "2", "3", "4", "5"]


def test_a_server_that_refuses_is_told_with_who_held_most_when_it_was_last_read(ward: Ward) -> None:
    before = look(*backends(95, IN_TRANSACTION, since=ago(minutes=7)))
    (finding,) = found_in_trouble(trouble(TroubleKind.REFUSED, FULL), before, pods=ward.pods(ward.pod("api-1")))
    assert finding.title.startswith(
        "shop-db: refuses connections, before that 95 of 97 usable connections, 95 idle in transaction ← api: "
    )
    assert [each.verb for each in finding.actions] == [Verb.TERMINATE_IDLE, Verb.RESTART]
    assert "api" in [proof.ref for proof in finding.evidence]


def test_whoever_was_let_in_before_and_is_no_longer_may_not_be_alone() -> None:
    message = 'FATAL:  password authentication failed for user "shop"'
    (never,) = found_in_trouble(trouble(TroubleKind.EXPIRED, message))
    (no_longer,) = found_in_trouble(trouble(TroubleKind.EXPIRED, message), look())
    assert (never.severity, no_longer.severity) == (FindingSeverity.DOUBTFUL, FindingSeverity.WRONG)
    assert never.scenario == no_longer.scenario == "postgres-auth"
    assert no_longer.title.startswith("shop-db: does not let us in any more: FATAL: password authentication failed")


@pytest.mark.parametrize(
    ("kind", "message", "says"),
    [
        (TroubleKind.UNREACHABLE, "connection refused", "shop-db: cannot be reached: connection refused"),
        (TroubleKind.TIMEOUT, "no answer within 3 s", "shop-db: does not answer: no answer within 3 s"),
        (
            TroubleKind.UNREACHABLE,
            "FATAL:  the database system is starting up",
            "shop-db: does not serve: FATAL: the database system is starting up",
        ),
    ],
)
def test_a_server_that_is_away_says_how(kind: TroubleKind, message: str, says: str) -> None:
    (finding,) = found_in_trouble(trouble(kind, message))
    assert (finding.title, finding.scenario, finding.severity) == (says, "postgres-down", FindingSeverity.WRONG)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (TroubleKind.UNREACHABLE, "connection refused"),
        (TroubleKind.TIMEOUT, "no answer within 3 s"),
        (TroubleKind.REFUSED, "FATAL:  the database system is starting up"),
        (TroubleKind.EXPIRED, 'FATAL:  role "cockpit" does not exist'),
    ],
)
def test_a_server_that_never_answered_is_given_a_moment_to_start(kind: TroubleKind, message: str) -> None:
    assert found_in_trouble(trouble(kind, message, since=ago(seconds=4))) == []
    assert len(found_in_trouble(trouble(kind, message, since=ago(seconds=5)))) == 1


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (TroubleKind.REFUSED, FULL),
        (TroubleKind.UNREACHABLE, "No space left on device"),
        (TroubleKind.EXPIRED, 'FATAL:  password authentication failed for user "shop"'),
    ],
)
def test_what_no_start_explains_is_told_at_once(kind: TroubleKind, message: str) -> None:
    assert len(found_in_trouble(trouble(kind, message, since=ago(seconds=0)))) == 1


def test_a_server_that_answered_and_is_away_is_told_at_once() -> None:
    (finding,) = found_in_trouble(trouble(TroubleKind.UNREACHABLE, "refused", since=ago(seconds=0)), look())
    assert finding.scenario == "postgres-down"


def test_a_full_disk_goes_before_everything_else() -> None:
    message = 'FATAL:  could not write lock file "postmaster.pid": No space left on device'
    (finding,) = found_in_trouble(trouble(TroubleKind.UNREACHABLE, message))
    assert finding.scenario == "disk-full"


@pytest.mark.parametrize("kind", [TroubleKind.DENIED, TroubleKind.MISSING, TroubleKind.MALFORMED])
def test_what_may_be_our_own_mistake_is_told_by_the_reading_alone(kind: TroubleKind) -> None:
    assert found_in_trouble(trouble(kind, 'database "shpo" does not exist')) == []


def test_what_the_last_good_look_told_is_not_told_as_if_it_were_so_now() -> None:
    before = look(*backends(96, IN_TRANSACTION, since=ago(minutes=30)))
    (finding,) = found_in_trouble(trouble(TroubleKind.TIMEOUT, "no answer"), before)
    assert finding.scenario == "postgres-down"


def test_a_password_in_a_message_is_masked() -> None:
    (finding,) = found_in_trouble(trouble(TroubleKind.UNREACHABLE, "postgresql://shop:hunter22@db:5432/shop: refused"))
    assert "hunter22" not in finding.title + "".join(proof.fact for proof in finding.evidence)
