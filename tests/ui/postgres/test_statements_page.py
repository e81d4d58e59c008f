from types import MappingProxyType

from support.postgres_looks import ago, look
from support.postgres_screen import restricted, seen, statements

from cockpit.sources.postgres.model import Counters, Gap, PostgresLook, Statement
from cockpit.ui.kubernetes.pod_filter import parse_filter
from cockpit.ui.paged.page import Choices, Page
from cockpit.ui.postgres.statements_page import ORDERS, TURNS, Since, draw, rise

SLOW, QUICK = statements().statements


def page(looked: PostgresLook, since: str = "session", order: str = "by time", **choices: object) -> Page:
    return draw(seen(looked), Choices(turn=TURNS.index(since), order=ORDERS.index(order), **choices))  # type: ignore[arg-type]


def told(page: Page, at: int = 0) -> dict[str, str]:
    return {column.key: cell.text for column, cell in zip(page.columns, page.rows[at].cells, strict=True)}


def notes(page: Page) -> list[str]:
    return ["".join(span.text for span in line).strip() for line in page.notes]


def keys(page: Page) -> list[str]:
    return [row.key for row in page.rows]


def test_each_statement_tells_its_share_time_calls_mean_rows_and_reads() -> None:
    first = told(page(look(statements=statements())))
    assert (first["share"], first["time"], first["calls"], first["mean"]) == ("99 %", "08:20", "2,000", "250ms")
    assert (first["rows"], first["read"], first["io"]) == ("2,000", "800k", "04:00")
    assert first["statement"].startswith("SELECT o.id, o.total FROM orders o")


def test_the_time_is_the_session_the_last_interval_or_all_there_is() -> None:
    looked = look(statements=statements())
    assert told(page(looked, "interval"))["calls"] == "20"
    assert told(page(looked, "total"))["calls"] == "102k"
    assert notes(page(looked, "session"))[0] == "since the session began at 14:02:00"
    assert notes(page(looked, "interval"))[0] == "in the last 10s"
    assert notes(page(looked, "total"))[0] == "since the statistics were reset on 2026-11-01 14:23"


def test_what_did_not_run_in_the_time_is_not_listed() -> None:
    assert keys(page(look(statements=statements()), "interval")) == [SLOW.key]


def test_orders_rank_by_time_mean_calls_rows_and_io() -> None:
    looked = look(statements=statements())
    firsts = {order: keys(page(looked, "total", order))[0] for order in ORDERS}
    assert firsts == {
        "by time": SLOW.key, "by mean": SLOW.key, "by calls": QUICK.key, "by rows": QUICK.key, "by I/O": SLOW.key,
    }  # fmt: skip
    assert keys(page(looked, "total", reverse=True)) == [QUICK.key, SLOW.key]


def test_a_statement_that_became_slow_is_doubtful_and_says_how_much() -> None:
    first, second = (told(page(look(statements=statements())), at) for at in (0, 1))
    assert (first["sign"], first["rise"]) == ("◐", "125.0x")
    assert (second["sign"], second["rise"]) == ("", "1.0x")


def test_no_rise_is_told_of_what_never_ran_before() -> None:
    new = Counters(calls=5, total_ms=10)
    assert rise(Statement("k", "u", "d", "SELECT 1", total=new, session=new), Since.SESSION) is None
    assert rise(SLOW, Since.TOTAL) is None


def test_resets_and_evictions_are_told() -> None:
    told = notes(page(look(statements=statements(reset_seen_at=ago(minutes=3)))))
    assert told[1:] == [
        "the statistics were reset at 14:20:00",
        "entries were evicted 3 times: pg_stat_statements.max is too small",
    ]


def test_the_title_tells_how_many_there_are() -> None:
    assert page(look(statements=statements())).told == "2 of 412 · session · by time"


def test_without_the_extension_what_was_sampled_is_shown_and_how_to_get_it() -> None:
    gap = Gap("pg_stat_statements is not installed")
    looked = look(statements=statements(sampled=True), gaps=MappingProxyType({"statements": gap}))
    drawn = page(looked)
    assert len(drawn.rows) == 2
    assert told(drawn)["rows"] == ""
    assert "sampled: what was seen running at each look; CALLS says how often" in notes(drawn)
    assert notes(drawn)[-1] == "try: CREATE EXTENSION pg_stat_statements"


def test_a_missing_privilege_names_the_grant() -> None:
    drawn = page(restricted())
    assert drawn.empty == "no statements are known"
    assert notes(drawn) == [
        "! permission denied for view pg_stat_statements",
        "try: GRANT pg_read_all_stats TO cockpit",
    ]


def test_before_the_first_look_nothing_is_claimed() -> None:
    assert page(look()).empty == "reading the statements …"


def test_the_filter_sees_the_statement_and_whose_it_is() -> None:
    drawn = page(look(statements=statements()), wanted=parse_filter("events"))
    assert keys(drawn) == [QUICK.key]


def test_the_statement_of_each_row_can_be_acted_on() -> None:
    drawn = page(look(statements=statements()))
    assert drawn.about[drawn.rows[0].key] == SLOW
