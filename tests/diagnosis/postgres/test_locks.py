"""Who is blocked, and by whom."""

from typing import Any

import pytest
from support.postgres_looks import ACTIVE, HIDDEN, IN_TRANSACTION, ago, backend, found, look
from support.ward import NOW, Ward

from cockpit.diagnosis.finding import Finding, FindingSeverity, Verb
from cockpit.diagnosis.postgres.waits import trees
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import Backend, BackendState, Health, LockWait, Prepared

ALTER = "ALTER TABLE orders ADD COLUMN note text"


def wait(pid: int, *blocked_by: int, seconds: float = 60, relation: str = "orders") -> LockWait:
    return LockWait(pid, blocked_by, ago(seconds=seconds), "relation", "AccessShareLock", relation)


def blocked(*waits: LockWait, root: Backend | None = None, **more: object) -> list[Finding]:
    backends = [backend(each.pid, ACTIVE, since=each.since, wait_event_type="Lock") for each in waits]
    return found(look(*backends, *((root,) if root else ()), waits=waits, **more))  # type: ignore[arg-type]


def test_the_root_is_named_with_what_it_does_its_statement_and_what_all_wait_for(ward: Ward) -> None:
    root = backend(4711, ACTIVE, query=ALTER, since=ago(minutes=2))
    waits = (wait(1, 4711, seconds=90), wait(2, 4711), wait(3, 4711))
    seen = look(root, *(backend(pid, ACTIVE) for pid in (1, 2, 3)), waits=waits)
    (finding,) = found(seen, pods=ward.pods(ward.pod("api-1")))
    assert finding.title == f"shop-db: 3 connections blocked on orders by pid 4711 (api, active): {ALTER}"
    assert (finding.key, finding.scenario) == ("postgres/locks/shop-db/4711", "locks")
    assert (finding.severity, finding.since) == (FindingSeverity.WRONG, ago(seconds=90))
    assert ObjectRef("Deployment", "shop", "api") in finding.objects
    assert finding.evidence[0].ref == "pid 4711"
    assert finding.evidence[1].fact == (
        "api, active since 14:22:59Z, waits for AccessShareLock orders since 14:21:30Z, SELECT 1"
    )


@pytest.mark.parametrize(("seconds", "findings"), [(29, 0), (30, 0), (31, 1)])
def test_a_short_wait_is_everyday(seconds: int, findings: int) -> None:
    assert len(blocked(wait(1, 4711, seconds=seconds), root=backend(4711, ACTIVE))) == findings


@pytest.mark.parametrize(("waiting", "seconds", "findings"), [(4, 20, 0), (5, 4, 0), (5, 5, 1)])
def test_many_that_wait_for_one_are_no_everyday_wait(waiting: int, seconds: int, findings: int) -> None:
    waits = [wait(pid, 4711, seconds=seconds) for pid in range(waiting)]
    assert len(blocked(*waits, root=backend(4711, ACTIVE))) == findings


def test_whoever_waits_for_one_that_waits_is_blocked_by_the_root() -> None:
    (finding,) = blocked(wait(1, 4711), wait(2, 1), wait(3, 2), root=backend(4711, IN_TRANSACTION))
    assert finding.title.startswith("shop-db: 3 connections blocked on orders by pid 4711 (api, idle in transaction)")


def test_each_root_is_a_finding_and_all_can_be_ended_at_once() -> None:
    findings = blocked(wait(1, 10), wait(2, 20), wait(3, 20))
    assert [finding.key for finding in findings] == ["postgres/locks/shop-db/10", "postgres/locks/shop-db/20"]
    assert [finding.actions[-1].verb for finding in findings] == [Verb.TERMINATE_BLOCKERS] * 2


def test_of_hundreds_of_roots_a_few_are_told_and_all_are_counted() -> None:
    """An ALTER TABLE waits for everyone who has read the table."""
    findings = blocked(wait(1000, *range(100, 400)))
    assert len(findings) == 5
    assert findings[0].actions[-1].why == "300 connections hold up others"


def test_the_root_comes_before_the_statement_that_waits_in_front_of_all_others() -> None:
    """An ALTER TABLE that cannot get its lock holds up everyone who comes after it; to cancel it mends no root."""
    waits = (wait(2, 4711), *(wait(pid, 2) for pid in (3, 4, 5)))
    (finding,) = blocked(*waits, root=backend(4711, IN_TRANSACTION))
    assert [(each.verb, each.parameters["pid"]) for each in finding.actions] == [
        (Verb.TERMINATE, "4711"),
        (Verb.CANCEL, "2"),
    ]
    assert finding.evidence[1].ref == "pid 2"
    assert "3 behind it" in finding.evidence[1].fact


