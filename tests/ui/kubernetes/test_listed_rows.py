"""What the tables of the kinds tell that are listed on demand."""

from typing import Any

import pytest
from support.objects import ago, meta
from support.shop import NOW

from cockpit.sources.kubernetes.listed_kinds import (
    CRON_JOBS,
    DISRUPTION_BUDGETS,
    NAMESPACES,
    NETWORK_POLICIES,
    QUOTAS,
    SECRETS,
    VOLUMES,
    Listed,
    ListedKind,
)
from cockpit.ui.kubernetes.listed_rows import TABLES, listed_rows
from cockpit.ui.kubernetes.object_row import CHANGING, DONE, DOUBTFUL, WELL, WRONG, ObjectRow


def listed(name: str = "api", **facts: Any) -> Listed:
    return Listed(**{"meta": meta(name), "changed_at": ago(minutes=3), "changed_by": "helm", **facts})


def row_of(kind: ListedKind, each: Listed) -> ObjectRow:
    (table,) = (table for table in TABLES if table.kind is kind)
    row = listed_rows(table, [each], NOW)[0]
    assert len(row.cells) == len(table.all_columns)
    return row


def own(kind: ListedKind, **parts: Any) -> tuple[list[str], int]:
    """Read what a kind tells beside namespace, name, change and age."""
    row = row_of(kind, listed(**parts))
    first = 2 if kind.namespaced else 1
    return [cell.text for cell in row.cells[first:-3]], row.worst


def test_a_secret_tells_who_changed_it_and_when_and_nothing_else() -> None:
    row = row_of(SECRETS, listed("db"))
    assert [cell.text for cell in row.cells] == ["shop", "db", "3m", "helm", "3d"]
    assert str(row.reference) == "secret/db"


def test_what_was_changed_last_stands_first() -> None:
    table = next(table for table in TABLES if table.kind is SECRETS)
    rows = listed_rows(table, [listed("a", changed_at=ago(days=1)), listed("b"), listed("c", changed_at=NOW)], NOW)
    assert [row.reference.name for row in sorted(rows, key=lambda row: (row.worst, row.rank))] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"podSelector": {}, "policyTypes": ["Ingress"]}, ["every pod", "ingress: nothing"]),
        (
            {
                "podSelector": {"matchLabels": {"app": "api"}},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{"ports": [{"port": 80}]}, {"from": [{"podSelector": {}}]}],
                "egress": [{}],
            },
            ["app=api", "ingress: 2 rules, egress: everything"],
        ),
        (
            {"podSelector": {"matchExpressions": [{"key": "app"}]}, "policyTypes": ["Egress"], "egress": [{"to": [1]}]},
            ["…", "egress: 1 rule"],
        ),
    ],
)
def test_a_network_policy_tells_for_which_pods_it_lets_what_pass(spec: dict[str, Any], says: list[str]) -> None:
    assert own(NETWORK_POLICIES, spec=spec) == (says, WELL)


def test_a_cron_job_tells_when_it_ran_and_when_it_succeeded() -> None:
    status = {"lastScheduleTime": "2026-11-21T14:20:07Z", "lastSuccessfulTime": "2026-11-18T14:23:07Z", "active": [{}]}
    running = own(CRON_JOBS, spec={"schedule": "*/5 * * * *"}, status=status)
    assert running == (["*/5 * * * *", "1 running", "3m", "3d"], CHANGING)
    suspended = own(CRON_JOBS, spec={"schedule": "@daily", "suspend": True})
    assert suspended == (["@daily", "suspended", "-", "-"], DOUBTFUL)


def test_a_quota_that_is_used_up_is_doubtful_and_the_fullest_share_stands_first() -> None:
    status = {
        "hard": {"pods": "20", "requests.memory": "1Gi", "odd": "much"},
        "used": {"pods": "8", "requests.memory": "1024Mi"},
    }
    assert own(QUOTAS, status=status) == (
        ["requests.memory 1024Mi of 1Gi, pods 8 of 20, odd 0 of much"],
        DOUBTFUL,
    )
    assert own(QUOTAS, status={"hard": {"pods": "0"}})[1] == WELL


@pytest.mark.parametrize(
    ("spec", "status", "says", "worst"),
    [
        (
            {"minAvailable": 2},
            {"currentHealthy": 2, "expectedPods": 3, "disruptionsAllowed": 0},
            ["at least 2 stay", "2 of 3", "0"],
            DOUBTFUL,
        ),
        (
            {"maxUnavailable": "25%"},
            {"currentHealthy": 4, "expectedPods": 4, "disruptionsAllowed": 1},
            ["at most 25% away", "4 of 4", "1"],
            WELL,
        ),
        ({"minAvailable": 1}, {}, ["at least 1 stay", "0 of 0", "0"], WELL),
    ],
)
def test_a_budget_tells_how_many_pods_may_go(
    spec: dict[str, Any], status: dict[str, Any], says: list[str], worst: int
) -> None:
    assert own(DISRUPTION_BUDGETS, spec=spec, status=status) == (says, worst)


@pytest.mark.parametrize(("phase", "worst"), [("Bound", WELL), ("Available", DONE), ("Released", DOUBTFUL)])
def test_a_volume_tells_whose_it_is(phase: str, worst: int) -> None:
    spec = {
        "capacity": {"storage": "20Gi"},
        "claimRef": {"namespace": "shop", "name": "data-db-0"},
        "storageClassName": "gp3",
        "persistentVolumeReclaimPolicy": "Delete",
    }
    told = own(VOLUMES, spec=spec, status={"phase": phase})
    assert told == ([phase, "20Gi", "shop/data-db-0", "gp3", "Delete"], worst)
    going = own(VOLUMES, meta=meta("pv-1", deleting_since=ago(minutes=2)), spec=spec, status={"phase": phase})
    assert going == (["Terminating", "20Gi", "shop/data-db-0", "gp3", "Delete"], DOUBTFUL)


def test_a_volume_of_which_nothing_is_told_and_one_that_failed() -> None:
    assert own(VOLUMES) == (["unknown", "", "", "", ""], WELL)
    assert own(VOLUMES, status={"phase": "Failed"})[1] == WRONG


def test_a_namespace_that_is_going_says_so() -> None:
    assert own(NAMESPACES, status={"phase": "Terminating"}) == (["Terminating"], CHANGING)


def test_what_a_server_tells_in_another_form_does_no_harm() -> None:
    odd: dict[str, Any] = {"podSelector": None, "policyTypes": None, "capacity": [], "claimRef": "x", "schedule": None}
    for table in TABLES:
        listed_rows(table, [listed(spec=odd, status={"hard": None, "used": [], "active": None, "phase": None})], NOW)
