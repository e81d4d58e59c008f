"""Which statements cost most: of pg_stat_statements, or of what was seen running."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Final

from cockpit.sources.postgres.model import Counters, Statement, Statements
from cockpit.ui.paged.page import SIGN, Choices, Page, accepts, amount_of, nothing_matches, sign
from cockpit.ui.postgres.postgres_view import View, gap_notes, one_line
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import count, duration, milliseconds, percent
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row

COLUMNS = (
    SIGN,
    Column("share", "SHARE", 6, right=True),
    Column("time", "TIME", 7, right=True),
    Column("calls", "CALLS", 6, right=True),
    Column("mean", "MEAN", 7, right=True),
    Column("rise", "RISE", 6, right=True, importance=2),
    Column("rows", "ROWS", 6, right=True, importance=1),
    Column("io", "I/O", 7, right=True, importance=2),
    Column("read", "READ", 6, right=True, importance=3),
    Column("user", "USER", 10, importance=4),
    Column("database", "DATABASE", 10, importance=4),
    Column("statement", "STATEMENT", 20, grows=True),
)
INSTALL: Final = (
    "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; restart, then",
    "CREATE EXTENSION pg_stat_statements",
)
"""How to get the extension (PostgreSQL documentation, F.32)."""


class Since(StrEnum):
    """The time over which a statement's costs are counted."""

    SESSION = "session"
    INTERVAL = "interval"
    TOTAL = "total"


class Order(StrEnum):
    """What the list can be sorted by."""

    TIME = "time"
    MEAN = "mean"
    CALLS = "calls"
    ROWS = "rows"
    IO = "I/O"


TURNS = tuple(since.value for since in Since)
ORDERS = tuple(f"by {order.value}" for order in Order)

_SPANS: dict[Since, Callable[[Statement], Counters]] = {
    Since.SESSION: lambda statement: statement.session,
    Since.INTERVAL: lambda statement: statement.interval,
    Since.TOTAL: lambda statement: statement.total,
}
_RANKS: dict[Order, Callable[[Counters], float]] = {
    Order.TIME: lambda counters: counters.total_ms,
    Order.MEAN: lambda counters: counters.mean_ms or 0.0,
    Order.CALLS: lambda counters: counters.calls,
    Order.ROWS: lambda counters: counters.rows,
    Order.IO: lambda counters: counters.io_ms or counters.blocks_read,
}


def rise(statement: Statement, since: Since) -> float | None:
    """Tell how many times as long a call takes as it did before; None when one of both is not known."""
    if since is Since.TOTAL:
        return None
    newest, total = _SPANS[since](statement), statement.total
    before = Counters(calls=total.calls - newest.calls, total_ms=total.total_ms - newest.total_ms)
    if before.calls <= 0 or not newest.mean_ms or not before.mean_ms or before.mean_ms <= 0:
        return None
    return newest.mean_ms / before.mean_ms


def draw(view: View, choices: Choices) -> Page:
    """List the statements that cost something over the chosen time."""
    statements = view.look.statements
    since, order = list(Since)[choices.turn], list(Order)[choices.order]
    gap = view.look.gaps.get("statements")
    if statements is None:
        empty = "no statements are known" if gap is not None else "reading the statements …"
        return Page(COLUMNS, (), "unknown", [] if gap is None else _missing(view), empty)
    counters = _SPANS[since]
    costly = [each for each in statements.statements if counters(each).calls]
    wanted = [each for each in costly if accepts(choices, partial(_text, each))]
    wanted.sort(key=lambda each: (-_RANKS[order](counters(each)), each.key), reverse=choices.reverse)
    whole = sum(counters(each).total_ms for each in costly)
    told = f"{amount_of(len(wanted), max(statements.known, len(costly)))} · {since.value} · by {order.value}"
    return Page(
        COLUMNS,
        [_row(each, since, whole, view) for each in wanted],
        f"{told}{' reversed' if choices.reverse else ''}",
        _notes(view, statements, since),
        nothing_matches(choices, len(costly), f"no statement ended in this time: {since.value} (t: another)"),
        about={each.key: each for each in wanted},
    )


def _text(statement: Statement) -> str:
    return f"{statement.user} {statement.database} {one_line(statement.text)}"


def _row(statement: Statement, since: Since, whole: float, view: View) -> Row:
    spent, risen = _SPANS[since](statement), rise(statement, since)
    sampled = view.look.statements is not None and view.look.statements.sampled
    slow = (spent.mean_ms or 0) >= view.policy.statement_milliseconds and spent.calls >= view.policy.statement_calls
    tone: Tone = "doubtful" if slow and risen is not None and risen >= view.policy.statement_rise else ""
    cells = (
        sign(tone),
        Cell(percent(spent.total_ms / whole) if whole else "-", "strong"),
        Cell(milliseconds(spent.total_ms)),
        Cell(count(spent.calls)),
        Cell(milliseconds(spent.mean_ms), tone),
        Cell("" if risen is None else f"{risen:.1f}x", tone or "dim"),
        Cell("" if sampled else count(spent.rows)),
        Cell(milliseconds(spent.io_ms) if spent.io_ms else ""),
        Cell("" if sampled else count(spent.blocks_read)),
        Cell(statement.user or "-"),
        Cell(statement.database or "-"),
        Cell(one_line(statement.text) or "(text not told)", "" if statement.text else "dim"),
    )
    return Row(statement.key, cells)


def _missing(view: View) -> list[Sequence[Span]]:
    gap = view.look.gaps["statements"]
    return gap_notes(gap) if gap.remedy else [*gap_notes(gap), *_install()]


def _install() -> list[Sequence[Span]]:
    return [[Span("   try: "), Span(line, "strong")] for line in INSTALL]


def _notes(view: View, statements: Statements, since: Since) -> list[Sequence[Span]]:
    notes: list[Sequence[Span]] = [[Span(f" {_since_when(view, statements, since)}")]]
    if statements.reset_seen_at is not None:
        notes.append([Span(f" the statistics were reset at {clock(statements.reset_seen_at, view.zone)}", "doubtful")])
    if statements.evicted:
        told = f" entries were evicted {statements.evicted} times: pg_stat_statements.max is too small"
        notes.append([Span(told, "doubtful")])
    if statements.sampled:
        notes.append([Span(" sampled: what was seen running at each look; CALLS says how often", "doubtful")])
    if "statements" in view.look.gaps:
        return [*notes, *_missing(view)]
    return [*notes, *_install()] if statements.sampled else notes


def _since_when(view: View, statements: Statements, since: Since) -> str:
    if since is Since.SESSION and statements.session_since is not None:
        return f"since the session began at {clock(statements.session_since, view.zone)}"
    if since is Since.INTERVAL and statements.interval_seconds is not None:
        return f"in the last {duration(statements.interval_seconds)}"
    if since is Since.TOTAL and statements.reset_at is not None:
        return f"since the statistics were reset on {statements.reset_at.astimezone(view.zone):%Y-%m-%d %H:%M}"
    return since.value
