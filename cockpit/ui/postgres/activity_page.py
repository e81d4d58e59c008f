"""Who does what on a Postgres server: running, waiting, idle in transaction, and the idle ones on demand."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

from cockpit.diagnosis.holders import CLIENT
from cockpit.sources.postgres.model import Backend, BackendState
from cockpit.ui.paged.page import SIGN, Choices, Page, accepts, amount_of, nothing_matches, sign
from cockpit.ui.postgres import limits
from cockpit.ui.postgres.connections_page import Grouping, named
from cockpit.ui.postgres.postgres_view import View, gap_notes, one_line
from cockpit.ui.widgets.amounts import duration, seconds_since
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import BuiltRows, Cell, Column, Row

COLUMNS = (
    SIGN,
    Column("pid", "PID", 7, right=True),
    Column("time", "TIME", 6, right=True),
    Column("state", "STATE", 10),
    Column("wait", "WAIT", 15, importance=2),
    Column("client", "CLIENT", 14, importance=1),
    Column("user", "USER", 10, importance=4),
    Column("database", "DATABASE", 10, importance=3),
    Column("statement", "STATEMENT", 24, grows=True),
)
_WORKS_FOR_US = ("autovacuum worker", "parallel worker", "background worker", "logical replication parallel worker")
"""Backends that are no clients', but whose work people feel."""
_TOLD = ("waiting", "active", "idle in transaction", "idle in transaction (aborted)")


class Timed(StrEnum):
    """From when on the time of a backend is counted."""

    QUERY = "statement"
    TRANSACTION = "transaction"
    STATE = "state"


class Order(StrEnum):
    """What the list can be sorted by."""

    LONGEST = "longest first"
    STATE = "state"
    CLIENT = "client"
    DATABASE = "database"
    PID = "pid"


_STATE_WORDS = {
    BackendState.IDLE_IN_TRANSACTION: "idle in tx",
    BackendState.IDLE_IN_TRANSACTION_ABORTED: "aborted tx",
    BackendState.FASTPATH: "function",
}
TURNS = tuple(f"time of the {timed.value}" for timed in Timed)
ORDERS = tuple(order.value for order in Order)


class Session(NamedTuple):
    """A backend with its parallel workers."""

    backend: Backend
    workers: int
    seconds: float | None
    """How long it has been doing what is timed."""


def key_of(backend: Backend) -> str:
    """Name a backend so that no later one with the same pid has the name."""
    return f"{backend.pid}/{backend.backend_start.timestamp() if backend.backend_start else ''}"


def state_words(backend: Backend, workers: int = 0) -> str:
    """Say in at most ten cells what a backend does."""
    if limits.waits_for_lock(backend):
        return "waiting"
    words = _STATE_WORDS.get(backend.state, backend.state.value)
    return f"{words} +{workers}" if workers else words


def wait_words(backend: Backend) -> str:
    """Say what a running backend waits for; an idle one waits for its client, which says nothing."""
    if not backend.wait_event or backend.wait_event == "ClientRead":
        return ""
    return f"{backend.wait_event_type}:{backend.wait_event}"


def begun(backend: Backend, timed: Timed) -> datetime | None:
    """Tell when that began which is timed: of one that runs no statement, its state stands for the statement."""
    if timed is Timed.TRANSACTION:
        return backend.transaction_since
    running = backend.state is BackendState.ACTIVE
    return backend.query_since if timed is Timed.QUERY and running else backend.state_since


def draw(view: View, choices: Choices) -> Page:
    """List the backends of a server."""
    look = view.look
    timed, order = list(Timed)[choices.turn], list(Order)[choices.order]
    own = set(look.server.backend_pids)
    sessions = [each for each in folded(view, timed) if each.backend.pid not in own]
    busy = [each for each in sessions if choices.idle or _is_busy(each.backend)]
    if choices.group is not None:
        name_of = named(Grouping(choices.group[0]), view.clients)
        busy = [
            each for each in busy if each.backend.backend_type == CLIENT and name_of(each.backend) == choices.group[1]
        ]
    wanted = [each for each in busy if accepts(choices, partial(text_of, each, view))]
    wanted.sort(key=partial(_rank, order=order, view=view), reverse=choices.reverse)
    of_group = f" of {' '.join(choices.group)}" if choices.group is not None else ""
    told = f"{amount_of(len(wanted), len(busy))}{of_group} · {timed.value} time · {order.value}"
    backends = {key_of(each.backend): each.backend for each in wanted}
    return Page(
        COLUMNS,
        BuiltRows(list(backends), lambda at: _row(wanted[at], view)),
        f"{told}{' reversed' if choices.reverse else ''}",
        _notes(view, sessions, choices),
        nothing_matches(choices, len(busy), _nothing(sessions)),
        backends,
    )


