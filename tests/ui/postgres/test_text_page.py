from collections.abc import Iterable, Sequence

from support.postgres_looks import HIDDEN, backend, look
from support.postgres_screen import seen, statements, troubled

from cockpit.ui.postgres.text_page import LONGEST, backend_lines, statement_lines, statement_text
from cockpit.ui.widgets.line import Span


def texts(lines: Iterable[Sequence[Span]]) -> list[str]:
    return ["".join(span.text for span in line).strip() for line in lines]


def test_a_backend_tells_all_facts_and_its_statement_line_by_line() -> None:
    looked = troubled()
    waiter = next(each for each in looked.activity.backends if each.pid == 4730)
    found = texts(backend_lines(waiter, seen(looked)))
    assert "pid                   4730  client backend" in found
    assert "waits for             Lock:relation" in found
    assert "blocked by            4720; waits for AccessShareLock on public.orders  for 01:30" in found
    assert found[-4:] == ["SELECT o.id,", "o.total", "FROM orders o", "WHERE o.customer_id = 4711"]


def test_a_leader_names_its_workers() -> None:
    looked = troubled()
    leader = next(each for each in looked.activity.backends if each.pid == 4801)
    assert "parallel workers      2: 4802, 4803" in texts(backend_lines(leader, seen(looked)))


def test_what_is_hidden_is_not_told_as_empty() -> None:
    hidden = backend(10, HIDDEN, query="")
    assert texts(backend_lines(hidden, seen(look(hidden))))[-1] == "hidden from this role: GRANT pg_monitor TO cockpit"


def test_control_sequences_do_not_reach_the_screen() -> None:
    assert texts(statement_text("SELECT \x1b]52;c;aGk=\x07 1\r\n-- \x1b[31mred")) == ["SELECT  1", "-- red"]


def test_a_statement_of_a_megabyte_is_cut_and_says_so() -> None:
    lines = list(statement_text("x" * 1_000_000))
    assert texts(lines)[-1] == f"… {1_000_000 - LONGEST:,} more characters; c copies all"
    assert max(len(text) for text in texts(lines)) <= 1_000


def test_a_statement_tells_its_costs_over_each_time() -> None:
    found = texts(statement_lines(statements().statements[0]))
    assert any(line.split() == ["session", "08:20", "2,000", "250ms", "2,000", "800k", "0", "04:00"] for line in found)
    assert "session: a call takes 125.0 times as long as before it" in found
