from typing import Any

import pytest
from msgspec.structs import replace
from support.postgres_looks import ago, look
from support.postgres_screen import health, restricted, seen, troubled

from cockpit.sources.postgres.model import DatabaseRates, Gap, Health, Pool, PostgresLook, Slot, Standby
from cockpit.ui.kubernetes.pod_filter import parse_filter
from cockpit.ui.paged.page import Choices
from cockpit.ui.postgres.health_page import ORDERS, draw

WELL = Health(standbys=(), slots=(), prepared=(), xmin_holders=(), vacuums=(), overdue=())


def lines(looked: PostgresLook, **choices: Any) -> dict[str, tuple[str, ...]]:
    page = draw(seen(looked), Choices(**choices))
    texts = [tuple(cell.text.strip() for cell in row.cells) for row in page.rows]
    return {what: (sign, value, judged, remark) for sign, what, value, judged, remark in texts}


@pytest.mark.parametrize(
    ("what", "sign", "value", "remark"),
    [
        ("connections", "◐", "87 of 97 usable", "max_connections 100 - 3 kept for superusers"),
        ("shop cache hits", "◐", "83 %", "the rest came from disk"),
        ("shop deadlocks", "◐", "2", "since the session began"),
        ("shop temp files", "◐", "12, 900 MiB", "work_mem"),
        ("postgres cache hits", "✔", "99.9 %", "in shared buffers"),
        ("checkpoints", "◐", "2 timed, 9 asked", "max_wal_size is too small"),
        ("standby replica-1", "◐", "streaming async", "120 MiB behind, 42s"),
        ("slot debezium", "●", "inactive", "keeps 31 GiB of WAL, wal_status extended, nobody reads it"),
        ("oldest transaction number", "◐", "age 1.2G", "of shop; 55 % of the way to wraparound"),
        ("oldest row version in use", "◐", "age 2.4M", "held by backend 4711 for 07:00"),
        ("prepared order-17", "◐", "3h00m", "ROLLBACK PREPARED 'order-17'"),
        ("autovacuum public.events", "○", "40 %", "scanning heap for 20:00, pid 7000 in shop"),
        ("overdue public.orders", "◐", "3.1M dead rows", "vacuumed 2d00h ago: VACUUM public.orders"),
    ],
)
def test_each_figure_is_judged_and_explained(what: str, sign: str, value: str, remark: str) -> None:
    found = lines(troubled())[what]
    assert found[:2] == (sign, value)
    assert remark in found[3]


def test_a_judgement_is_a_word_too() -> None:
    found = lines(troubled())
    assert (found["slot debezium"][2], found["checkpoints"][2]) == ("wrong", "doubtful")
    assert found["postgres cache hits"][2] == "well"


def test_the_title_counts_what_is_wrong() -> None:
    assert draw(seen(troubled()), Choices()).told == "1 wrong · 10 doubtful · by group"


def test_the_worst_come_first_when_asked_for() -> None:
    page = draw(seen(troubled()), Choices(order=ORDERS.index("worst first")))
    assert [row.cells[0].text for row in page.rows[:2]] == ["●", "◐"]
    assert page.rows[0].cells[1].text.strip() == "slot debezium"
    assert "server" not in {row.cells[1].text for row in page.rows}


def test_what_there_is_none_of_is_said() -> None:
    found = lines(look(health=WELL))
    assert found["standbys"][1] == found["replication slots"][1] == found["vacuum running"][1] == "none"
    assert found["prepared transactions"][:2] == ("✔", "none")


def test_what_may_not_be_read_is_unknown_with_the_grant() -> None:
    sign, value, judged, remark = lines(restricted())["replication slots"]
    assert (sign, value, judged) == ("?", "unknown", "unknown")
    assert remark == "permission denied for function pg_ls_waldir; try: GRANT pg_monitor TO cockpit"


def test_what_was_not_read_yet_is_unknown() -> None:
    assert lines(look(health=replace(health(), slots=None)))["replication slots"] == (
        "?", "unknown", "unknown", "not told yet",
    )  # fmt: skip


def test_a_role_that_sees_little_is_told_what_to_ask_for() -> None:
    assert "GRANT pg_monitor TO cockpit" in lines(restricted())["rights"][3]


