"""Servers that cannot be read now: they refuse, do not let us in, are full, or are away."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity, SinceFrom
from cockpit.diagnosis.postgres import connections
from cockpit.diagnosis.postgres.said import (
    says_disk_full,
    says_full,
    says_not_let_in,
    says_not_serving,
    says_not_set_up,
)
from cockpit.diagnosis.postgres.server_view import ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import quoted
from cockpit.reading import Trouble, TroubleKind

GRACE = timedelta(seconds=5)
"""A server that has not answered yet in this session may only be starting, as we are."""
LADDER = (
    "1. it is tried again by itself; the connections that are open already stay open",
    "2. an emergency connection from the configuration, whose role may use the reserved slots",
    "3. the pooler, if there is one: SHOW POOLS tells who waits",
    "4. what the cloud tells from outside: CloudWatch's DatabaseConnections",
    "5. fewer clients: restart or scale down whoever held most",
)
"""What to try when a server refuses another connection, the gentlest first."""

_AWAY = {
    TroubleKind.UNREACHABLE: "cannot be reached",
    TroubleKind.TIMEOUT: "does not answer",
    TroubleKind.REFUSED: "answers with an error",
}


def problems(view: ServerView) -> Iterator[Problem]:
    """Say why a server cannot be read. What may only be our own mistake is told where the reading is."""
    trouble = view.trouble
    if trouble is None or trouble.inherited or _may_be_starting(view, trouble):
        return
    if says_disk_full(trouble.message):
        yield _problem(view, trouble, Cause.DISK_FULL, "its disk is full")
    elif says_full(trouble.message):
        yield _refused(view, trouble)
    elif says_not_serving(trouble.message):
        yield _problem(view, trouble, Cause.POSTGRES_DOWN, "does not serve")
    elif trouble.kind is TroubleKind.EXPIRED or says_not_let_in(trouble.message):
        yield _not_let_in(view, trouble)
    elif trouble.kind in _AWAY:
        yield _problem(view, trouble, Cause.POSTGRES_DOWN, _AWAY[trouble.kind])


def _may_be_starting(view: ServerView, trouble: Trouble) -> bool:
    """Tell whether a failure may pass by itself in a moment: of a server that answered before, none is taken so."""
    if view.before is not None or view.now - trouble.since >= GRACE:
        return False
    message = trouble.message
    if says_disk_full(message) or says_full(message):
        return False
    return trouble.kind in _AWAY or says_not_set_up(message)


def _refused(view: ServerView, trouble: Trouble) -> Problem:
    """Name the message, what to try, and who held the connections when that was last seen."""
    last = view.before
    what = "refuses connections"
    if last is not None and view.holders:
        what += f", before that {connections.taken(last.activity.slots, view.holders)}"
    return _problem(
        view,
        trouble,
        Cause.TOO_MANY_CONNECTIONS,
        what,
        evidence=connections.evidence(view),
        ladder=LADDER,
        objects=connections.objects(view.holders),
        pods=connections.pods(view),
        actions=connections.actions(view),
    )


def _not_let_in(view: ServerView, trouble: Trouble) -> Problem:
    """Whom it let in before may not be the only one; whom it never did may have a wrong password of his own."""
    severity = FindingSeverity.WRONG if view.before is not None else FindingSeverity.DOUBTFUL
    what = "does not let us in" + (" any more" if view.before is not None else "")
    return _problem(view, trouble, Cause.POSTGRES_AUTH, what, severity=severity)


def _problem(
    view: ServerView,
    trouble: Trouble,
    cause: Cause,
    what: str,
    *,
    severity: FindingSeverity = FindingSeverity.WRONG,
    evidence: Sequence[Evidence] = (),
    ladder: Sequence[str] = (),
    **parts: object,
) -> Problem:
    said = quoted(trouble.message)
    proofs = [view.proof("connection", f"{trouble.kind.value}{view.since(trouble.since)}: {said}"), *evidence]
    if trouble.remedy:
        proofs.append(view.remedy("connection", trouble.remedy))
    proofs.extend(view.proof("connection", step) for step in ladder)
    return view.problem(
        cause,
        what,
        why=said,
        since=trouble.since,
        since_from=SinceFrom.SEEN,
        severity=severity,
        evidence=tuple(proofs),
        **parts,
    )
