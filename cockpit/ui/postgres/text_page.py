"""A backend or a statement in full, as text to read."""

from collections.abc import Iterator
from datetime import datetime

from cockpit.sources.postgres.model import Backend, BackendState, Counters, Statement
from cockpit.text import clean
from cockpit.ui.paged.page import Detail
from cockpit.ui.postgres.activity_page import key_of, wait_words
from cockpit.ui.postgres.postgres_view import View
from cockpit.ui.postgres.statements_page import Since, rise
from cockpit.ui.widgets.amounts import count, lasting, milliseconds
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine

LONGEST = 100_000
"""Characters of a statement that are shown; all of it can be copied."""
_PIECE = 1_000
"""Characters of a line that are wrapped together: a statement may be one line of a megabyte."""
_LABEL = 22
_SPAN = 9


def backend_detail(view: View, key: str) -> Detail | None:
    """Tell all of the backend that a row is about; its statement is copied as it was written."""
    found = next((each for each in view.look.activity.backends if key_of(each) == key), None)
    return Detail(f"pid {found.pid}", backend_lines(found, view), found.query) if found is not None else None


def statement_detail(view: View, key: str) -> Detail | None:
    """Tell all of the statement that a row is about."""
    known = view.look.statements.statements if view.look.statements is not None else ()
    found = next((each for each in known if each.key == key), None)
    return Detail("statement", statement_lines(found), found.text) if found is not None else None


def backend_lines(backend: Backend, view: View) -> list[TextLine]:
    """Tell all facts of a backend, and its statement."""
    facts = (
        ("pid", f"{backend.pid}  {backend.backend_type}"),
        ("state", f"{backend.state.value}{_for(backend.state_since, view)}"),
        ("waits for", wait_words(backend)),
        ("blocked by", _blocked_by(backend, view)),
        ("client", view.clients.client(backend).name),
        ("pod", pod.key if (pod := view.clients.pod(backend)) is not None else ""),
        ("application", backend.application),
        ("address", backend.client_address or "local socket"),
        ("user / database", f"{backend.user or '-'} / {backend.database or '-'}"),
        ("connected since", _moment(backend.backend_start, view)),
        ("transaction since", _moment(backend.transaction_since, view)),
        ("statement since", _moment(backend.query_since, view)),
        ("parallel workers", _workers(backend, view)),
        ("xmin", f"{count(backend.xmin_age)} transactions old" if backend.xmin_age is not None else ""),
        ("query id", str(backend.query_id) if backend.query_id is not None else ""),
    )
    what = "statement" if backend.state is BackendState.ACTIVE else "last statement"
    if backend.state is BackendState.HIDDEN:
        told = f"hidden from this role: GRANT pg_monitor TO {view.look.server.role}"
        return [*_facts(facts), [], [Span(f" {told}", "doubtful")]]
    return [*_facts(facts), [], [Span(f" {what}", "strong")], *statement_text(backend.query)]


def statement_lines(statement: Statement) -> list[TextLine]:
    """Tell what a statement has cost over each of the times, and its text."""
    heads = ("", "time", "calls", "mean", "rows", "read", "temp", "I/O")
    lines: list[TextLine] = [
        [Span(f" {statement.user} in {statement.database}", "strong"), Span(f"  {statement.key}", "dim")],
        [],
        [Span(f" {heads[0]:<{_SPAN}}{''.join(f'{head:>9}' for head in heads[1:])}", "dim")],
    ]
    spent = {"total": statement.total, "session": statement.session, "interval": statement.interval}
    lines += [[Span(f" {name:<{_SPAN}}{_counters(counters)}")] for name, counters in spent.items()]
    lines.append([])
    for since in (Since.SESSION, Since.INTERVAL):
        if (risen := rise(statement, since)) is not None:
            lines.append([Span(f" {since.value}: a call takes {risen:.1f} times as long as before it")])
    return [*lines, [], [Span(" statement", "strong")], *statement_text(statement.text or "(text not told)")]


def statement_text(statement: str) -> Iterator[TextLine]:
    """Write a statement line by line, as it was written."""
    for line in statement[:LONGEST].expandtabs(4).splitlines():
        cleaned = clean(line)
        for at in range(0, max(1, len(cleaned)), _PIECE):
            yield [Span(f"   {cleaned[at : at + _PIECE]}")]
    if len(statement) > LONGEST:
        yield [Span(f"   … {len(statement) - LONGEST:,} more characters; c copies all", "dim")]


def _counters(spent: Counters) -> str:
    figures = (
        milliseconds(spent.total_ms),
        count(spent.calls),
        milliseconds(spent.mean_ms),
        count(spent.rows),
        count(spent.blocks_read),
        count(spent.temp_blocks_written),
        milliseconds(spent.io_ms),
    )
    return "".join(f"{figure:>9}" for figure in figures)


def _facts(facts: tuple[tuple[str, str], ...]) -> Iterator[TextLine]:
    for label, value in facts:
        if value:
            yield [Span(f" {label:<{_LABEL}}", "dim"), Span(clean(value))]


def _moment(moment: datetime | None, view: View) -> str:
    if moment is None:
        return ""
    day = "" if moment.date() == view.now.date() else f"{moment.astimezone(view.zone):%Y-%m-%d} "
    return f"{day}{clock(moment, view.zone)}{_for(moment, view)}"


def _for(since: datetime | None, view: View) -> str:
    return f"  for {lasting(since, view.now)}" if since is not None else ""


def _blocked_by(backend: Backend, view: View) -> str:
    wait = next((each for each in view.look.activity.lock_waits if each.pid == backend.pid), None)
    if wait is None:
        return ""
    who = ", ".join(str(pid) if pid else "a prepared transaction" for pid in wait.blocked_by)
    return f"{who}; waits for {wait.mode} on {wait.relation or wait.lock_type}{_for(wait.since, view)}"


def _workers(backend: Backend, view: View) -> str:
    workers = [each.pid for each in view.look.activity.backends if each.leader_pid == backend.pid != each.pid]
    return f"{len(workers)}: {', '.join(map(str, workers))}" if workers else ""
