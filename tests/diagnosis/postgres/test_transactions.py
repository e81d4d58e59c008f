"""Transactions in which nothing is done, and statements that do not end."""

from typing import Any

import pytest
from support.postgres_looks import ABORTED, ACTIVE, HIDDEN, IDLE, IN_TRANSACTION, ago, backend, found, look

from cockpit.diagnosis.finding import Verb
from cockpit.diagnosis.policy import Policy
from cockpit.sources.postgres.model import BackendState, LockWait


@pytest.mark.parametrize("state", [IN_TRANSACTION, ABORTED])
def test_transactions_that_are_idle_for_too_long_are_told_with_whose_they_are(state: BackendState) -> None:
    idle = [backend(pid, state, since=ago(minutes=6 + pid), query="UPDATE cart SET x = 1") for pid in (3, 2)]
    (finding,) = found(look(*idle, backend(4, state, since=ago(minutes=4))))
    assert finding.title == "shop-db: 2 transactions idle for more than 5 min ← api: UPDATE cart SET x = 1"
    assert (finding.key, finding.scenario) == ("postgres/idle-in-transaction/shop-db", "too-many-connections")
    assert finding.since == ago(minutes=9)
    assert [(each.verb, each.parameters["pid"]) for each in finding.actions] == [
        (Verb.TERMINATE, "3"),
        (Verb.TERMINATE, "2"),
    ]


def test_a_statement_that_runs_for_too_long_is_told_and_may_be_cancelled() -> None:
    (finding,) = found(look(backend(7, ACTIVE, since=ago(minutes=12), query="SELECT *\n FROM orders")))
    assert finding.title == "shop-db: 1 statement running for more than 5 min ← api: SELECT * FROM orders"
    assert (finding.scenario, finding.since) == ("slow-queries", ago(minutes=12))
    assert [(each.verb, each.parameters["pid"]) for each in finding.actions] == [(Verb.CANCEL, "7")]


LONG_AGO = ago(hours=3)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": ACTIVE, "backend_type": "autovacuum worker"},
        {"state": ACTIVE, "backend_type": "walsender"},
        {"state": ACTIVE, "backend_type": "parallel worker", "leader_pid": 7},
        {"state": ACTIVE, "pid": 1},
        {"state": ACTIVE, "since": ago(minutes=5)},
        {"state": IN_TRANSACTION, "since": ago(minutes=5)},
        {"state": ACTIVE, "query_since": None},
        {"state": ACTIVE, "wait_event_type": "Lock"},
        {"state": IDLE},
        {"state": HIDDEN},
    ],
)
def test_what_may_run_or_idle_for_long_is_no_finding(facts: dict[str, Any]) -> None:
    """Autovacuum, replication, our own connection, workers of another, what is idle outside a transaction or hidden."""
    assert found(look(backend(**{"pid": 9, "since": LONG_AGO, **facts}))) == []


def test_whoever_waits_for_a_lock_is_not_slow_by_itself() -> None:
    waiting = backend(7, ACTIVE, since=ago(minutes=12))
    findings = found(look(waiting, waits=(LockWait(7, (8,), ago(minutes=12)),)))
    assert [finding.scenario for finding in findings] == ["locks"]


def test_the_policy_moves_the_thresholds() -> None:
    policy = Policy(idle_in_transaction_minutes=60, statement_minutes=60)
    seen = look(backend(1, ACTIVE, since=ago(minutes=50)), backend(2, IN_TRANSACTION, since=ago(minutes=50)))
    assert found(seen, policy) == []
