"""One server in the overview: its connections, and below them only what lasts too long."""

from collections.abc import Sequence
from typing import NamedTuple

from cockpit.diagnosis.holders import CLIENT
from cockpit.diagnosis.postgres.waits import PREPARED
from cockpit.sources.postgres.model import Backend, BackendState
from cockpit.ui.postgres import limits
from cockpit.ui.postgres.blocking_page import Node, prepared_name, tree
from cockpit.ui.postgres.connections_page import spark
from cockpit.ui.postgres.postgres_view import View, one_line
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import duration, seconds_since
from cockpit.ui.widgets.line import Span

LASTING = 60.0
"""Seconds that a statement may run, or a transaction be idle, before the overview tells it."""
BLOCKED = 5.0
"""Seconds that somebody may wait for a lock."""
_SPARK_CELLS = 16
_WORDS = 21


class Summary(NamedTuple):
    """What the overview says of a server."""

    head: Sequence[Span]
    """Its connections."""
    lines: Sequence[Sequence[Span]]
    """What lasts too long; nothing while all is well."""


def summary(view: View) -> Summary:
    """Say what an eye has to catch."""
    slots = view.look.activity.slots
    tone = limits.of_connections(slots, view.policy)
    head = [Span(f"{slots.used}/{slots.usable}", tone), Span(" "), Span(spark(view.look, _SPARK_CELLS), "changing")]
    if tone:
        head.append(Span(f" {'nearly' if slots.used < slots.usable else 'all'} used up", tone))
    return Summary(head, [line for line in (_idle(view), _active(view), _blocked(view)) if line])


def _idle(view: View) -> Sequence[Span]:
    idle = [each for each in view.look.activity.backends if each.in_transaction_idle and each.state_since is not None]
    if not idle:
        return ()
    oldest = min(idle, key=lambda each: each.state_since or view.now)
    seconds = seconds_since(oldest.state_since, view.now)
    if seconds is None or seconds < LASTING:
        return ()
    tone = limits.of_idle(seconds, view.policy)
    rest = f"oldest {duration(seconds):>6}  {view.clients.client(oldest).name}"
    return _line("idle in transaction", len(idle), tone, rest)


def _active(view: View) -> Sequence[Span]:
    """Tell of running statements; those of the server's own processes, such as a vacuum, may take their time."""
    own = view.look.server.backend_pids
    active = [
        each
        for each in view.look.activity.backends
        if each.state is BackendState.ACTIVE
        and each.backend_type == CLIENT
        and not limits.waits_for_lock(each)
        and each.pid not in own
    ]
    longest = min(active, key=lambda each: each.query_since or view.now, default=None)
    seconds = None if longest is None else seconds_since(longest.query_since, view.now)
    if longest is None or seconds is None or seconds < LASTING:
        return ()
    tone = limits.of_statement(seconds, view.policy)
    rest = f"longest {duration(seconds):>5}  {view.clients.client(longest).name}  {one_line(longest.query)}"
    return _line("active", len(active), tone, rest)


def _blocked(view: View) -> Sequence[Span]:
    waits = view.look.activity.lock_waits
    first = min((wait.since for wait in waits if wait.since is not None), default=None)
    seconds = seconds_since(first, view.now)
    if seconds is None or seconds < BLOCKED:
        return ()
    tone: Tone = limits.of_blocked(seconds, view.policy) or "doubtful"
    backends = view.look.activity.by_pid()
    root = next(node for node in tree(waits) if not node.depth)
    rest = f"longest {duration(seconds):>5}  root {_root_words(root, backends.get(root.pid), view)}"
    return _line("blocked", len(waits), tone, rest)


def _root_words(root: Node, backend: Backend | None, view: View) -> str:
    if root.pid == PREPARED:
        return prepared_name(view.look)
    if backend is None:
        return str(root.pid)
    return f"{root.pid} {view.clients.client(backend).name}  {one_line(backend.query)}"


def _line(what: str, many: int, tone: Tone, rest: str) -> Sequence[Span]:
    return [Span(f" {what:<{_WORDS}}"), Span(f"{many:>4}", tone or "strong"), Span(f"  {rest}")]
