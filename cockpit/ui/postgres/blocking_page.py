"""Who blocks whom, as a tree from those that nobody blocks."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cockpit.diagnosis.holders import CLIENT
from cockpit.diagnosis.postgres.waits import PREPARED, prepared_blockers, trees
from cockpit.sources.postgres.asking import rollback_prepared
from cockpit.sources.postgres.model import Backend, LockWait, PostgresLook
from cockpit.ui.paged.page import SIGN, Choices, Page, nothing_matches, sign
from cockpit.ui.postgres import limits
from cockpit.ui.postgres.activity_page import key_of, state_words
from cockpit.ui.postgres.postgres_view import View, gap_notes, one_line
from cockpit.ui.widgets.amounts import duration, seconds_since
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row

COLUMNS = (
    SIGN,
    Column("tree", "WHO BLOCKS WHOM", 18),
    Column("behind", "BEHIND", 6, right=True),
    Column("time", "FOR", 6, right=True),
    Column("state", "STATE", 10),
    Column("mode", "LOCK", 20, importance=3),
    Column("relation", "RELATION", 14, importance=2),
    Column("client", "CLIENT", 14, importance=1),
    Column("statement", "STATEMENT", 14, grows=True),
)
_DEEPEST = 4
"""Levels that are drawn indented; those below are numbered."""


class Node(NamedTuple):
    """A backend in the tree."""

    pid: int
    depth: int
    """0: nobody blocks it."""
    last: tuple[bool, ...]
    """For each level from the first: whether its branch ends with this node or the one that it hangs from."""
    wait: LockWait | None
    """What it waits for; None for a root."""
    behind: int
    """How many wait for it, directly or not."""
    since: datetime | None
    """Since when it has been waiting; of a root, since when the first of those behind it has."""
    cycle: bool = False
    """It waits for one of those that wait for it."""


def tree(waits: Sequence[LockWait]) -> list[Node]:
    """Arrange who waits for whom: each waiting backend once, below the last of those that it has to wait for.

    Of a cycle, the backend with the lowest pid is drawn as a root.
    """
    by_pid = {wait.pid: wait for wait in waits}
    found = {each.root: each for each in trees(by_pid.values())}
    behind = {pid: many for each in found.values() for pid, many in each.behind.items()}
    behind |= {root: len(each.waits) for root, each in found.items()}
    parents = _parents(by_pid, found)
    children: dict[int | None, list[int]] = defaultdict(list)
    for pid, parent in parents.items():
        children[parent].append(pid)
    for below in children.values():
        below.sort(key=lambda pid: (-behind.get(pid, 0), _since(by_pid.get(pid)), pid))
    nodes: list[Node] = []
    pending: list[tuple[int, tuple[bool, ...]]] = [(pid, (True,)) for pid in reversed(children[None])]
    while pending:
        pid, last = pending.pop()
        wait, depth = by_pid.get(pid), len(last) - 1
        since = found[pid].since if pid in found and not depth else wait.since if wait is not None else None
        nodes.append(Node(pid, depth, last, wait, behind.get(pid, 0), since, cycle=wait is not None and not depth))
        below = children[pid]
        pending += [(child, (*last, at == len(below) - 1)) for at, child in reversed(list(enumerate(below)))]
    return nodes


def _parents(waits: Mapping[int, LockWait], roots: Collection[int]) -> dict[int, int | None]:
    """Find below whom each backend hangs; where all that are left wait for each other, a root is taken out."""
    blockers = {pid: [each for each in wait.blocked_by if each != pid] for pid, wait in waits.items()}
    depths = {each: 0 for found in blockers.values() for each in found if each not in waits}
    depths |= {pid: 0 for pid, found in blockers.items() if not found}
    parents: dict[int, int | None] = dict.fromkeys(depths)
    left = sorted(blockers.keys() - depths.keys())
    while left:
        ready = [pid for pid in left if all(each in depths for each in blockers[pid])]
        if not ready:
            taken = next((pid for pid in left if pid in roots), left[0])
            depths[taken], parents[taken] = 0, None
        for pid in ready:
            above = max(blockers[pid], key=lambda each: (depths[each], -each))
            depths[pid], parents[pid] = depths[above] + 1, above
        left = [pid for pid in left if pid not in depths]
    return parents


def _since(wait: LockWait | None) -> float:
    return wait.since.timestamp() if wait is not None and wait.since is not None else float("inf")


def draw(view: View, choices: Choices) -> Page:
    """Draw the tree."""
    look = view.look
    nodes = tree(look.activity.lock_waits)
    backends = look.activity.by_pid()
    drawn = [(node, backends.get(node.pid)) for node in nodes]
    rows = [(_row(node, backend, view), backend) for node, backend in drawn]
    kept = [
        (row, backend)
        for row, backend in rows
        if choices.wanted.accepts_text(" ".join(cell.text for cell in row.cells), {})
    ]
    roots = sum(not node.depth for node in nodes)
    waiting = len(look.activity.lock_waits)
    gaps = [look.gaps[part] for part in ("activity", "locks") if part in look.gaps]
    return Page(
        COLUMNS,
        [row for row, _ in kept],
        f"{waiting} waiting behind {roots} root{'' if roots == 1 else 's'}" if nodes else "nobody waits",
        [*(note for gap in gaps for note in gap_notes(gap)), *_advice(nodes)],
        nothing_matches(choices, len(rows), "nobody waits for a lock"),
        {row.key: backend for row, backend in kept if backend is not None},
    )


def prepared_name(look: PostgresLook) -> str:
    """Name the prepared transaction that blocks; with several, it is not told which of them does."""
    prepared = prepared_blockers(look)
    if not prepared:
        return "prepared transaction"
    if len(prepared) == 1:
        return f"prepared transaction {prepared[0]}"
    return f"one of {len(prepared)} prepared transactions"


def _row(node: Node, backend: Backend | None, view: View) -> Row:
    wait, look = node.wait, view.look
    seconds = seconds_since(node.since, view.now)
    tone = limits.of_blocked(seconds, view.policy) or "doubtful"
    name, state, client, statement = str(node.pid), "gone", "", ""
    if node.pid == PREPARED:
        name, state, statement = "prepared", "prepared", f"{prepared_name(look)}: {_end_of(look)}"
    elif backend is not None:
        known = backend.backend_type == CLIENT
        client = view.clients.client(backend).name if known else backend.backend_type
        state, statement = state_words(backend), one_line(backend.query)
    others = "" if wait is None or len(wait.blocked_by) < 2 else f" (waits for {len(wait.blocked_by)})"
    cells = (
        sign(tone if not node.depth else ""),
        Cell(f"{_branch(node)}{name}", tone if not node.depth else ""),
        Cell(str(node.behind) if node.behind else "", tone if not node.depth else ""),
        Cell(duration(seconds), tone),
        Cell("deadlock" if node.cycle else state, "wrong" if node.cycle else ""),
        Cell(f"{wait.mode}{others}" if wait is not None else "holds it", "" if wait is not None else "dim"),
        Cell((wait.relation or wait.lock_type) if wait is not None else _held(node, look), ""),
        Cell(client),
        Cell(statement),
    )
    return Row(key_of(backend) if backend is not None else f"pid {node.pid}", cells)


def _branch(node: Node) -> str:
    if not node.depth:
        return ""
    if node.depth > _DEEPEST:
        return f"{'   ' * (_DEEPEST - 1)}{node.depth}└ "
    above = "".join("   " if last else "│  " for last in node.last[1:-1])
    return f"{above}{'└─ ' if node.last[-1] else '├─ '}"


def _held(node: Node, look: PostgresLook) -> str:
    """Tell what those wait for that a root blocks directly."""
    held = {each.relation or each.lock_type for each in look.activity.lock_waits if node.pid in each.blocked_by}
    return ", ".join(sorted(held - {""}))


def _end_of(look: PostgresLook) -> str:
    prepared = prepared_blockers(look)
    rollback = rollback_prepared(prepared[0] if len(prepared) == 1 else "GID")
    return f"{rollback} or {rollback.replace('ROLLBACK', 'COMMIT', 1)} ends it"


def _advice(nodes: Sequence[Node]) -> list[list[Span]]:
    if any(node.cycle for node in nodes):
        return [[Span(" they wait for each other: Postgres ends one of them after deadlock_timeout", "wrong")]]
    roots = [node for node in nodes if not node.depth]
    if not roots:
        return []
    plural = "s" if len(roots) > 1 else ""
    return [[Span(f" ending the root{plural} lets those behind go on; FOR of a root: the first of them waits", "dim")]]
