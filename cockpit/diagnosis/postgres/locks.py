"""Connections that have waited for a lock for too long, and at the root of it who holds it."""

from collections.abc import Iterator

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.postgres.server_view import ServerView, said, statement_of
from cockpit.diagnosis.postgres.transactions import idle_too_long
from cockpit.diagnosis.postgres.waits import PREPARED, Tree, prepared_blockers
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import counted, listed, one_line
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.asking import rollback_prepared
from cockpit.sources.postgres.model import Backend, BackendState

MOST_ROOTS = 5
"""An ALTER TABLE may wait for hundreds that have read the table: those that hold up most are told of."""
MOST_WAITS = 3
IN_FRONT = 2
"""So many must wait behind another that waits for it to be named: an ALTER TABLE that holds up all who come later."""


def problems(view: ServerView) -> Iterator[Problem]:
    """Tell of each root that others have waited for too long."""
    for tree in view.trees[:MOST_ROOTS]:
        root = view.backends.get(tree.root)
        relations = [one_line(name) for name in tree.relations]
        where = f" on {listed(relations, 1)}" if relations else ""
        waits = counted(len(tree.waits), "connection")
        yield view.problem(
            Cause.LOCKS,
            f"{waits} blocked{where} by {_who(root, tree, view)}",
            about=str(tree.root),
            severity=FindingSeverity.WRONG,
            why=statement_of(root) if root is not None else "",
            since=tree.since,
            evidence=tuple(_evidence(root, tree, view)),
            objects=tuple(_objects(root, tree, view)),
            pods=view.pods_of([root]) if root is not None else (),
            actions=tuple(_actions(root, tree, view)),
            covers=(view.key(Cause.IDLE_IN_TRANSACTION),) if root is not None and idle_too_long(root, view) else (),
        )


def _objects(root: Backend | None, tree: Tree, view: ServerView) -> Iterator[ObjectRef]:
    """Give the workload that holds the lock, and those that wait for it."""
    waiting = (view.backends[wait.pid] for wait in tree.waits if wait.pid in view.backends)
    for each in (*((root,) if root is not None else ()), *waiting):
        yield from view.workload(each)


def _who(root: Backend | None, tree: Tree, view: ServerView) -> str:
    if root is not None:
        client = view.client(root) if root.backend_type == "client backend" else one_line(root.backend_type)
        return f"pid {root.pid} ({client}, {said(root)})"
    if tree.root != PREPARED:
        return f"pid {tree.root}"
    names = _prepared(view)
    return f"the prepared transaction {names[0]}" if len(names) == 1 else "a prepared transaction"


def _prepared(view: ServerView) -> list[str]:
    return [one_line(gid) for gid in prepared_blockers(view.look)] if view.look is not None else []


def _evidence(root: Backend | None, tree: Tree, view: ServerView) -> Iterator[Evidence]:
    if root is not None:
        yield view.proof_of(root)
    elif tree.root == PREPARED:
        for gid in _prepared(view)[:MOST_WAITS]:
            yield view.proof(f"prepared {gid}", f"{gid} is prepared, and no backend; try: {rollback_prepared(gid)}")
    queue = _queue(tree)
    first = [wait for wait in tree.waits if wait.pid in queue]
    others = [wait for wait in tree.waits if wait.pid not in queue]
    for wait in (*first, *others)[:MOST_WAITS]:
        behind = tree.behind[wait.pid]
        backend = view.backends.get(wait.pid)
        lock = " ".join(filter(None, (one_line(wait.mode), one_line(wait.relation or wait.lock_type)))) or "a lock"
        told = f"waits for {lock}{view.since(wait.since)}" + (f", {behind} behind it" if behind else "")
        yield view.proof_of(backend, told) if backend is not None else view.proof(f"pid {wait.pid}", told)


def _queue(tree: Tree) -> set[int]:
    """Give the pid that most others wait for beside the root, if it holds up most of them."""
    pid = max(tree.behind, key=lambda each: (tree.behind[each], -each), default=0)
    behind = tree.behind.get(pid, 0)
    return {pid} if behind >= IN_FRONT and 2 * behind >= len(tree.waits) else set()


def _actions(root: Backend | None, tree: Tree, view: ServerView) -> Iterator[Suggestion]:
    """Suggest to end the root, and last of all whoever waits in front of the others: the root outlives its cancel."""
    count = counted(len(tree.waits), "connection")
    if root is not None:
        if root.state in (BackendState.ACTIVE, BackendState.FASTPATH):
            yield from view.signal(Verb.CANCEL, root, f"{count} waiting for it go on")
        yield from view.signal(Verb.TERMINATE, root, f"{count} waiting for it go on; its transaction is rolled back")
    if len(view.trees) > 1:
        yield Suggestion(Verb.TERMINATE_BLOCKERS, view.ref, f"{len(view.trees)} connections hold up others")
    for pid in _queue(tree):
        if pid in view.backends:
            why = f"{tree.behind[pid]} wait behind it, and it waits itself"
            yield from view.signal(Verb.CANCEL, view.backends[pid], why)