def folded(view: View, timed: Timed) -> list[Session]:
    """Fold parallel workers under the backend that they work for."""
    backends = view.look.activity.backends
    pids = {each.pid for each in backends}
    leaders = Counter(each.leader_pid for each in backends if each.leader_pid in pids and each.leader_pid != each.pid)
    return [
        Session(each, leaders[each.pid], seconds_since(begun(each, timed), view.now))
        for each in backends
        if each.leader_pid not in pids or each.leader_pid == each.pid
    ]


def client_of(backend: Backend, view: View) -> str:
    """Name who is at the other end; of the server's own processes, what they are."""
    return view.clients.client(backend).name if backend.backend_type == CLIENT else backend.backend_type


def text_of(session: Session, view: View) -> str:
    """Give what a filter looks at."""
    backend = session.backend
    words = (
        str(backend.pid),
        backend.state.value,
        state_words(backend),
        wait_words(backend),
        client_of(backend, view),
        backend.application,
        backend.user,
        backend.database,
        backend.client_address,
        backend.backend_type,
        one_line(backend.query),
    )
    return " ".join(words)


def _is_busy(backend: Backend) -> bool:
    if backend.backend_type != CLIENT:
        return backend.backend_type in _WORKS_FOR_US and backend.state is BackendState.ACTIVE
    return backend.state not in (BackendState.IDLE, BackendState.HIDDEN, BackendState.DISABLED)


def _rank(session: Session, order: Order, view: View) -> tuple[Any, ...]:
    backend = session.backend
    calm = backend.backend_type != CLIENT or backend.state is BackendState.IDLE
    longest = (calm, -(session.seconds or 0.0), backend.pid)
    return (*_RANKS[order](session, view), *longest)


_STATES = list(BackendState)
_RANKS: dict[Order, Callable[[Session, View], tuple[Any, ...]]] = {
    Order.LONGEST: lambda *_: (),
    Order.STATE: lambda session, _: (
        0 if limits.waits_for_lock(session.backend) else 1 + _STATES.index(session.backend.state),
    ),
    Order.CLIENT: lambda session, view: (client_of(session.backend, view),),
    Order.DATABASE: lambda session, _: (session.backend.database, session.backend.user),
    Order.PID: lambda session, _: (session.backend.pid,),
}


def _row(session: Session, view: View) -> Row:
    backend = session.backend
    doing = seconds_since(begun(backend, Timed.QUERY), view.now)
    tone = limits.of_backend(backend, doing, view.policy)
    cells = (
        sign(tone),
        Cell(str(backend.pid)),
        Cell(duration(session.seconds), tone),
        Cell(state_words(backend, session.workers), tone),
        Cell(wait_words(backend), "doubtful" if limits.waits_for_lock(backend) else ""),
        Cell(client_of(backend, view)),
        Cell(backend.user or "-"),
        Cell(backend.database or "-"),
        Cell(one_line(backend.query), "dim" if backend.in_transaction_idle else ""),
    )
    return Row(key_of(backend), cells, faint=backend.state is BackendState.IDLE)


def _nothing(sessions: Iterable[Session]) -> str:
    if any(each.backend.state is BackendState.HIDDEN for each in sessions):
        return "what others do is hidden from this role"
    return "nothing runs, nothing waits, no transaction is open"


def _notes(view: View, sessions: Iterable[Session], choices: Choices) -> Sequence[Sequence[Span]]:
    look = view.look
    clients = [each.backend for each in sessions if each.backend.backend_type == CLIENT]
    counted = Counter("waiting" if limits.waits_for_lock(each) else each.state.value for each in clients)
    told = [f"{counted[words]} {words}" for words in _TOLD if counted[words] or words == "active"]
    idle = counted[BackendState.IDLE.value]
    shown = "listed" if choices.idle else "(I lists them)" if idle else ""
    spans = [Span(f" {' · '.join(told)} · "), Span(f"{idle} idle {shown}", "dim")]
    notes: list[Sequence[Span]] = [spans]
    gap = look.gaps.get("activity")
    if hidden := counted[BackendState.HIDDEN.value]:
        grant = gap.remedy if gap is not None and gap.remedy else f"GRANT pg_monitor TO {look.server.role}"
        notes.append([Span(f" {hidden} hidden from this role: ", "doubtful"), Span(grant, "strong")])
    elif gap is not None:
        notes += gap_notes(gap)
    return notes