def test_what_is_active_is_cancelled_before_it_is_terminated_and_guarded_against_a_namesake() -> None:
    start = NOW.replace(microsecond=120)
    (finding,) = blocked(wait(1, 4711), root=backend(4711, ACTIVE, backend_start=start))
    assert [each.verb for each in finding.actions] == [Verb.CANCEL, Verb.TERMINATE]
    assert finding.actions[0].parameters == {"pid": "4711", "backend_start": "2026-11-21T14:23:00.000120Z"}
    assert finding.actions[0].target == ObjectRef("Postgres", "", "shop-db")


def test_cancelling_ends_no_idle_transaction_so_that_it_is_not_suggested() -> None:
    (finding,) = blocked(wait(1, 4711), root=backend(4711, IN_TRANSACTION))
    assert [each.verb for each in finding.actions] == [Verb.TERMINATE]


def test_a_root_that_is_told_of_is_not_told_of_again_for_being_idle() -> None:
    findings = blocked(wait(1, 4711), root=backend(4711, IN_TRANSACTION, since=ago(minutes=30)))
    assert [(finding.scenario, finding.covers) for finding in findings] == [
        ("locks", ("postgres/idle-in-transaction/shop-db",))
    ]


@pytest.mark.parametrize(("state", "minutes"), [(IN_TRANSACTION, 4), (ACTIVE, 30)])
def test_a_root_that_is_not_idle_for_too_long_covers_no_finding_about_that(state: BackendState, minutes: int) -> None:
    (finding,) = blocked(wait(1, 4711), root=backend(4711, state, since=ago(minutes=minutes)))
    assert finding.covers == ()


@pytest.mark.parametrize(
    "facts", [{"backend_type": "autovacuum worker"}, {"backend_type": "walsender"}, {"backend_start": None}]
)
def test_what_is_no_client_is_named_and_left_alone(facts: dict[str, Any]) -> None:
    (finding,) = blocked(wait(1, 4711), root=backend(4711, ACTIVE, **facts))
    assert "pid 4711" in finding.title
    assert finding.actions == ()


def test_our_own_connection_is_never_a_target() -> None:
    (finding,) = blocked(wait(2, 1), root=backend(1, ACTIVE))
    assert finding.actions == ()


def test_a_root_whose_state_is_hidden_is_named_as_hidden() -> None:
    (finding,) = blocked(wait(1, 4711), root=backend(4711, HIDDEN, query="<insufficient privilege>"))
    assert finding.title == "shop-db: 1 connection blocked on orders by pid 4711 (api, hidden from this role)"


def test_a_prepared_transaction_that_blocks_is_named_with_what_ends_it() -> None:
    health = Health(prepared=(Prepared("order-17", "shop", "shop"),))
    (finding,) = blocked(wait(1, 0), health=health)
    assert finding.title == "shop-db: 1 connection blocked on orders by the prepared transaction order-17"
    assert "ROLLBACK PREPARED" in finding.evidence[0].fact


def test_a_root_that_has_just_gone_is_still_named_by_its_pid() -> None:
    (finding,) = blocked(wait(1, 4711))
    assert finding.title == "shop-db: 1 connection blocked on orders by pid 4711"


def test_a_secret_in_a_statement_is_masked() -> None:
    (finding,) = blocked(wait(1, 4711), root=backend(4711, ACTIVE, query="ALTER ROLE shop PASSWORD = 'hunter22'"))
    assert "hunter22" not in finding.title + "".join(proof.fact for proof in finding.evidence)


def test_a_circle_has_one_root_and_ends() -> None:
    (tree,) = trees([wait(1, 2), wait(2, 3), wait(3, 1), wait(4, 3)])
    assert (tree.root, [each.pid for each in tree.waits]) == (1, [2, 3, 4])


def test_whoever_waits_for_several_is_in_the_tree_of_each() -> None:
    assert [(tree.root, len(tree.waits)) for tree in trees([wait(1, 10, 20)])] == [(10, 1), (20, 1)]


def test_a_queue_names_all_before_it_and_is_still_one_tree() -> None:
    queue = [wait(pid, *range(pid), seconds=1000 - pid) for pid in range(1, 500)]
    (tree,) = trees(queue)
    assert (tree.root, len(tree.waits), tree.behind[1]) == (0, 499, 498)