def test_before_the_health_was_read_the_server_alone_is_told() -> None:
    assert list(lines(look())) == ["server", "version", "started", "connections"]


def test_a_restart_and_a_failover_are_told() -> None:
    found = lines(look(restarts=(ago(minutes=4),), promoted_at=ago(minutes=3)))
    assert found["started"][0] == "◐"
    assert "restarted while we looked on: 14:19:00" in found["started"][3]
    assert "at 14:20:00" in found["failed over"][3]


@pytest.mark.parametrize(
    ("receiving", "lag", "signs"), [(True, 0.0, ("✔", "✔")), (False, 90.0, ("●", "●")), (None, 40.0, ("?", "◐"))]
)
def test_a_standby_tells_how_far_it_is_behind(receiving: bool | None, lag: float, signs: tuple[str, str]) -> None:
    looked = look(health=replace(WELL, receiving=receiving, replay_lag_seconds=lag), server={"in_recovery": True})
    found = lines(looked)
    assert (found["from the primary"][0], found["behind the primary"][0]) == signs


@pytest.mark.parametrize(
    ("standby", "sign"),
    [
        (Standby(1, "a", "", "streaming", "async", 0, None), "✔"),
        (Standby(1, "a", "", "catchup", "async", 0, 1.0), "◐"),
        (Standby(1, "a", "", "streaming", "sync", 0, 61.0), "●"),
        (Standby(1, "a", "", "streaming", "sync", 2 << 30, None), "●"),
    ],
)
def test_a_standby_is_judged_by_state_time_and_bytes(standby: Standby, sign: str) -> None:
    assert lines(look(health=replace(WELL, standbys=(standby,))))["standby a"][0] == sign


@pytest.mark.parametrize(
    ("slot", "sign"),
    [
        (Slot("s", "physical", active=True, retained_bytes=1 << 20, wal_status="reserved"), "✔"),
        (Slot("s", "physical", active=False, retained_bytes=0, wal_status="reserved"), "◐"),
        (Slot("s", "logical", active=False, wal_status="lost"), "●"),
    ],
)
def test_a_slot_is_judged_by_what_it_keeps_and_whether_it_is_read(slot: Slot, sign: str) -> None:
    assert lines(look(health=replace(WELL, slots=(slot,))))["slot s"][0] == sign


def test_the_filter_leaves_out_groups_without_lines() -> None:
    assert list(lines(troubled(), wanted=parse_filter("slot"))) == ["replication", "slot debezium"]


def test_the_pools_of_a_pooler_are_judged_by_who_waits() -> None:
    pools = (
        Pool("shop", "app", "transaction", 40, 12, 5, 0, 6.5),
        Pool("shop", "jobs", "session", 4, 1, 5, 0, 0.5),
        Pool("shop", "web", "transaction", 4, 0, 1, 3),
    )
    found = lines(look(server={"pooled": True}, health=replace(WELL, pools=pools)))
    assert found["pool shop/app"] == (
        "●", "12 waiting, 6.5s", "wrong", "40 clients active; 5 server connections in use, 0 idle; transaction pooling"
    )  # fmt: skip
    assert found["pool shop/jobs"][:3] == ("◐", "1 waiting, 0.5s", "doubtful")
    assert found["pool shop/web"][:3] == ("✔", "nobody waits", "well")


def test_a_pooler_that_does_not_tell_its_pools_leaves_them_unknown_and_none_is_nothing() -> None:
    gap = Gap("the pooler does not tell its pools: not allowed", "psql -c 'SHOW POOLS'")
    hidden = look(server={"pooled": True}, health=WELL, gaps={"health.pools": gap})
    assert lines(hidden)["pools"] == ("?", "unknown", "unknown", f"{gap.message}; try: {gap.remedy}")
    assert "pools" not in lines(look(health=WELL))


@pytest.mark.parametrize(("many", "sign"), [(2, "◐"), (3, "●")])
def test_deadlocks_are_wrong_while_they_rise(many: int, sign: str) -> None:
    database = DatabaseRates("shop", deadlocks=9, deadlocks_seen=((ago(minutes=30), 9 - many), (ago(minutes=2), many)))
    found = lines(look(health=replace(WELL, databases=(database,))))["shop deadlocks"]
    assert found[:2] == (sign, "9")
    assert found[3] == f"since the session began, {many} within 10 min"
