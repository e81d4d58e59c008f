"""Transaction ids that run out."""

import pytest
from support.postgres_looks import IN_TRANSACTION, backend, found, look

from cockpit.diagnosis.finding import Finding, FindingSeverity, Verb
from cockpit.sources.postgres.model import DatabaseRates, Health, XminHolder

MILLION = 10**6


def aged(million: int, *holders: XminHolder, limit: int | None = 200, multixact: int | None = None) -> list[Finding]:
    health = Health(
        databases=(
            DatabaseRates("shop", frozen_xid_age=million * MILLION, frozen_mxid_age=multixact and multixact * MILLION),
            DatabaseRates("postgres", frozen_xid_age=MILLION),
        ),
        freeze_max_age=limit and limit * MILLION,
        multixact_freeze_max_age=400 * MILLION,
        xmin_holders=holders,
    )
    return found(look(backend(7, IN_TRANSACTION), health=health))


@pytest.mark.parametrize(
    ("million", "limit", "severity"),
    [
        (401, 200, FindingSeverity.DOUBTFUL),
        (1100, 1000, FindingSeverity.DOUBTFUL),
        (1100, None, FindingSeverity.DOUBTFUL),
        (1650, 200, FindingSeverity.WRONG),
        (1650, 2000, FindingSeverity.WRONG),
    ],
)
def test_an_age_that_autovacuum_does_not_bring_down_is_told(
    million: int, limit: int | None, severity: FindingSeverity
) -> None:
    (finding,) = aged(million, limit=limit)
    assert (finding.severity, finding.scenario) == (severity, "wraparound")
    assert finding.title == f"shop-db: shop has used {million * MILLION * 100 // 2**31} % of its transaction ids"


@pytest.mark.parametrize(("million", "limit"), [(1, 200), (399, 200), (1100, 1500), (1000, None)])
def test_while_autovacuum_is_at_work_all_is_well(million: int, limit: int | None) -> None:
    assert aged(million, limit=limit) == []


def test_multixact_ids_run_out_as_well() -> None:
    (finding,) = aged(1, multixact=1700)
    assert finding.title == "shop-db: shop has used 79 % of its multixact ids"


def test_what_holds_vacuum_back_is_named_and_may_be_terminated() -> None:
    (finding,) = aged(900, XminHolder("slot", "old", 5), XminHolder("backend", "7", 890 * MILLION))
    assert finding.title.endswith("of its transaction ids, held back by backend 7")
    assert [(each.verb, each.parameters["pid"]) for each in finding.actions] == [(Verb.TERMINATE, "7")]


def test_a_slot_that_holds_vacuum_back_is_named_and_a_young_transaction_is_not() -> None:
    (by_slot,) = aged(900, XminHolder("slot", "old", 890 * MILLION))
    assert by_slot.title.endswith("held back by slot old")
    assert by_slot.actions == ()
    (by_none,) = aged(900, XminHolder("backend", "7", 50))
    assert "held back" not in by_none.title
