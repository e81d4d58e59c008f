from support.postgres_looks import ACTIVE, IN_TRANSACTION, ago, backend, backends, look
from support.postgres_screen import seen, troubled, well

from cockpit.sources.postgres.model import LockWait, PostgresLook
from cockpit.ui.postgres.summary import summary


def head(looked: PostgresLook) -> str:
    return "".join(span.text for span in summary(seen(looked)).head)


def lines(looked: PostgresLook) -> list[str]:
    return ["".join(span.text for span in line) for line in summary(seen(looked)).lines]


def test_a_server_that_is_well_is_its_connections_alone() -> None:
    assert head(well()) == "9/97 ▁▁▁▁▁"
    assert lines(well()) == []


def test_what_lasts_too_long_is_told_with_who_is_behind_it() -> None:
    idle, active, blocked = lines(troubled())
    assert idle.split() == ["idle", "in", "transaction", "21", "oldest", "07:12", "api"]
    assert active.split()[:5] == ["active", "1", "longest", "02:00", "reports"]
    assert blocked.split()[:6] == ["blocked", "5", "longest", "01:35", "root", "4711"]
    assert "UPDATE orders" in blocked


def test_connections_that_run_out_are_said_in_words() -> None:
    assert head(look(*backends(85))).endswith("nearly used up")
    assert head(look(slots={"used": 97})).endswith("all used up")


def test_what_is_over_in_a_moment_does_not_flicker() -> None:
    short = (backend(1, ACTIVE), backend(2, IN_TRANSACTION, since=ago(seconds=9)))
    waits = (LockWait(1, (2,), ago(seconds=1)),)
    assert lines(look(*short, waits=waits)) == []


def test_our_own_statements_and_vacuum_are_no_news() -> None:
    own = backend(1, ACTIVE, since=ago(hours=1))
    vacuum = backend(3, ACTIVE, since=ago(hours=1), backend_type="autovacuum worker")
    assert lines(look(own, vacuum)) == []


def test_a_prepared_transaction_as_the_root_is_named() -> None:
    (line,) = lines(look(backend(2, ACTIVE), waits=(LockWait(2, (0,), ago(minutes=1)),)))
    assert line.endswith("root prepared transaction")


def test_a_root_that_is_gone_is_its_pid() -> None:
    (line,) = lines(look(backend(2, ACTIVE), waits=(LockWait(2, (99,), ago(minutes=1)),)))
    assert line.endswith("root 99")
