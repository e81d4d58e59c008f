"""One Postgres server as rules look at it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.facts import PostgresFacts
from cockpit.diagnosis.finding import Evidence, FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.holders import CLIENT, Clients, Holder, holders
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.postgres.waits import Tree, trees
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import one_line, quoted
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import POSTGRES, Activity, Backend, BackendState, PostgresLook

KIND = "Postgres"
"""What a server is called as an object of findings and actions; it has no namespace."""
LONGEST_STATEMENT = 100
"""Characters that are kept of a statement in a title."""
LONGEST_NAME = 63
"""Bytes of a name in Postgres (NAMEDATALEN)."""
OF = " ← "
"""Stands before whose connections they are."""

MANY = 5
"""So many that wait for one are no everyday wait, and a finding after `MANY_BLOCKED`."""
MANY_BLOCKED = timedelta(seconds=5)

_STEMS = {Cause.TOO_MANY_CONNECTIONS: "connections"}
"""What the key of a problem says, where it is not the cause."""


class ServerView:
    """Looks things up in what is known of one server.

    Rules about the present read `look`; while the server cannot be read it is None, and only `unreadable` speaks.
    """

    def __init__(self, name: str, facts: PostgresFacts, view: View) -> None:
        self.name = name
        self.look: PostgresLook | None = facts.look if facts.trouble is None else None
        self.trouble = facts.trouble
        self.before = facts.before or facts.look
        self.view = view
        self.now: datetime = view.now
        self.policy: Policy = view.policy
        self.ref = ObjectRef(KIND, "", name)
        self.source = f"{POSTGRES}{name}"

    @cached_property
    def activity(self) -> Activity | None:
        """Who is connected now; None while that is not known."""
        return self.look.activity if self.look is not None else None

    @cached_property
    def backends(self) -> Mapping[int, Backend]:
        """The backends by pid; none while that is not known."""
        return self.activity.by_pid() if self.activity is not None else {}

    @cached_property
    def clients(self) -> list[Backend]:
        """The connections of clients, but for our own."""
        ours = self.look.server.backend_pids if self.look is not None else ()
        return [each for each in self.backends.values() if each.backend_type == CLIENT and each.pid not in ours]

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """Who holds connections now, or held them when the server was last read; whoever has most first."""
        return holders(self.before.activity, self.view.facts.pods) if self.before is not None else ()

    @cached_property
    def _clients(self) -> Clients | None:
        return Clients(self.activity, self.view.facts.pods) if self.activity is not None else None

    @cached_property
    def trees(self) -> list[Tree]:
        """Who waits for whom, for so long that it is a finding; the most waited for first."""
        waits = self.activity.lock_waits if self.activity is not None else ()
        return [tree for tree in trees(waits) if self._long(tree)]

    def _long(self, tree: Tree) -> bool:
        if tree.since is None:
            return False
        waited = self.now - tree.since
        return waited > self.policy.blocked or (len(tree.waits) >= MANY and waited >= MANY_BLOCKED)

    @cached_property
    def roots(self) -> frozenset[int]:
        """The pids of those that others have waited for too long."""
        return frozenset(tree.root for tree in self.trees)

    def client(self, backend: Backend) -> str:
        """Say who is at the other end of a connection."""
        name = self._clients.client(backend).name if self._clients is not None else backend.application
        return one_line(name, LONGEST_NAME)

    def workload(self, backend: Backend) -> tuple[ObjectRef, ...]:
        """Give the workload that a connection comes from, if it is known."""
        workload = self._clients.client(backend).workload if self._clients is not None else None
        return (workload,) if workload is not None else ()

    def pods_of(self, backends: Iterable[Backend]) -> tuple[Pod, ...]:
        """Give the pods that connections come from, as far as they are known: a change of theirs may be the cause."""
        found = (self._clients.pod(backend) for backend in backends) if self._clients is not None else ()
        return tuple({pod.key: pod for pod in found if pod is not None}.values())

    def age(self, since: datetime | None) -> timedelta:
        """Tell for how long something has been so; nothing while that is not known."""
        return max(self.now - since, timedelta()) if since is not None else timedelta()

    def since(self, moment: datetime | None) -> str:
        """Say since when: a time, unlike a length, says the same at every look. Empty when that is not known."""
        if moment is None:
            return ""
        utc = moment.astimezone(UTC)
        return utc.strftime(" since %H:%M:%SZ" if utc.date() == self.now.date() else " since %Y-%m-%dT%H:%MZ")

    def proof(self, ref: str, fact: str) -> Evidence:
        """Name a fact that stands in the reading of this server."""
        return Evidence(self.source, one_line(ref), one_line(fact, 2 * LONGEST_STATEMENT))

    def remedy(self, ref: str, command: str, why: str = "try") -> Evidence:
        """Name something that a person can type."""
        typed = quoted(command, 2 * LONGEST_STATEMENT)
        return Evidence(self.source, one_line(ref), f"{why}: {typed}", typed)

    def proof_of(self, backend: Backend, more: str = "") -> Evidence:
        """Tell of a connection: who it is, what it does, since when, and its statement."""
        since = backend.query_since if backend.state is BackendState.ACTIVE else backend.state_since
        parts = [self.client(backend), said(backend) + self.since(since), more, statement_of(backend)]
        return self.proof(f"pid {backend.pid}", ", ".join(filter(None, parts)))

    def key(self, cause: Cause, about: str = "") -> str:
        """Give the key of a problem of this server; `about` tells several of the same cause apart."""
        return "/".join(filter(None, ("postgres", _STEMS.get(cause, cause.value), self.name, about)))

    def problem(self, cause: Cause, what: str, **parts: Any) -> Problem:
        """Make a problem of this server.

        Args:
            cause: Why it does not do its work.
            what: What is wrong with it.
            parts: Others of `Problem`; `about` tells several of the same cause apart.
        """
        about = parts.pop("about", "")
        return Problem(
            **{
                "cause": cause,
                "key": self.key(cause, about),
                "severity": FindingSeverity.DOUBTFUL,
                "subject": self.ref,
                "name": one_line(self.name),
                "what": what,
                **parts,
            }
        )

    def signal(self, verb: Verb, backend: Backend, why: str) -> tuple[Suggestion, ...]:
        """Suggest to cancel or terminate what a client does; other backends than clients' are left alone."""
        if backend.backend_start is None or backend not in self.clients:
            return ()
        start = backend.backend_start.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        return (Suggestion(verb, self.ref, one_line(why), {"pid": str(backend.pid), "backend_start": start}),)


def said(backend: Backend) -> str:
    """Say what a connection does; what is hidden is neither idle nor active."""
    return "hidden from this role" if backend.state is BackendState.HIDDEN else backend.state.value


def statement_of(backend: Backend) -> str:
    """Give its newest statement, shortened, with its secrets masked; empty when it is not told."""
    return "" if backend.state is BackendState.HIDDEN else quoted(backend.query, LONGEST_STATEMENT)
