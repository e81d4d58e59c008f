"""Who holds the connections of a Postgres server, and how many are left."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from cockpit.diagnosis.holders import CLIENT, Clients
from cockpit.sources.postgres.model import Backend, BackendState, PostgresLook, Slots
from cockpit.ui.paged.page import SIGN, Choices, Page, amount_of, nothing_matches, sign
from cockpit.ui.paged.spark import bars, in_order
from cockpit.ui.postgres import limits
from cockpit.ui.postgres.postgres_view import View, gap_notes
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import duration, percent, seconds_since
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row

SPARK_CELLS: Final = 24
_BAR_CELLS = 12


class Grouping(StrEnum):
    """What connections are counted by."""

    CLIENT = "workload"
    STATE = "state"
    APPLICATION = "application"
    USER = "user"
    ADDRESS = "client address"
    DATABASE = "database"


TURNS = tuple(f"by {grouping.value}" for grouping in Grouping)


def columns(grouping: Grouping) -> tuple[Column, ...]:
    """Give the columns; that of the names says what they are."""
    return (
        SIGN,
        Column("name", grouping.value.upper(), 18, grows=True),
        Column("connections", "CONNS", 5, right=True),
        Column("share", "OF USABLE", 9, right=True),
        Column("bar", "", _BAR_CELLS, importance=2),
        Column("active", "ACTIVE", 6, right=True),
        Column("idle", "IDLE", 5, right=True),
        Column("in_transaction", "IDLE IN TX", 10, right=True),
        Column("oldest", "OLDEST", 6, right=True),
        Column("hidden", "HIDDEN", 6, right=True, importance=1),
    )


def named(grouping: Grouping, clients: Clients) -> Callable[[Backend], str]:
    """Give what tells to which group a connection belongs."""
    names: dict[Grouping, Callable[[Backend], str]] = {
        Grouping.CLIENT: lambda backend: clients.client(backend).name,
        Grouping.STATE: lambda backend: backend.state.value,
        Grouping.APPLICATION: lambda backend: backend.application or "(no name given)",
        Grouping.USER: lambda backend: backend.user or "(unknown)",
        Grouping.ADDRESS: lambda backend: backend.client_address or "(local socket)",
        Grouping.DATABASE: lambda backend: backend.database or "(none)",
    }
    return names[grouping]


def draw(view: View, choices: Choices) -> Page:
    """Group the connections, the greatest group first."""
    look, grouping = view.look, list(Grouping)[choices.turn]
    groups: dict[str, list[Backend]] = defaultdict(list)
    name_of = named(grouping, view.clients)
    for backend in look.activity.backends:
        if backend.backend_type == CLIENT:
            groups[name_of(backend)].append(backend)
    wanted = [name for name in groups if choices.wanted.accepts_text(name, {})]
    wanted.sort(key=lambda name: (-len(groups[name]), name), reverse=choices.reverse)
    return Page(
        columns(grouping),
        [_row(name, groups[name], view) for name in wanted],
        f"by {grouping.value} · {amount_of(len(wanted), len(groups))}{' reversed' if choices.reverse else ''}",
        notes(view),
        nothing_matches(choices, len(groups), "nobody is connected"),
    )


def notes(view: View) -> Sequence[Sequence[Span]]:
    """Say how many connections there are, and why not as many as max_connections."""
    look, slots = view.look, view.look.activity.slots
    left = slots.usable - slots.used
    free = f"{left} left" if left > 0 else "none left for roles without privilege"
    told: list[Sequence[Span]] = [
        [
            Span(" "),
            Span(
                f"{slots.used} of {slots.usable} usable in use", limits.of_connections(slots, view.policy) or "strong"
            ),
            Span(f" · {percent(slots.used / max(1, slots.usable))} · {free} "),
            Span(spark(look, SPARK_CELLS), "changing"),
            Span(" since the session began", "dim"),
        ],
        [Span(f" {reserved_words(slots)}", "dim")],
    ]
    idle = [each for each in look.activity.backends if each.in_transaction_idle]
    if idle:
        told.append(idle_spans(idle, view))
    if (gap := look.gaps.get("activity")) is not None:
        told += gap_notes(gap)
    return told


def idle_spans(idle: Sequence[Backend], view: View) -> list[Span]:
    """Say how many are idle in transaction, since when the first of them, and who holds most."""
    oldest = min(idle, key=lambda each: each.state_since or view.now)
    seconds = seconds_since(oldest.state_since, view.now)
    tone: Tone = limits.of_idle(seconds, view.policy)
    who = view.clients.client(oldest).name
    return [
        Span(f" {len(idle)} idle in transaction", tone),
        Span(f" · oldest {duration(seconds)} by pid {oldest.pid} of {who}"),
    ]


def reserved_words(slots: Slots) -> str:
    """Explain why fewer connections are usable than max_connections says."""
    parts = [f"max_connections {slots.max_connections}"]
    if slots.superuser_reserved:
        parts.append(f"{slots.superuser_reserved} kept for superusers")
    if slots.reserved:
        parts.append(f"{slots.reserved} for pg_use_reserved_connections")
    if slots.rds_reserved:
        parts.append(f"{slots.rds_reserved} for RDS itself")
    return f"{' - '.join(parts)} = {slots.usable} for everybody else"


def spark(look: PostgresLook, cells: int) -> str:
    """Draw how many connections were used since the session began, against how many are usable."""
    values = (*look.used_before, look.activity.slots.used)
    return bars(in_order(values, cells), max(1, look.activity.slots.usable))


def _row(name: str, group: Sequence[Backend], view: View) -> Row:
    idle = [each for each in group if each.in_transaction_idle]
    oldest = min((each.state_since for each in idle if each.state_since is not None), default=None)
    seconds = seconds_since(oldest, view.now)
    tone = limits.of_idle(seconds, view.policy)
    share = len(group) / max(1, view.look.activity.slots.usable)
    counted = {state: sum(each.state is state for each in group) for state in BackendState}
    cells = (
        sign(tone),
        Cell(name),
        Cell(str(len(group)), "strong"),
        Cell(percent(share)),
        Cell("█" * min(_BAR_CELLS, round(share * _BAR_CELLS)) or "▏", "dim"),
        Cell(str(counted[BackendState.ACTIVE] or "")),
        Cell(str(counted[BackendState.IDLE] or ""), "dim"),
        Cell(str(len(idle) or ""), tone),
        Cell(duration(seconds) if idle else "", tone),
        Cell(str(counted[BackendState.HIDDEN] or ""), "doubtful"),
    )
    return Row(name, cells)
