from typing import Any
from unittest.mock import Mock

import pytest
from support.postgres_looks import ACTIVE, HIDDEN, IDLE, IN_TRANSACTION, ago, backend, look
from support.postgres_screen import restricted, seen, troubled

from cockpit.sources.postgres.model import BackendState, PostgresLook
from cockpit.ui.kubernetes.pod_filter import parse_filter
from cockpit.ui.paged.page import Choices, Page
from cockpit.ui.postgres import activity_page
from cockpit.ui.postgres.activity_page import ORDERS, TURNS, draw
from cockpit.ui.postgres.postgres_view import one_line
from cockpit.ui.widgets.rows import ListedRows


def page(look: PostgresLook, **choices: object) -> Page:
    return draw(seen(look), Choices(**choices))  # type: ignore[arg-type]


def column(page: Page, key: str) -> list[str]:
    at = [column.key for column in page.columns].index(key)
    return [row.cells[at].text for row in page.rows]


def notes(page: Page) -> list[str]:
    return ["".join(span.text for span in line).strip() for line in page.notes]


def test_what_is_busy_is_listed_the_longest_first_and_idle_ones_are_counted() -> None:
    looked = look(
        backend(1, IDLE),
        backend(10, ACTIVE, since=ago(seconds=3)),
        backend(11, IN_TRANSACTION, since=ago(minutes=8)),
        backend(12, ACTIVE, since=ago(minutes=2), wait_event_type="Lock", wait_event="relation"),
        *(backend(20 + nth, IDLE) for nth in range(3)),
    )
    drawn = page(looked)
    assert column(drawn, "pid") == ["11", "12", "10"]
    assert column(drawn, "state") == ["idle in tx", "waiting", "active"]
    assert column(drawn, "time") == ["08:00", "02:00", "3.0s"]
    assert notes(drawn) == ["1 waiting · 1 active · 1 idle in transaction · 3 idle (I lists them)"]


def test_idle_ones_come_last_when_they_are_listed() -> None:
    looked = look(backend(2, IDLE, since=ago(hours=3)), backend(3, ACTIVE))
    drawn = page(looked, idle=True)
    assert column(drawn, "pid") == ["3", "2"]
    assert drawn.rows[1].faint


def test_our_own_connections_are_not_listed() -> None:
    assert column(page(look(backend(1, ACTIVE), server={"backend_pids": (1,)})), "pid") == []


def test_parallel_workers_are_folded_under_their_leader() -> None:
    worker: dict[str, Any] = {"backend_type": "parallel worker", "leader_pid": 10}
    looked = look(backend(10, ACTIVE, leader_pid=10), backend(11, ACTIVE, **worker), backend(12, ACTIVE, **worker))
    drawn = page(looked)
    assert column(drawn, "pid") == ["10"]
    assert column(drawn, "state") == ["active +2"]


def test_a_worker_whose_leader_is_gone_is_listed_by_itself() -> None:
    looked = look(backend(11, ACTIVE, backend_type="parallel worker", leader_pid=10))
    assert column(page(looked), "client") == ["parallel worker"]


def test_the_servers_own_processes_come_below_the_clients_and_may_take_their_time() -> None:
    drawn = page(troubled())
    assert column(drawn, "pid")[-1] == "7000"
    assert drawn.rows[-1].cells[0].text == ""
    assert "7001" not in column(drawn, "pid")


def test_time_is_that_of_the_statement_the_transaction_or_the_state() -> None:
    times = {"query_since": ago(seconds=2), "transaction_since": ago(seconds=30), "state_since": ago(seconds=20)}
    looked = look(backend(10, ACTIVE, **times))
    assert [column(page(looked, turn=turn), "time") for turn in range(len(TURNS))] == [["2.0s"], ["30s"], ["20s"]]


def test_orders_sort_by_state_client_database_and_pid_and_turn_round() -> None:
    looked = look(
        backend(12, ACTIVE, application="b", client_address="", database="y"),
        backend(11, IN_TRANSACTION, since=ago(minutes=1), application="a", client_address="", database="z"),
    )
    firsts = {order: column(page(looked, order=at), "pid")[0] for at, order in enumerate(ORDERS)}
    assert firsts == {"longest first": "11", "state": "12", "client": "11", "database": "12", "pid": "11"}
    assert column(page(looked, reverse=True), "pid") == ["12", "11"]


def test_the_filter_sees_pid_state_client_user_and_statement_and_can_be_turned_round() -> None:
    looked = look(backend(10, ACTIVE, query="VACUUM orders"), backend(11, ACTIVE, query="SELECT 2", user="reports"))
    assert column(page(looked, wanted=parse_filter("vacuum")), "pid") == ["10"]
    assert column(page(looked, wanted=parse_filter("!reports")), "pid") == ["10"]
    nothing = page(looked, wanted=parse_filter("nowhere"))
    assert nothing.empty == "none of 2 matches /nowhere (escape clears the filter)"


def test_hidden_rows_are_neither_idle_nor_nothing() -> None:
    drawn = page(restricted())
    assert list(drawn.rows) == []
    assert drawn.empty == "what others do is hidden from this role"
    assert "7 hidden from this role: GRANT pg_monitor TO cockpit" in notes(drawn)


def test_a_hidden_row_is_listed_as_such_with_the_idle_ones() -> None:
    assert column(page(look(backend(10, HIDDEN)), idle=True), "state") == ["hidden"]


def test_a_wait_for_the_client_is_not_told_but_others_are() -> None:
    looked = look(
        backend(10, IN_TRANSACTION, wait_event_type="Client", wait_event="ClientRead"),
        backend(11, ACTIVE, since=ago(seconds=9), wait_event_type="IO", wait_event="DataFileRead"),
    )
    assert column(page(looked), "wait") == ["IO:DataFileRead", ""]


def test_a_statement_of_a_megabyte_becomes_one_short_line() -> None:
    drawn = page(look(backend(10, ACTIVE, query="SELECT\n\t1,\n" * 100_000)))
    (statement,) = column(drawn, "statement")
    assert statement.startswith("SELECT 1, SELECT 1,")
    assert len(statement) < 5_000


def test_a_pid_that_is_used_again_is_another_row() -> None:
    first = page(look(backend(10, ACTIVE))).rows[0]
    again = page(look(backend(10, ACTIVE, backend_start=ago(seconds=1)))).rows[0]
    assert first.key != again.key


def test_an_aborted_transaction_is_told_apart() -> None:
    looked = look(backend(10, BackendState.IDLE_IN_TRANSACTION_ABORTED))
    assert column(page(looked), "state") == ["aborted tx"]


def test_only_the_rows_that_come_into_view_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(side_effect=one_line)
    monkeypatch.setattr(activity_page, "one_line", read)
    drawn = page(look(*(backend(pid, ACTIVE, since=ago(seconds=pid)) for pid in range(2, 5002))))
    rows = ListedRows()
    rows.replace(drawn.rows)
    assert (len(rows), read.call_count) == (5000, 0)
    assert [row.cells[1].text for row in rows.rows(0, 3)] == ["5001", "5000", "4999"]
    assert rows.position(rows.rows(2, 1)[0].key) == 2
    assert read.call_count == 4


def test_rows_that_are_old_news_are_built_faint_when_they_come_into_view() -> None:
    rows = ListedRows()
    rows.replace(page(look(backend(2, ACTIVE), backend(3, ACTIVE))).rows, faint=True)
    assert [row.faint for row in rows.rows(0, 9)] == [True, True]
