"""How a Postgres server is, line by line, with a judgement where there is a threshold."""

from collections.abc import Iterator, Sequence

from cockpit.diagnosis.postgres.server import recent_deadlocks
from cockpit.sources.postgres.model import DatabaseRates, Health
from cockpit.ui.paged.page import SIGN, Choices, Page, nothing_matches, sign
from cockpit.ui.postgres import limits
from cockpit.ui.postgres.check import Check, Group, missing
from cockpit.ui.postgres.connections_page import reserved_words
from cockpit.ui.postgres.health_pooler import pooler
from cockpit.ui.postgres.health_replication import replication
from cockpit.ui.postgres.health_vacuum import vacuum
from cockpit.ui.postgres.postgres_view import View, gap_notes
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import count, percent, size
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row

COLUMNS = (
    SIGN,
    Column("what", " FIGURE", 26),
    Column("value", "VALUE", 18),
    Column("judged", "JUDGED", 8, importance=2),
    Column("remark", "REMARK", 30, grows=True, importance=1),
)
LOW_HITS = 0.90
"""Less than this share of blocks found in shared buffers is doubtful, where enough are asked for."""
WORST_FIRST = "worst first"
ORDERS = ("by group", WORST_FIRST)
WORST: tuple[Tone, ...] = ("wrong", "doubtful", "dim", "changing", "well", "")
_MOST_DATABASES = 6


def draw(view: View, choices: Choices) -> Page:
    """Judge everything that is known, group by group."""
    groups = groups_of(view)
    tones = [check.tone for group in groups for check in group.checks]
    worst_first = ORDERS[choices.order] == WORST_FIRST
    rows = list(_worst(groups, choices) if worst_first else _grouped(groups, choices))
    wrong, doubtful = tones.count("wrong"), tones.count("doubtful")
    told = f"{wrong} wrong · {doubtful} doubtful · {ORDERS[choices.order]}"
    return Page(COLUMNS, rows, told, _notes(view), nothing_matches(choices, len(tones), "reading the health …"))


def groups_of(view: View) -> list[Group]:
    """Judge everything that is known."""
    health = view.look.health
    if health is None:
        return [_server(view)]
    groups = [_databases(view, health), replication(view, health), vacuum(view, health)]
    return [_server(view), *pooler(view, health), *groups]


def _grouped(groups: Sequence[Group], choices: Choices) -> Iterator[Row]:
    for group in groups:
        accepted = [each for each in group.checks if choices.wanted.accepts_text(" ".join(each), {})]
        if accepted:
            cells = (Cell(""), Cell(group.title, "strong"), Cell(""), Cell(""), Cell(""))
            yield Row(f"group {group.title}", cells)
        for at, check in enumerate(accepted):
            yield Row(f"{group.title}/{at}/{check.what}", _cells(check))


def _worst(groups: Sequence[Group], choices: Choices) -> Iterator[Row]:
    checks = [
        (group, at, check)
        for group in groups
        for at, check in enumerate(group.checks)
        if choices.wanted.accepts_text(" ".join(check), {})
    ]
    for group, at, check in sorted(checks, key=lambda each: WORST.index(each[2].tone)):
        yield Row(f"{group.title}/{at}/{check.what}", _cells(check))


def _cells(check: Check) -> tuple[Cell, ...]:
    tone = check.tone
    return (
        sign(tone),
        Cell(f" {check.what}"),
        Cell(check.value, tone if tone in ("wrong", "doubtful") else ""),
        Cell({"changing": "", "dim": "unknown"}.get(tone, tone), tone),
        Cell(check.remark, "" if tone in ("wrong", "doubtful") else "dim"),
    )


