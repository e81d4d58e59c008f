"""Who fills the disk of a database server, as far as the server itself tells."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from cockpit.diagnosis.beginning import Beginning, finer
from cockpit.diagnosis.finding import Evidence, SinceFrom, Suggestion, Verb
from cockpit.diagnosis.postgres.server_view import LONGEST_NAME, OF, ServerView, statement_of
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.way_back import with_rollout
from cockpit.diagnosis.wording import one_line
from cockpit.sources.postgres.model import Backend, BackendState, Health

FEWEST = 2**30
"""Bytes; whoever has less on the disk does not fill it."""

_GIBI = 2**30
_MOST_TOLD = 3
_GONE = "a process that is gone"
_LASTING = 60.0
"""Seconds that a statement has to have run to be named."""


class Filler(NamedTuple):
    """Something that takes room on the disk."""

    bytes: int
    words: str
    """`31 GiB of temporary files ← report`."""
    evidence: Evidence
    backends: tuple[Backend, ...] = ()
    """The connections that do it, whoever does most first."""


def _begun_with(problem: Problem, backend: Backend) -> Problem:
    """Tell the beginning as precisely as that of the statement that fills the disk, where both may be the same."""
    if problem.beginning is None or backend.query_since is None or backend.state is not BackendState.ACTIVE:
        return problem
    return problem.begun(finer(problem.beginning, Beginning(backend.query_since, known=SinceFrom.SERVER)))


def with_fillers(problem: Problem, server: ServerView) -> Problem:
    """Add to a problem with the room on a disk what of the server takes most of it, and what would end that."""
    health = server.look.health if server.look is not None else None
    if health is None:
        return problem
    found = sorted(_fillers(health, server), key=lambda each: -each.bytes)
    told = [each for each in found if each.bytes >= FEWEST][:_MOST_TOLD]
    if not told:
        return _with_suspect(problem, health, server)
    backends = [backend for each in told for backend in each.backends]
    pods = server.pods_of(told[0].backends)
    joined = msgspec.structs.replace(
        problem.with_consequence(
            told[0].words,
            (*(each.evidence for each in told), *_largest(health, server)),
            tuple(ref for each in backends[:1] for ref in server.workload(each)),
        ),
        pods=problem.pods or pods,
        actions=(*problem.actions, *(action for each in backends[:_MOST_TOLD] for action in _cancel(each, server))),
    )
    joined = _begun_with(joined, backends[0]) if backends else joined
    return with_rollout(joined, server.view) if pods and not problem.pods else joined


def _fillers(health: Health, server: ServerView) -> Iterator[Filler]:
    yield from _temporary(health, server)
    for slot in health.slots or ():
        used = "in use" if slot.active else "not in use"
        what = f"slot {one_line(slot.name, LONGEST_NAME)}, {used}, keeps {_size(slot.retained_bytes or 0)} of WAL"
        yield Filler(slot.retained_bytes or 0, what, server.proof(f"slot {slot.name}", what))
    for database in health.databases:
        grown = database.grown_bytes or 0
        what = f"database {one_line(database.name, LONGEST_NAME)} has grown by {_size(grown)}"
        yield Filler(grown, what, server.proof(database.name, f"{what} since the session began"))


def _temporary(health: Health, server: ServerView) -> Iterator[Filler]:
    """Tell of the temporary files of each client; a parallel worker's are its leader's."""
    sizes: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for files in health.temporary or ():
        owner = server.backends.get(files.pid)
        leader = server.backends.get(owner.leader_pid) if owner is not None and owner.leader_pid else None
        owner = leader or owner
        name = server.client(owner) if owner is not None else _GONE
        sizes[name][owner.pid if owner is not None else files.pid] += files.bytes
    for name, by_pid in sizes.items():
        pids = sorted(by_pid, key=lambda pid: -by_pid[pid])
        known = tuple(server.backends[pid] for pid in pids if pid in server.backends)
        said = ", ".join(filter(None, (f"pid {pids[0]}", statement_of(known[0]) if known else "")))
        what = f"{_size(sum(by_pid.values()))} of temporary files"
        proof = server.proof(name, f"{what} now: {said}")
        yield Filler(sum(by_pid.values()), f"{what}{OF}{name}", proof, known)


def _largest(health: Health, server: ServerView) -> Iterator[Evidence]:
    sized = [each for each in health.databases if each.size_bytes is not None]
    largest = max(sized, key=lambda each: each.size_bytes or 0, default=None)
    if largest is not None:
        name = one_line(largest.name, LONGEST_NAME)
        yield server.proof(largest.name, f"the largest database is {name}, {_size(largest.size_bytes or 0)}")


def _with_suspect(problem: Problem, health: Health, server: ServerView) -> Problem:
    """Say that nothing is seen to fill it, and name the statement that runs longest: it may do so unseen."""
    known = "no temporary file, slot or growing database of the server takes so much"
    if health.temporary is None:
        known = "temporary files are hidden from this role (pg_monitor sees them); no slot or database takes so much"
    running = [
        each
        for each in server.clients
        if each.state is BackendState.ACTIVE and server.age(each.query_since).total_seconds() >= _LASTING
    ]
    longest = max(running, key=lambda each: server.age(each.query_since), default=None)
    proofs = [server.proof("disk", known), *_largest(health, server)]
    if longest is None:
        return problem.with_consequence(evidence=tuple(proofs))
    proofs.append(server.proof_of(longest, "the longest statement"))
    told = problem.with_consequence(evidence=tuple(proofs), objects=server.workload(longest))
    told = msgspec.structs.replace(told, actions=(*told.actions, *_cancel(longest, server)))
    return _begun_with(told, longest)


def _size(amount: int) -> str:
    """Write a size without what would only be restless."""
    return f"{round(amount / _GIBI)} GiB" if amount >= _GIBI else "less than 1 GiB"


def _cancel(backend: Backend, server: ServerView) -> tuple[Suggestion, ...]:
    if backend.state is not BackendState.ACTIVE:
        return ()
    why = f"{server.client(backend)} has run it{server.since(backend.query_since)}; its temporary files go with it"
    return server.signal(Verb.CANCEL, backend, why)
