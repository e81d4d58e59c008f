"""A Postgres server and the instance of RDS that it is: what both tell of it is told once, and what they contradict."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from cockpit.diagnosis import outside
from cockpit.diagnosis.aws.kinds import ALARM, CLUSTER, RDS, aws_ref
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.facts import PostgresFacts
from cockpit.diagnosis.filling import with_fillers
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.lasting import ENOUGH, newest_of, points_of
from cockpit.diagnosis.outside import number
from cockpit.diagnosis.postgres.server_view import KIND, ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import one_line
from cockpit.sources.aws.model import AWS, DbCluster, DbInstance, DbMetric
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import POSTGRES, PostgresLook, Server

FEWEST_APART = 10
"""Fewer connections of difference are those that begin and end, and those of RDS itself."""
SHARE_APART = 0.2
"""So is a smaller share of the larger number."""
LAG = timedelta(minutes=5)
"""CloudWatch is behind by less; numbers are compared if neither has moved for so long."""

_DOWN = frozenset((Cause.POSTGRES_DOWN, Cause.DISK_FULL, Cause.SERVER_RESTARTED))
_CONNECTIONS = "DatabaseConnections"
"""As CloudWatch calls it."""
_NO_ROOM = frozenset((Cause.DISK_FULL, Cause.STORAGE))
EXPLAINED_BY_RDS: Final[Mapping[Cause, frozenset[Cause]]] = MappingProxyType(
    {
        Cause.RDS_DOWN: _DOWN,
        Cause.DISK_FULL: frozenset((Cause.POSTGRES_DOWN, Cause.DISK_FULL)),
        Cause.STORAGE: frozenset((Cause.DISK_FULL,)),
        Cause.DATABASE_EVENT: frozenset((Cause.SERVER_RESTARTED, Cause.POSTGRES_DOWN)),
        Cause.ROLE_CHANGED: frozenset((Cause.POSTGRES_DOWN, Cause.SERVER_RESTARTED)),
    }
)
"""What of a server a problem of its instance explains."""
EXPLAINED_BY_POSTGRES: Final[Mapping[Cause, frozenset[Cause]]] = MappingProxyType(
    {
        Cause.WRAPAROUND: frozenset((Cause.WRAPAROUND,)),
        Cause.REPLICATION: frozenset((Cause.REPLICATION,)),
        Cause.ROLE_CHANGED: frozenset((Cause.ROLE_CHANGED,)),
        Cause.LONG_STATEMENTS: frozenset((Cause.DATABASE_LOAD,)),
        Cause.SLOW_QUERIES: frozenset((Cause.DATABASE_LOAD,)),
    }
)
"""What of an instance a problem of its server explains: Postgres knows who it is."""


class Twin(NamedTuple):
    """A Postgres server that is an instance of RDS."""

    server: ObjectRef
    refs: frozenset[ObjectRef]
    """The instance, and its cluster."""
    account: str
    instance: DbInstance
    facts: PostgresFacts


def joined_twins(problems: Sequence[Problem], view: View) -> list[Problem]:
    """Join what is told of a server with what is told of its instance."""
    kept = {problem.key: problem for problem in problems}
    found = list(twins(view))
    for twin in found:
        for table, of_rds in ((EXPLAINED_BY_RDS, True), (EXPLAINED_BY_POSTGRES, False)):
            _join(kept, twin, table, of_rds=of_rds)
        for key, problem in kept.items():
            if problem.subject == twin.server and problem.cause is Cause.TOO_MANY_CONNECTIONS:
                kept[key] = problem.with_consequence(evidence=tuple(_seen_from_outside(twin, view)))
        _join_alarms(kept, twin, view)
        for problem in _contradiction(twin, view):
            kept[problem.key] = problem
    return [_naming_fillers(problem, found, view) for problem in kept.values()]


def _naming_fillers(problem: Problem, found: Sequence[Twin], view: View) -> Problem:
    """Ask the server that has no room who takes it: that of an instance, or one that is none."""
    if problem.cause not in _NO_ROOM:
        return problem
    named = (twin.server.name for twin in found if problem.subject in twin.refs)
    name = problem.subject.name if problem.subject.kind == KIND else next(named, "")
    facts = view.facts.postgres.get(name)
    return with_fillers(problem, ServerView(name, facts, view)) if facts is not None else problem


def twins(view: View) -> Iterator[Twin]:
    """Find the servers that are instances of RDS: the host that the person gives is that of an endpoint.

    Of a server that has never answered, the error names the host.
    """
    for account, known in sorted(view.facts.aws.items()):
        look = outside.current(known, view.now)
        for instance in look.instances if look is not None else ():
            cluster = next((each for each in look.clusters if each.name == instance.cluster), None) if look else None
            hosts = hosts_of(instance, cluster)
            refs = {aws_ref(RDS, account, instance.name)} | (
                {aws_ref(CLUSTER, account, cluster.name)} if cluster is not None else set()
            )
            for name, facts in sorted(view.facts.postgres.items()):
                if _is_at(facts, hosts, instance.port):
                    yield Twin(ObjectRef(KIND, "", name), frozenset(refs), account, instance, facts)


def _is_at(facts: PostgresFacts, hosts: set[str], port: int | None) -> bool:
    look = facts.look or facts.before
    if look is None:
        said = facts.trouble.message.lower() if facts.trouble is not None else ""
        return any(f'"{host.lower()}"' in said for host in hosts)
    return is_at(look.server, hosts, port)


def hosts_of(instance: DbInstance, cluster: DbCluster | None) -> set[str]:
    """Give the hosts at which an instance answers: its own, and that of its cluster while it is the writer."""
    of_cluster = {cluster.host} if cluster is not None and cluster.writer == instance.name else set()
    return ({instance.host} | of_cluster) - {""}


def is_at(server: Server, hosts: set[str], port: int | None) -> bool:
    """Tell whether a server is the one that answers at hosts and a port; a port that is not known may be any."""
    same_port = server.port is None or port is None or server.port == port
    return same_port and server.host.lower().rstrip(".") in {host.lower().rstrip(".") for host in hosts}


def _join(kept: dict[str, Problem], twin: Twin, table: Mapping[Cause, frozenset[Cause]], *, of_rds: bool) -> None:
    def is_cause(problem: Problem) -> bool:
        return (problem.subject in twin.refs) if of_rds else problem.subject == twin.server

    def is_effect(problem: Problem) -> bool:
        return problem.subject == twin.server if of_rds else problem.subject in twin.refs

    effects = sorted((each for each in kept.values() if is_effect(each)), key=lambda each: each.order)
    for effect in effects:
        causes = [each for each in kept.values() if is_cause(each) and effect.cause in table.get(each.cause, ())]
        best = min(causes, key=lambda each: each.order, default=None)
        if best is not None:
            kept[best.key] = outside.explained(best, effect)
            del kept[effect.key]


def _join_alarms(kept: dict[str, Problem], twin: Twin, view: View) -> None:
    """Join the alarms on the connections of an instance with what its server tells of them."""
    known = outside.current(view.facts.aws[twin.account], view.now)
    watching = [each for each in (known.alarms if known else ()) if each.metric.endswith(_CONNECTIONS)]
    keys = {f"aws/alarm/{ALARM}/{aws_ref(ALARM, twin.account, each.name).name}" for each in watching}
    taken = [each for each in kept.values() if each.subject == twin.server and each.cause is Cause.TOO_MANY_CONNECTIONS]
    for key in sorted(keys & kept.keys()):
        if taken and not twin.refs.isdisjoint(kept[key].objects):
            best = kept[min(taken, key=lambda each: each.order).key]
            kept[best.key] = outside.explained(best, kept.pop(key))


def _seen_from_outside(twin: Twin, view: View) -> Iterator[Evidence]:
    """Tell what CloudWatch counts of a server whose connections are taken: it also can while the server refuses us."""
    count = newest_of(twin.instance.metrics.get(DbMetric.CONNECTIONS), view.now)
    if count is not None:
        yield outside.proof(
            f"{AWS}{twin.account}", f"{twin.account}/{twin.instance.name}", f"DatabaseConnections is {number(count)}"
        )


def _contradiction(twin: Twin, view: View) -> Iterator[Problem]:
    """Tell that CloudWatch and Postgres count connections differently, while neither number moves.

    CloudWatch is minutes behind, so that numbers that rise or fall differ by themselves.
    """
    look = twin.facts.look
    counted = points_of(twin.instance.metrics.get(DbMetric.CONNECTIONS))[-ENOUGH:]
    if look is None or len(counted) < ENOUGH or view.now - counted[-1][0] >= LAG:
        return
    from_outside, newest = [value for _, value in counted], counted[-1][1]
    told = _used_lately(look, view.now)
    if not told or not (_is_steady(told) and _is_steady(from_outside)) or not _apart(newest, told[0]):
        return
    more = newest > told[0]
    reason = (
        "connections that are no sessions: half open, being let in, or to another server behind the same name"
        if more
        else "sessions that CloudWatch does not see: is it the same server?"
    )
    name, source = twin.server.name, f"{AWS}{twin.account}"
    yield outside.problem(
        Cause.CONNECTION_COUNTS,
        f"aws/connection-counts/{name}",
        twin.server,
        one_line(name),
        f"CloudWatch counts {number(newest)} connections, Postgres {number(told[0])}",
        why=reason,
        severity=FindingSeverity.DOUBTFUL,
        evidence=(
            outside.proof(source, f"{twin.account}/{twin.instance.name}", f"DatabaseConnections is {number(newest)}"),
            outside.proof(f"{POSTGRES}{name}", name, f"pg_stat_activity has {number(told[0])} client backends"),
        ),
        objects=tuple(sorted(twin.refs, key=str)),
    )


def _used_lately(look: PostgresLook, now: datetime) -> list[float]:
    """Give the connections that Postgres counted over the last minutes, the newest first; none if it is not known."""
    known = list(zip(look.used_at, look.used_before, strict=False))
    before = [used for at, used in known if at <= now - LAG][-1:]
    if not before:
        return []
    return [
        float(each) for each in (look.activity.slots.used, *before, *(used for at, used in known if at > now - LAG))
    ]


def _is_steady(values: Sequence[float]) -> bool:
    return not _apart(max(values), min(values))


def _apart(one: float, other: float) -> bool:
    return abs(one - other) > max(FEWEST_APART, SHARE_APART * max(one, other))