def _server(view: View) -> Group:
    look = view.look
    server, slots = look.server, look.activity.slots
    since = f"{server.started_at.astimezone(view.zone):%Y-%m-%d %H:%M:%S}" if server.started_at else "unknown"
    kind = "standby, read only" if server.in_recovery else "primary"
    place = f"{server.address}:{server.port}" if server.address else "a socket"
    pooled = ", behind a pooler" if server.pooled else ""
    seen = f"as {server.role} in {server.database} on {place}{pooled}"
    checks = [
        Check("version", _version(server.version), "", f"{kind}; seen {seen}"),
        Check("started", since, *_restarted(view)),
        Check(
            "connections",
            f"{slots.used} of {slots.usable} usable",
            limits.of_connections(slots, view.policy) or "well",
            reserved_words(slots),
        ),
    ]
    if look.promoted_at is not None:
        told = f"at {clock(look.promoted_at, view.zone)}: it is another server, or has changed its role"
        checks.append(Check("failed over", kind.partition(",")[0], "doubtful", told))
    if not server.sees_all:
        told = f"what other roles do is hidden: GRANT pg_monitor TO {server.role}"
        checks.append(Check("rights", "restricted", "doubtful", told))
    return Group("server", checks)


def _restarted(view: View) -> tuple[Tone, str]:
    restarts = view.look.restarts
    if not restarts:
        return "", ""
    return "doubtful", f"restarted while we looked on: {', '.join(clock(each, view.zone) for each in restarts[-3:])}"


def _version(number: int) -> str:
    return f"{number // 10_000}.{number % 10_000}"


def _databases(view: View, health: Health) -> Group:
    checks: list[Check] = []
    largest = sorted(
        health.databases, key=lambda each: (-(each.commits_per_s or 0), -(each.size_bytes or 0), each.name)
    )
    for each in largest[:_MOST_DATABASES]:
        checks += _database(each, view)
    if len(largest) > _MOST_DATABASES:
        checks.append(Check("databases", f"{len(largest) - _MOST_DATABASES} more", "", "less busy than these"))
    if not largest:
        checks.append(missing(view, "databases", "databases"))
    if health.checkpoints_timed is None or health.checkpoints_requested is None:
        checks.append(missing(view, "checkpoints", "checkpoints"))
    else:
        timed, asked = health.checkpoints_timed, health.checkpoints_requested
        tone: Tone = "doubtful" if asked > timed and asked > 1 else "well"
        remark = "more on request than by time: max_wal_size is too small for the load" if tone == "doubtful" else ""
        checks.append(Check("checkpoints", f"{timed} timed, {asked} asked", tone, remark or "since the session began"))
    return Group("work", checks)


def _database(each: DatabaseRates, view: View) -> Iterator[Check]:
    rates = f"{count(each.commits_per_s)} commits/s, {count(each.rollbacks_per_s)} rollbacks/s"
    yield Check(f"database {each.name}", size(each.size_bytes), "", rates)
    if each.hit_ratio is not None:
        low = each.hit_ratio < LOW_HITS
        remark = "of the blocks were in shared buffers" + (": the rest came from disk or its cache" if low else "")
        yield Check(f"  {each.name} cache hits", percent(each.hit_ratio), "doubtful" if low else "well", remark)
    if each.deadlocks:
        recent = sum(many for _, many in recent_deadlocks(each, view.now, view.policy))
        tone: Tone = "wrong" if recent >= view.policy.deadlocks else "doubtful"
        told = "since the session began" + (f", {recent} within {view.policy.deadlock_minutes} min" if recent else "")
        yield Check(f"  {each.name} deadlocks", str(each.deadlocks), tone, told)
    if each.temp_files:
        told = "since the session began: sorts and hashes larger than work_mem"
        yield Check(f"  {each.name} temp files", f"{each.temp_files}, {size(each.temp_bytes)}", "doubtful", told)


def _notes(view: View) -> list[Sequence[Span]]:
    """Say what is missing as a whole; what single figures miss is told beside them."""
    gaps, health = view.look.gaps, view.look.health
    as_of = f" as of {clock(health.taken_at, view.zone)}" if health is not None and health.taken_at is not None else ""
    return [[Span(as_of, "dim")], *(gap_notes(gaps["health"]) if "health" in gaps else [])]
